import Foundation
import SystemPackage

/// The directory of one `publish`, which nobody's sweep removes while its process lives.
struct PublicationWork: Sendable {
    private static let prefix = "publish-"

    /// Where the files are.
    let directory: FilePath
    private let lock: FileLock

    /// Makes one.
    init(home: Home) throws(Failure) {
        let name = Self.prefix + UUID().uuidString.lowercased()
        // Before there is a directory: what a sweep finds without a lock is left over.
        guard let lock = try FileLock(Self.lock(name, home)) else {
            throw Failure(.bug, "another process holds the lock of \(name)")
        }
        let directory = home.work.appending(name)
        do throws(Failure) {
            try Files.makeDirectory(directory)
        } catch {
            lock.giveUp()
            throw error
        }
        self.directory = directory
        self.lock = lock
    }

    /// Removes the directory; a second call does nothing.
    func remove() throws(Failure) {
        defer { lock.giveUp() }
        try Files.remove(directory)
    }

    /// Whether a name under ``Home/work`` is that of a publication and none of a bake.
    static func isOne(_ name: String) -> Bool { name.hasPrefix(prefix) }

    /// Whether the process of a publication lives.
    static func isAlive(_ name: String, home: Home) -> Bool { FileLock.isHeld(lock(name, home)) }

    /// Removes what a killed publication left.
    static func removeLeftovers(of name: String, home: Home) throws(Failure) {
        try Files.remove(home.work.appending(name))
        try Files.remove(lock(name, home))
    }

    private static func lock(_ name: String, _ home: Home) -> FilePath { home.locks.appending("\(name).lock") }
}
