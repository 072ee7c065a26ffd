import Foundation
import Libvirt
import SystemPackage

/// What a bake has on the host of a remote hypervisor, written down before it is there; or the guest of a local one whose daemon is gone.
///
/// It lies in the state directory until all of it is gone: a host that vanished may come back when the bake has long ended.
struct RemoteRecord: Codable, Equatable {
    /// A storage pool.
    struct Pool: Codable, Equatable {
        let name: String
        /// Whether the bake made it.
        let isOurs: Bool
    }

    /// The bake's id.
    let bake: String
    let hypervisor: Hypervisor
    /// What the names of its volumes begin with.
    let prefix: String
    /// The UUIDs of its guests.
    var guests: [String] = []
    /// The pool of its volumes; nil where it has none.
    var pool: Pool?

    init(bake: String, hypervisor: Hypervisor, prefix: String = "", guests: [String] = []) {
        (self.bake, self.hypervisor, self.prefix, self.guests) = (bake, hypervisor, prefix, guests)
    }

    // A vanished host must not hold up the end of a bake, nor every later command.
    private static let patience = Duration.seconds(15)
    private static let sweepPatience = Duration.seconds(5)

    func save(home: Home) throws(Failure) {
        let directory = Self.directory(home)
        try Files.makeDirectory(directory, mode: 0o700)
        guard let data = try? JSONEncoder().encode(self) else {
            throw Failure(.bug, "what is on \(hypervisor.uri) cannot be written down")
        }
        try Files.write(data, to: Self.file(bake, home), mode: [.ownerReadWrite])
    }

    static func load(_ bake: String, home: Home) -> RemoteRecord? {
        (try? Files.read(file(bake, home))).flatMap { try? JSONDecoder().decode(RemoteRecord.self, from: $0) }
    }

    /// Removes guests, volumes and pool, and then the record.
    ///
    /// - Parameters:
    ///   - home: Where the record is.
    ///   - connection: An open connection. Where it is lost, as it is when the host's daemon was restarted, a new one is tried for
    ///     some seconds.
    func remove(home: Home, over connection: Connection) async throws(Failure) {
        do throws(LibvirtError) {
            try await remove(on: connection)
        } catch {
            // A daemon that was started again needs a moment until its pools are active.
            guard error.code == .connectionLost || error.code == .operationInvalid else { throw failure(error.message) }
            try await remove(home: home)
        }
        try Files.remove(Self.file(bake, home))
    }

    /// Does the same over a new connection, which is tried for some seconds.
    func remove(home: Home) async throws(Failure) {
        try await remove(home: home, within: Self.patience)
        try Files.remove(Self.file(bake, home))
    }

    /// Removes all of it over a new connection.
    private func remove(home: Home, within patience: Duration) async throws(Failure) {
        let end = ContinuousClock.now + patience
        while true {
            do {
                let connection = try await hypervisor.connect(home: home, within: .seconds(5))
                try await remove(on: connection)
                return
            } catch {
                let cause =
                    (error as? LibvirtError)?.message
                    ?? (error as? Failure).flatMap { $0.details.first { $0.label == "cause" }?.text } ?? "\(error)"
                guard ContinuousClock.now + .seconds(1) < end else { throw failure(cause) }
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    private func remove(on connection: Connection) async throws(LibvirtError) {
        for guest in guests { try await connection.domain(uuid: guest)?.destroy() }
        guard let pool, let found = try await connection.storagePool(pool.name) else { return }
        if try await !found.isActive() {
            // A host that was started anew starts what is marked so only; nobody else's pool is ours to start.
            guard pool.isOurs else {
                throw LibvirtError(
                    code: .operationInvalid,
                    operation: "remove volumes",
                    message: "the storage pool '\(pool.name)' is not active"
                )
            }
            do throws(LibvirtError) {
                try await found.start()
            } catch {
                // Its directory is gone, and with it all that was there.
                if error.code != .connectionLost { try await found.remove(hasDirectory: false) }
                throw error
            }
        }
        for volume in try await found.volumes() where volume.name.hasPrefix(prefix) { try await volume.delete() }
        if pool.isOurs { try await found.remove() }
    }

    /// Removes what ended bakes left on hosts that can be reached.
    ///
    /// - Returns: A sentence for each record: what was removed, or why it could not be.
    static func sweep(_ home: Home) async -> [String] {
        var report: [String] = []
        let store = BakeStore(home: home)
        for name in Files.names(in: directory(home)) where name.hasSuffix(".json") {
            let bake = String(name.dropLast(".json".count))
            // What was kept for a look is for 'bakes remove' alone.
            guard let record = load(bake, home: home), !store.isAlive(record.owner),
                !KeptBake.isKept(home.work.appending(record.owner))
            else { continue }
            do throws(Failure) {
                try await record.remove(home: home, within: sweepPatience)
                try Files.remove(file(bake, home))
                report.append("what the bake \(record.owner) left on \(record.hypervisor.uri) is removed now")
            } catch {
                report.append(
                    "cannot remove what the bake \(record.owner) left on \(record.hypervisor.uri): \(error.message)"
                )
            }
        }
        return report
    }

    /// The bake whose lock tells whether it lives; a probe's record has a name of its own.
    private var owner: String {
        bake.hasSuffix(Self.probe) ? String(bake.dropLast(Self.probe.count)) : bake
    }

    /// What the name of a record for the accelerator's probe ends with.
    static let probe = ".probe"

    static func forget(_ bake: String, home: Home) { try? Files.remove(file(bake, home)) }

    private func failure(_ cause: String) -> Failure {
        let cause = cause.trimmingCharacters(in: .whitespacesAndNewlines)
        return Failure(.unavailable, "\(cause); each later command tries again", ["cause": cause])
    }

    private static func file(_ bake: String, _ home: Home) -> FilePath { directory(home).appending("\(bake).json") }

    private static func directory(_ home: Home) -> FilePath { home.state.appending("remote") }
}
