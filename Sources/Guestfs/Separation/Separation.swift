import CGuestfs
public import SystemPackage

/// Takes a disk apart into what a machine starts from that has no boot loader: the place of the root file system, the kernel, the initrd.
public enum Separation {
    /// The largest kernel or initrd that is taken, in bytes.
    private static let limit: Int64 = 1 << 30

    /// The types of file systems that every initrd finds by their UUID and mounts without more being said.
    private static let types: Set<String> = ["ext2", "ext3", "ext4", "xfs"]

    /// Looks at a disk and writes its kernel and its initrd, in one start of an appliance that only reads.
    ///
    /// - Parameters:
    ///   - disk: The disk.
    ///   - layout: Where its file systems are, where that is known, which spares an inspection.
    ///   - kernel: Where the kernel is written; there must be nothing.
    ///   - ramdisk: Where the initrd is written; there must be nothing.
    /// - Throws: ``GuestfsError``, with `notSeparable` where the root file system alone would not come up; `CancellationError`.
    public static func run(
        on disk: GuestDisk,
        layout: GuestLayout? = nil,
        kernel: FilePath,
        ramdisk: FilePath,
        options: GuestfsOptions
    ) async throws -> SeparatedRoot {
        var disk = disk
        disk.readOnly = true
        return try await withGuestfs([disk], options: options) { session in
            let guest = try Guest(session, readOnly: true, seal: Seal(), layout: layout)
            let place = try place(of: guest.root, session)
            let type = try session.filesystemType(guest.root)
            guard types.contains(type) else {
                throw refusal("the root file system is \(GuestPath.printable(type.utf8))", "make it ext4 or xfs")
            }
            try requireAlone(guest)
            let uuid = try session.uuid(guest.root)
            guard !uuid.isEmpty else { throw refusal("the root file system has no UUID", "give it one") }
            let menu = try guest.boot()
            let choice = try BootChoice(
                kernels: guest.kernels(),
                entries: menu.entries,
                saved: menu.environment["saved_entry"]
            )
            try session.download(GuestPath(choice.image), to: kernel, limit: limit)
            try session.download(GuestPath(choice.initrd), to: ramdisk, limit: limit)
            return SeparatedRoot(
                offset: place.offset,
                length: place.length,
                type: type,
                kernel: choice.version,
                commandLine: choice.commandLine(root: uuid)
            )
        }
    }

    /// Where a root lies on the only disk.
    private static func place(of root: String, _ session: GuestfsSession) throws -> (offset: Int64, length: Int64) {
        let disks = try session.devices()
        guard disks.count == 1, let disk = disks.first else {
            throw refusal("the system is spread over \(disks.count) disks", "put it on one")
        }
        if root == disk { return (0, try session.size(of: disk)) }
        let partitions = try session.partitions(of: disk)?.partitions ?? []
        guard let partition = partitions.first(where: { $0.device == root }) else {
            throw refusal(
                "the root file system is on \(GuestPath.printable(root.utf8)), which is no partition",
                "put it on a partition of its own, without LVM, RAID, encryption or btrfs"
            )
        }
        return (partition.start, partition.size)
    }

    /// Refuses a guest that has more than its root, or waits for more.
    private static func requireAlone(_ guest: Guest) throws {
        let systemPartitions: [GuestPath] = ["/boot/efi", "/efi"]
        for mount in guest.mounts where mount.mountpoint != "/" && !systemPartitions.contains(mount.mountpoint) {
            throw refusal(
                "\(mount.mountpoint) is a file system of its own, and its files would be missing",
                "install the system without a partition for it"
            )
        }
        let content = try guest.session.readSmallFile("/etc/fstab") ?? []
        guard let entries = FileSystemTable.entries(content) else {
            throw refusal("its /etc/fstab cannot be read without doubt", "write it as fstab(5) has it")
        }
        if let obstacle = FileSystemTable.obstacle(entries) { throw refusal(obstacle.what, obstacle.hint) }
    }

    static func refusal(_ what: String, _ hint: String) -> GuestfsError {
        GuestfsError(.notSeparable, "separate", what, hint: hint)
    }
}

extension GuestfsSession {
    /// Copies a regular file of the guest to a new one on the host.
    func download(_ file: GuestPath, to path: FilePath, limit: Int64) throws {
        guard let status = try status(file), status.kind == .regular else {
            throw Separation.refusal("\(file) is no regular file", "install the kernel again")
        }
        guard (1...limit).contains(status.size) else {
            throw Separation.refusal("\(file) has \(status.size) bytes", "install the kernel again")
        }
        // With a size: nothing that the guest's file is can fill the host's disk.
        _ = try file.withCString {
            try check(
                guestfs_download_offset(handle, $0, path.string, 0, status.size),
                "download_offset",
                path: file
            )
        }
    }
}
