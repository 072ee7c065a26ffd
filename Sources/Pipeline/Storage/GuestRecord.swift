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

    /// Ends the guest and removes the embedded driver's directory.
    func destroy(home: Home) async throws(Failure) {
        if hypervisor.embeddedRoot != nil {
            // Opening the dead driver's root again takes seconds; its guest is a process of this machine.
            for pid in hypervisor.guestPIDs(uuid: uuid) { kill(pid, SIGKILL) }
            for _ in 0..<50 where !hypervisor.guestPIDs(uuid: uuid).isEmpty {
                try? await Task.sleep(for: .milliseconds(100))
            }
            try hypervisor.removeRoot()
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
