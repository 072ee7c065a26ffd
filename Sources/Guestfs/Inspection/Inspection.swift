/// Looks at a disk without starting what is on it, in one start of an appliance that only reads.
public enum Inspection {
    /// What is on the disk.
    ///
    /// - Parameters:
    ///   - root: The device of the operating system that is meant, where the disk has several; nil takes the only one.
    ///   - keys: What opens the encrypted volumes.
    /// - Throws: ``GuestfsError`` with `noOS`, `multipleOS`, `encrypted`, `brokenFilesystem`, `diskUnreadable`, `operation` and those of
    ///   the launch; `CancellationError`.
    public static func facts(
        of disk: GuestDisk,
        root: String? = nil,
        keys: [DiskKey] = [],
        options: GuestfsOptions
    ) async throws -> GuestFacts {
        var disk = disk
        disk.readOnly = true
        return try await withGuestfs([disk], options: options) { session in
            try facts(of: Guest(session, readOnly: true, seal: Seal(), root: root, keys: keys))
        }
    }

    /// The same, with every file in a few words, for a comparison.
    public static func factsAndFiles(
        of disk: GuestDisk,
        root: String? = nil,
        keys: [DiskKey] = [],
        options: GuestfsOptions
    ) async throws -> (facts: GuestFacts, files: FileTable) {
        var disk = disk
        disk.readOnly = true
        return try await withGuestfs([disk], options: options) { session in
            let guest = try Guest(session, readOnly: true, seal: Seal(), root: root, keys: keys)
            return (try facts(of: guest), try guest.fileTable())
        }
    }

    static func facts(of guest: Guest) throws -> GuestFacts {
        let session = guest.session
        let disk = "/dev/sda"
        let table = try session.partitions(of: disk)
        let mounts = Dictionary(guest.mounts.map { ($0.device, $0.mountpoint) }) { first, _ in first }
        let filesystems = try session.filesystems().map { device, type in
            let (label, uuid) = session.identity(of: device)
            let mountpoint = mounts[device]
            let usage = mountpoint.flatMap { session.usage(of: $0) }
            return GuestFilesystem(
                device: device,
                type: type,
                label: label,
                uuid: uuid,
                mountpoint: mountpoint?.description,
                size: usage?.size,
                used: usage?.used
            )
        }
        let boot = try guest.boot()
        return GuestFacts(
            os: guest.os,
            partitionTable: table?.table,
            diskSize: try session.size(of: disk),
            partitions: table?.partitions ?? [],
            filesystems: filesystems,
            kernels: try guest.kernels(),
            bootLoaders: boot.loaders,
            bootEntries: boot.entries,
            users: try guest.users(),
            services: try guest.services(),
            inventory: try guest.inventory(),
            warnings: guest.warnings
        )
    }
}
