import Foundation
import Libvirt
import SystemPackage

/// The files of a guest in a storage pool of its hypervisor's host, carried there and back by libvirt.
///
/// All of the bake's volumes begin with one prefix, by which whoever cleans up finds them: those too that a killed process had no
/// time to write down, and the variables of UEFI, which libvirt makes.
struct RemoteGuestStorage: GuestStorage {
    private let bake: BakeContext
    private let channel: StageChannel
    private let connection: Connection
    private let pool: StoragePool
    private let directory: FilePath
    private let record: RemoteRecord

    /// Finds a pool, or makes one that goes with the bake; from here on, the end of the bake removes what is there.
    static func open(
        on connection: Connection,
        _ bake: BakeContext,
        _ channel: StageChannel
    ) async throws -> RemoteGuestStorage {
        let named = bake.options.storagePool
        let found = try await connection.storagePool(named ?? "default")
        let isUsable = try await found?.isActive() == true
        if let named, found == nil || !isUsable {
            throw Failure(
                .badConfiguration,
                "\(bake.hypervisor.uri) has no \(found == nil ? "" : "active ")storage pool '\(named)'",
                ["next": "'virsh -c \(bake.hypervisor.uri) pool-list --all' shows what there is"]
            )
        }
        var record = RemoteRecord(bake: bake.id, hypervisor: bake.hypervisor, prefix: "imagebake-\(bake.id)-")
        let pool: StoragePool
        if let found, isUsable, try await found.directory() != nil {
            pool = found
            record.pool = .init(name: found.name, isOurs: false)
            try record.save(home: bake.home)
            pushRemoval(record, connection, bake)
        } else if let named {
            throw Failure(
                .badConfiguration,
                "the volumes of the storage pool '\(named)' on \(bake.hypervisor.uri) are no files",
                ["next": "name a pool of the kind dir, fs or netfs with --storage-pool"]
            )
        } else {
            let name = "imagebake-\(UUID().uuidString.lowercased().prefix(8))"
            record.pool = .init(name: name, isOurs: true)
            try record.save(home: bake.home)
            pushRemoval(record, connection, bake)
            channel.note("\(bake.hypervisor.uri) has no storage pool 'default'; the bake makes one of its own")
            pool = try await connection.makeStoragePool(name, in: bake.hypervisor.ownPoolDirectory(name))
        }
        guard let directory = try await pool.directory() else {
            throw Failure(.bug, "the storage pool '\(pool.name)' has no directory")
        }
        return RemoteGuestStorage(
            bake: bake,
            channel: channel,
            connection: connection,
            pool: pool,
            directory: directory,
            record: record
        )
    }

    private static func pushRemoval(_ record: RemoteRecord, _ connection: Connection, _ bake: BakeContext) {
        let home = bake.home
        bake.cleanup.push("remove what the bake left on \(bake.hypervisor.uri)") {
            // The record may have been written anew meanwhile.
            let last = RemoteRecord.load(record.bake, home: home) ?? record
            try await last.remove(home: home, over: connection)
        }
    }

    func record(_ uuid: String) throws(Failure) {
        var record = record
        record.guests.append(uuid)
        try record.save(home: bake.home)
    }

    func place(_ draft: GuestDraft) async throws -> GuestFiles {
        let files = [draft.kernel, draft.initrd] + (draft.medium.map { [$0] } ?? [])
        try await requireRoom(for: files.reduce(0) { $0 + (Files.size(of: $1) ?? 0) })
        let (kernel, initrd) = try await uploadBoot(kernel: draft.kernel, initrd: draft.initrd)
        var medium: FilePath?
        if let image = draft.medium {
            medium = try await upload(image, as: "repo.iso", "the install medium")
            if image.starts(with: bake.work) { try Files.remove(image) }
        }
        let disk = try await pool.makeVolume(name("disk.qcow2"), format: .qcow2, capacity: draft.diskBytes)
        return GuestFiles(
            boot: .init(kernel: kernel, initrd: initrd, commandLine: draft.commandLine),
            disk: try await disk.path(),
            // libvirt makes the file there, out of the template that the host has for its firmware.
            variables: directory.appending(name("uefi-variables.fd")),
            medium: medium,
            sockets: sockets(draft.uuid)
        )
    }

    func forgetBoot() async {
        // QEMU has read both whole. Where this fails, the end of the bake tries again.
        guard let volumes = try? await pool.volumes() else { return }
        for volume in volumes where [name("initrd.img"), name("vmlinuz")].contains(volume.name) {
            try? await volume.delete()
        }
    }

    func restoreBoot(kernel: FilePath, initrd: @Sendable () async throws -> FilePath) async throws {
        // A volume that could not be deleted has the name still.
        await forgetBoot()
        _ = try await uploadBoot(kernel: kernel, initrd: try await initrd())
    }

    private func uploadBoot(kernel: FilePath, initrd: FilePath) async throws -> (kernel: FilePath, initrd: FilePath) {
        let paths = (
            try await upload(kernel, as: "vmlinuz", "the kernel"),
            try await upload(initrd, as: "initrd.img", "the initrd")
        )
        // What is there must not lie here too: it may hold secrets.
        try Files.remove(initrd)
        return paths
    }

    func collectDisk() async throws -> FilePath {
        // An install may have taken an hour; what it made is not given up for a connection that broke.
        var pool = pool
        for _ in 1..<Self.attempts {
            do {
                return try await collectDisk(from: pool)
            } catch let error as LibvirtError where error.code == .connectionLost {
                channel.warning("the connection was lost while the disk was carried (\(error.message)); trying again")
                try await Task.sleep(for: .seconds(1))
                let connection = try await bake.hypervisor.connect(home: bake.home)
                guard let found = try await connection.storagePool(pool.name) else { throw error }
                pool = found
            }
        }
        return try await collectDisk(from: pool)
    }

    private static let attempts = 3

    private func collectDisk(from pool: StoragePool) async throws -> FilePath {
        let disk = bake.work.appending("disk.qcow2")
        guard let volume = try await pool.volumes().first(where: { $0.name == name("disk.qcow2") }) else {
            throw Failure(
                .installFailed,
                "the guest's disk has vanished from the storage pool '\(pool.name)' on \(bake.hypervisor.uri)",
                ["next": "run the same command again"]
            )
        }
        let (length, allocated) = try await volume.size()
        try DiskSpace.require(allocated, in: bake.work, "the disk that comes from \(bake.hypervisor.uri)")
        let begin = ContinuousClock.now
        channel.activity("downloading the disk, \(ByteText.text(allocated))")
        channel.bytes(0, of: length)
        try await volume.download(to: disk) { channel.bytes($0.completed, of: $0.total) }
        channel.note("downloaded the disk, \(ByteText.text(allocated)), in \(Self.seconds(since: begin)) s")
        try await volume.delete()
        return disk
    }

    /// Downloads it, where there is room and while the connection lasts: a host that has gone is not waited for.
    func failedDisk(_ channel: StageChannel) async throws -> FilePath {
        let disk = bake.work.appending("disk.qcow2")
        // It came before the bake failed.
        if Files.exists(disk) { return disk }
        guard let volume = try await pool.volumes().first(where: { $0.name == name("disk.qcow2") }) else {
            throw Failure(.inputMissing, "the guest got none on \(bake.hypervisor.uri)")
        }
        let allocated = try await volume.size().allocated
        let needed = allocated + DiskSpace.leastForSysprep
        if let free = DiskSpace.free(at: bake.work), free < needed {
            throw Failure(
                .inputOutput,
                "to bring it from \(bake.hypervisor.uri) takes \(ByteText.text(needed)), and \(ByteText.text(free)) are free "
                    + "in \(bake.work)"
            )
        }
        channel.activity("downloading the half-installed disk, \(ByteText.text(allocated)), for its logs")
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await volume.download(to: disk) { channel.bytes($0.completed, of: $0.total) } }
            group.addTask {
                try await Task.sleep(for: Self.evidencePatience)
                throw Failure(
                    .tryAgain,
                    "it did not come from \(bake.hypervisor.uri) within \(Self.evidencePatience.components.seconds) s"
                )
            }
            try await group.next()
        }
        return disk
    }

    // Logs are worth a wait, but not one that keeps somebody from the failure itself.
    private static let evidencePatience = Duration.seconds(120)

    /// What the paths of the ports' sockets begin with.
    ///
    /// libvirt's own choice is short enough in the privileged daemon's directory, which its confinement knows; below a user's home it is
    /// not (107 bytes, unix(7)). libvirt makes the sockets itself, and removes them with the guest.
    private func sockets(_ uuid: String) -> FilePath? {
        let path = directory.appending(String(uuid.prefix(8)))
        return bake.hypervisor.isPrivileged || path.string.utf8.count > 100 ? nil : path
    }

    private func requireRoom(for bytes: Int64) async throws {
        let needed = bytes + DiskSpace.leastForInstall
        let free = try await pool.freeBytes()
        guard free < needed else { return }
        throw Failure(
            .inputOutput,
            "no space left: \(ByteText.text(free)) free in the storage pool '\(pool.name)' on \(bake.hypervisor.uri), "
                + "and the smallest install takes \(ByteText.text(needed))",
            ["next": "free some space there, or name another pool with --storage-pool"]
        )
    }

    private func upload(_ file: FilePath, as suffix: String, _ what: String) async throws -> FilePath {
        let size = Files.size(of: file) ?? 0
        let volume = try await pool.makeVolume(name(suffix), format: .raw, capacity: size)
        let begin = ContinuousClock.now
        channel.activity("uploading \(what), \(ByteText.text(size))")
        channel.bytes(0, of: size)
        try await volume.upload(file) { channel.bytes($0.completed, of: $0.total) }
        channel.note("uploaded \(what), \(ByteText.text(size)), in \(Self.seconds(since: begin)) s")
        return try await volume.path()
    }

    private func name(_ suffix: String) -> String { record.prefix + suffix }

    private static func seconds(since begin: ContinuousClock.Instant) -> String {
        let duration = (ContinuousClock.now - begin).components
        let tenths = duration.seconds * 10 + duration.attoseconds / 100_000_000_000_000_000
        return "\(tenths / 10).\(tenths % 10)"
    }
}
