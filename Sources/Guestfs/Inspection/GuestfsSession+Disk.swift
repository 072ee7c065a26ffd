import CGuestfs
import Glibc

extension GuestfsSession {
    /// Whether there is a directory at this path, also at the end of a link.
    func isDirectory(_ path: GuestPath) throws -> Bool {
        try path.withCString { string in
            var arguments = guestfs_is_dir_opts_argv()
            arguments.bitmask = imagebake_is_dir_followsymlinks
            arguments.followsymlinks = 1
            return try check(guestfs_is_dir_opts_argv(handle, string, &arguments), "is_dir", path: path) == 1
        }
    }

    /// Whether there is a regular file at this path, also at the end of a link.
    func isFile(_ path: GuestPath) throws -> Bool {
        try path.withCString { string in
            var arguments = guestfs_is_file_opts_argv()
            arguments.bitmask = imagebake_is_file_followsymlinks
            arguments.followsymlinks = 1
            return try check(guestfs_is_file_opts_argv(handle, string, &arguments), "is_file", path: path) == 1
        }
    }

    /// The kind of a disk's partition table, and its partitions; nil where it has none.
    func partitions(of device: String) throws -> (table: String, partitions: [GuestPartition])? {
        guard let type = guestfs_part_get_parttype(handle, device) else { return nil }
        let table = String(decoding: takeBytes(type, count: strlen(type)), as: UTF8.self)
        let list = try check(guestfs_part_list(handle, device), "part_list")
        defer { guestfs_free_partition_list(list) }
        let partitions = (0..<Int(list.pointee.len)).map { index in
            let partition = list.pointee.val[index]
            let number = partition.part_num
            var type: String?
            if table == "gpt", let guid = guestfs_part_get_gpt_type(handle, device, number) {
                type = String(decoding: takeBytes(guid, count: strlen(guid)), as: UTF8.self)
            } else if table == "msdos" {
                let id = guestfs_part_get_mbr_id(handle, device, number)
                if id != -1 { type = "0x" + (id < 16 ? "0" : "") + String(id, radix: 16) }
            }
            return GuestPartition(
                number: Int(number),
                device: "\(device)\(number)",
                start: Int64(clamping: partition.part_start),
                size: Int64(clamping: partition.part_size),
                type: type,
                isBootable: table == "msdos" && guestfs_part_get_bootable(handle, device, number) == 1
            )
        }
        return (table, partitions)
    }

    /// The devices that hold something, with what that is.
    func filesystems() throws -> [(device: String, type: String)] {
        let pairs = try takeStrings(check(guestfs_list_filesystems(handle), "list_filesystems"))
            .map { String(decoding: $0, as: UTF8.self) }
        return stride(from: 0, to: pairs.count - 1, by: 2).map { (pairs[$0], pairs[$0 + 1]) }
            .sorted { $0.device < $1.device }
    }

    /// The label and the UUID of what a device holds, where it has them.
    func identity(of device: String) -> (label: String?, uuid: String?) {
        func text(_ pointer: UnsafeMutablePointer<CChar>?) -> String? {
            guard let pointer else { return nil }
            let text = GuestPath.printable(takeBytes(pointer, count: strlen(pointer)).prefix(256))
            return text.isEmpty ? nil : text
        }
        return (text(guestfs_vfs_label(handle, device)), text(guestfs_vfs_uuid(handle, device)))
    }

    /// The bytes that a mounted file system holds, and those that are used; nil where it cannot say.
    func usage(of mountpoint: GuestPath) -> (size: Int64, used: Int64)? {
        mountpoint.withCString { string in
            guard let status = guestfs_statvfs(handle, string) else { return nil }
            defer { guestfs_free_statvfs(status) }
            let (size, unit) = (status.pointee.blocks, status.pointee.frsize)
            let (total, overflow) = size.multipliedReportingOverflow(by: unit)
            let (free, other) = status.pointee.bfree.multipliedReportingOverflow(by: unit)
            return overflow || other ? nil : (total, max(0, total - free))
        }
    }
}
