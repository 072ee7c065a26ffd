import Foundation
import Libvirt
public import SystemPackage

/// A failed bake whose guest and disk were kept for a look.
///
/// It stays until it is removed: neither the end of its process nor the sweep of a later command takes it.
public struct KeptBake: Sendable {
    private static let fileName = "kept"

    private let id: String
    private let home: Home

    /// Finds a kept bake.
    ///
    /// - Parameter id: The bake's whole id.
    public init?(_ id: String, home: Home) {
        guard Self.isKept(home.work.appending(id)) else { return nil }
        self.id = id
        self.home = home
    }

    /// The directory with its disk, kernel and initrd.
    public var directory: FilePath { home.work.appending(id) }

    /// Ends the guest and removes its files, those on another host too.
    ///
    /// - Throws: ``Failure`` with ``ExitStatus/unavailable`` where the host cannot be reached; all of it stays kept then.
    public func remove() async throws(Failure) {
        if let remote = RemoteRecord.load(id, home: home) {
            do throws(Failure) {
                try await remote.remove(home: home)
            } catch {
                throw Failure(
                    .unavailable,
                    "what was kept of \(id) on \(remote.hypervisor.uri) cannot be removed",
                    [
                        "cause": error.details.first { $0.label == "cause" }?.text ?? error.message,
                        "next": "run this again when the host can be reached; until then all of it stays",
                    ]
                )
            }
        }
        let record = GuestRecord.load(from: directory)
        try await record?.destroy(home: home)
        if let root = record?.hypervisor.embeddedRoot { EmbeddedDriver.release(FilePath(root), home: home) }
        try Files.remove(directory)
    }

    /// Connects to the guest's console, on whatever host it runs; nil where it does not run any more.
    func console() async throws -> Console? {
        if let remote = RemoteRecord.load(id, home: home) {
            guard let uuid = remote.guests.last else { return nil }
            return try await remote.hypervisor.connect(home: home).domain(uuid: uuid)?.openConsole()
        }
        guard let record = GuestRecord.load(from: directory) else { return nil }
        // The driver that ran inside the bake's process reads what it knew from its root.
        let connection = try await Connection.open(record.hypervisor.uri)
        return try await connection.domain(uuid: record.uuid)?.openConsole()
    }

    static func isKept(_ work: FilePath) -> Bool { Files.exists(work.appending(fileName)) }

    /// Marks a bake as kept.
    static func keep(_ bake: BakeContext) throws(Failure) {
        try Files.write("kept by --on-error\n", to: bake.work.appending(fileName))
        // A disk alone, in a bake whose install was cached, needs no driver.
        guard GuestRecord.load(from: bake.work) != nil, let root = bake.hypervisor.embeddedRoot else { return }
        try EmbeddedDriver.keep(FilePath(root), home: bake.home)
    }
}
