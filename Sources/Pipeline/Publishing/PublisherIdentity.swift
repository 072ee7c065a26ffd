import Foundation
import SystemPackage

/// Who publishes: this home on this machine, whose runs keep out of each other's way by locks.
struct PublisherIdentity: Sendable {
    private let home: String

    init(text: String) { home = text }

    /// Reads the home's own id, and makes it where there is none.
    ///
    /// Host and path alone do not tell apart: containers are often all called `localhost` and mount their state at one
    /// path, but share no locks.
    init(home: Home) throws(Failure) {
        let inputs = [
            "host": ProcessInfo.processInfo.hostName, "home": home.state.string, "id": try Self.id(in: home),
        ]
        self.home = Fingerprint(inputs).digest
    }

    /// 16 hexadecimal digits, the same for every run here that publishes to a registry of this name.
    ///
    /// One cloud under two names is two publishers', since the locks go by the names as well.
    func text(in registry: String) -> String {
        String(Fingerprint(["home": home, "registry": registry]).digest.prefix(16))
    }

    private static func id(in home: Home) throws(Failure) -> String {
        let file = home.state.appending("publisher.id")
        func known() -> String? {
            guard let data = try? Data(contentsOf: URL(filePath: file.string)), !data.isEmpty else { return nil }
            return String(decoding: data, as: UTF8.self)
        }
        if let id = known() { return id }
        // Of two runs that find none one makes it.
        let lock = try FileLock(home.locks.appending("publisher-id.lock"), waits: true)
        defer { lock?.giveUp() }
        if let id = known() { return id }
        let id = UUID().uuidString.lowercased()
        try Files.makeDirectory(home.state)
        try Files.write(id, to: file)
        return id
    }
}
