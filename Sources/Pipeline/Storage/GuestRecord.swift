import Foundation
import Libvirt
import SystemPackage

/// The guest of a bake, written down before it starts, so that the command after a crash finds it.
struct GuestRecord: Codable {
    let hypervisor: Hypervisor
    let uuid: String

    static let fileName = "guest.json"

    func save(in directory: FilePath) throws(Failure) {
        guard let data = try? JSONEncoder().encode(self) else { throw Failure(.bug, "a guest cannot be written down") }
        try Files.write(data, to: directory.appending(Self.fileName))
    }

    static func load(from directory: FilePath) -> GuestRecord? {
        (try? Files.read(directory.appending(fileName))).flatMap {
            try? JSONDecoder().decode(GuestRecord.self, from: $0)
        }
    }

    /// Ends the guest, if it still runs, over a connection of its own.
    func destroy(home: Home) async throws(Failure) {
        if let root = hypervisor.embeddedRoot {
            try await EmbeddedDriver.endGuests(of: FilePath(root)) { $0.contains(uuid) }
        } else {
            let connection = try await hypervisor.connect(home: home)
            do {
                try await connection.domain(uuid: uuid)?.destroy()
            } catch {
                throw Failure(
                    .unavailable,
                    "the guest \(uuid) on \(hypervisor.uri) cannot be removed: \(error.message)"
                )
            }
        }
    }
}
