import CGuestfs

extension Guest {
    /// Where a disk ends once it is shrunk.
    struct ShrinkPlan {
        let disk: String
        let table: PartitionTable
        let partition: PartitionTable.Partition
        let device: String
        let type: String
    }

    /// What a smaller file system keeps free beyond what is in it: a tenth, and at least this much.
    private static let leastMargin: Int64 = 64 << 20
    /// The kernel makes no btrfs smaller than this (linux, fs/btrfs/ioctl.c, btrfs_ioctl_resize).
    private static let leastBtrfs: Int64 = 256 << 20

    /// Looks whether the disk can be made smaller; to be asked before anything is changed.
    ///
    /// Errors: `cannotShrink`.
    func planShrink() throws -> ShrinkPlan {
        func refuse(_ why: String) -> GuestfsError {
            GuestfsError(.cannotShrink, "shrink", "the disk cannot be made smaller: \(why)", hint: "leave out --shrink")
        }
        let disks = try session.devices()
        guard disks.count == 1, let disk = disks.first else { throw refuse("it is not the only one") }
        let sectorSize = Int(try session.check(guestfs_blockdev_getss(session.handle, disk), "blockdev_getss"))
        let size = try session.size(of: disk)
        let head = try session.read(disk, at: 0, count: Int(min(size, Int64(PartitionTable.longest))))
        guard let table = PartitionTable(head, sectorSize: sectorSize), let last = table.last else {
            throw refuse("it has no partition table, a damaged one, or logical partitions")
        }
        let device = "\(disk)\(last.number)"
        let type = try types()[device] ?? "unknown"
        switch type {
        case "ext2", "ext3", "ext4": break
        case "btrfs":
            guard mounts.contains(where: { (try? session.underlyingDevice(of: $0.device)) == device }) else {
                throw refuse("the btrfs on its last partition, \(device), is not mounted by the guest")
            }
        case "xfs": throw refuse("its last partition, \(device), has XFS, which cannot be made smaller")
        case "LVM2_member": throw refuse("its last partition, \(device), belongs to LVM")
        case "crypto_LUKS": throw refuse("its last partition, \(device), is encrypted")
        default: throw refuse("its last partition, \(device), has \(GuestPath.printable(type.utf8)), not ext4 or btrfs")
        }
        return ShrinkPlan(disk: disk, table: table, partition: last, device: device, type: type)
    }

    /// Makes the last file system, its partition and the partition table smaller; unmounts everything.
    ///
    /// - Returns: The bytes that the disk may be cut to, whole MiB.
    func shrink(_ plan: ShrinkPlan) throws -> Int64 {
        let sectorSize = Int64(plan.table.sectorSize)
        let current = Int64(plan.partition.last - plan.partition.first + 1) * sectorSize
        let target: Int64
        if plan.type == "btrfs" {
            target = try shrinkBtrfs(plan, current)
            try session.unmountAll()
        } else {
            try session.unmountAll()
            target = try shrinkExt(plan, current)
        }
        let lastSector = plan.partition.first + UInt64(target / sectorSize) - 1
        let size = plan.table.diskSize(lastSector: lastSector)
        guard size < (try session.size(of: plan.disk)) else { return try session.size(of: plan.disk) }
        for write in plan.table.shrinking(to: lastSector, diskSize: size) {
            try session.write(write.bytes, to: plan.disk, at: write.offset)
        }
        return size
    }

    /// A size in whole MiB with some room in it, not above what there is.
    private func target(_ minimum: Int64, _ current: Int64) -> Int64 {
        let wanted = minimum + max(Self.leastMargin, minimum / 10)
        return min(PartitionTable.wholeMiB(wanted), current)
    }

    private func shrinkExt(_ plan: ShrinkPlan, _ current: Int64) throws -> Int64 {
        // resize2fs(8) wants it checked since it was mounted; what the check would have to repair was found when it was mounted.
        try check(plan.device)
        let minimum = guestfs_vfs_minimum_size(session.handle, plan.device)
        if minimum == -1 { throw session.lastError("vfs_minimum_size", path: nil) }
        let target = target(minimum, current)
        guard target < current else { return current }
        try session.check(guestfs_resize2fs_size(session.handle, plan.device, target), "resize2fs_size")
        try check(plan.device)
        return target
    }

    private func check(_ device: String) throws {
        var arguments = guestfs_e2fsck_argv()
        arguments.bitmask = imagebake_e2fsck_correct
        arguments.correct = 1
        try session.check(guestfs_e2fsck_argv(session.handle, device, &arguments), "e2fsck")
    }

    private func shrinkBtrfs(_ plan: ShrinkPlan, _ current: Int64) throws -> Int64 {
        let minimum = guestfs_vfs_minimum_size(session.handle, plan.device)
        if minimum == -1 { throw session.lastError("vfs_minimum_size", path: nil) }
        let mount = try mounts.first { try session.underlyingDevice(of: $0.device) == plan.device }
        let target = max(target(minimum, current), Self.leastBtrfs)
        guard let mount, target < current else { return current }
        var arguments = guestfs_btrfs_filesystem_resize_argv()
        arguments.bitmask = imagebake_btrfs_resize_size
        arguments.size = target
        _ = try mount.mountpoint.withCString {
            try session.check(
                guestfs_btrfs_filesystem_resize_argv(session.handle, $0, &arguments),
                "btrfs_filesystem_resize"
            )
        }
        return target
    }
}
