import CGuestfs
import Glibc

extension GuestfsSession {
    /// Something on the disks that could hold a file system.
    struct Volume {
        /// Its device, or a btrfs subvolume in libguestfs' notation.
        let device: String
        /// What is on it, in blkid's words: `ext4`, `swap`, `crypto_LUKS`; `unknown` where blkid knows none.
        let type: String
    }

    /// What a call answers, or nil where it fails; an appliance that is gone is still an error.
    func unlessFailed<R>(_ call: () throws -> R) throws -> R? {
        do {
            return try call()
        } catch let error as GuestfsError where error.code == .operation {
            return nil
        }
    }

    /// The partitions, volumes and btrfs subvolumes with what is on them.
    func volumes() throws -> [Volume] {
        let pairs = try takeStrings(check(guestfs_list_filesystems(handle), "list_filesystems"))
            .map { String(decoding: $0, as: UTF8.self) }
        return try stride(from: 0, to: pairs.count - 1, by: 2).map {
            Volume(device: try publicName(pairs[$0]), type: pairs[$0 + 1])
        }
    }

    /// The name under which a btrfs subvolume is found again, in this start of the appliance and in the next.
    ///
    /// The kernel may find the appliance's own disk first. libguestfs hides that from its callers, save in the names of subvolumes before
    /// version 1.54 (daemon/device-name-translation.c, `reverse_device_name_translation`). With one disk there is no doubt which is meant.
    func publicName(_ mountable: String) throws -> String {
        guard mountable.hasPrefix("btrfsvol:") else { return mountable }
        return Self.publicName(mountable, disks: try devices())
    }

    /// The same, of the disks that there are.
    static func publicName(_ mountable: String, disks: [String]) -> String {
        guard disks.count == 1,
            let match = mountable.firstMatch(of: #/^((?:btrfsvol:)?)\/dev\/[shv]d[a-z]+([0-9]*)(\/.*|)$/#)
        else { return mountable }
        return "\(match.1)\(disks[0])\(match.2)\(match.3)"
    }

    /// Every block device that could hold something, with what blkid says is on it.
    ///
    /// ``volumes()`` leaves out what cannot be mounted: encrypted volumes, members of groups. Each question is a process in the appliance,
    /// so groups are asked for only where something on a disk is a member of one.
    func blockDevices() throws -> [Volume] {
        func list(_ operation: String, _ call: (OpaquePointer?) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?)
            throws -> [Volume]
        {
            try takeStrings(check(call(handle), operation)).map {
                let device = String(decoding: $0, as: UTF8.self)
                // No error where there is nothing that blkid knows, but one where a device cannot be read.
                let type = try unlessFailed { try text("vfs_type", device) { guestfs_vfs_type($0, $1) } } ?? ""
                return Volume(device: device, type: type.isEmpty ? "unknown" : type)
            }
        }
        var all =
            try list("list_partitions") { guestfs_list_partitions($0) }
            + list("list_devices") { guestfs_list_devices($0) }
        // linux_raid_member, isw_raid_member ...
        if all.contains(where: { $0.type.hasSuffix("raid_member") }) {
            all += try list("list_md_devices") { guestfs_list_md_devices($0) }
        }
        // What a key has opened may hold a group too.
        if all.contains(where: { $0.type == "LVM2_member" || $0.type == "crypto_LUKS" }) {
            all += try list("lvs") { guestfs_lvs($0) }
        }
        return all
    }

    /// libguestfs' type of an inspected operating system: `linux`, `windows` ...
    func osType(_ handle: OpaquePointer?, _ root: UnsafePointer<CChar>?) -> UnsafeMutablePointer<CChar>? {
        guestfs_inspect_get_type(handle, root)
    }

    /// Its name, as the guest has it.
    func osProduct(_ handle: OpaquePointer?, _ root: UnsafePointer<CChar>?) -> UnsafeMutablePointer<CChar>? {
        guestfs_inspect_get_product_name(handle, root)
    }

    /// The UUID of what is on a device.
    func uuid(_ device: String) throws -> String {
        try text("vfs_uuid", device) { guestfs_vfs_uuid($0, $1) }
    }

    /// The label of what is on a device; empty where there is none.
    func label(_ device: String) throws -> String {
        try text("vfs_label", device) { guestfs_vfs_label($0, $1) }
    }

    /// The disks.
    func devices() throws -> [String] {
        try takeStrings(check(guestfs_list_devices(handle), "list_devices")).map { String(decoding: $0, as: UTF8.self) }
    }

    /// A text that a call returns about a device; the device's own words, so nothing to be printed as it is.
    func text(
        _ operation: String,
        _ device: String,
        _ call: (OpaquePointer?, UnsafePointer<CChar>?) -> UnsafeMutablePointer<CChar>?
    ) throws -> String {
        let value = try check(call(handle, device), operation)
        return String(decoding: takeBytes(value, count: strlen(value)), as: UTF8.self)
    }

    /// Opens an encrypted volume as `/dev/mapper/NAME`; false where the passphrase is another's.
    func openEncrypted(_ device: String, as name: String, passphrase: [UInt8]) throws -> Bool {
        var arguments = guestfs_cryptsetup_open_argv()
        let result = (passphrase + [0]).withUnsafeBufferPointer { buffer in
            buffer.withMemoryRebound(to: CChar.self) {
                guestfs_cryptsetup_open_argv(handle, device, $0.baseAddress, name, &arguments)
            }
        }
        if result == 0 { return true }
        let error = lastError("cryptsetup_open", path: nil)
        if let error = error as? GuestfsError, error.message.contains("No key available") { return false }
        throw error
    }

    /// Looks for volume groups, on devices that were opened since the appliance came up too, and activates them.
    func activateVolumeGroups() throws {
        try check(guestfs_lvm_scan(handle, 1), "lvm_scan")
    }

    /// The device that a file system is on: that of the whole for a btrfs subvolume.
    func underlyingDevice(of mountable: String) throws -> String {
        guard mountable.hasPrefix("btrfsvol:") else { return mountable }
        let device = try text("mountable_device", mountable) { guestfs_mountable_device($0, $1) }
        return Self.publicName(device, disks: try devices())
    }

    /// Bytes of a device.
    func read(_ device: String, at offset: Int64, count: Int) throws -> [UInt8] {
        var content: [UInt8] = []
        while content.count < count {
            var size = 0
            let piece = try check(
                guestfs_pread_device(
                    handle,
                    device,
                    CInt(min(count - content.count, 1 << 20)),
                    offset + Int64(content.count),
                    &size
                ),
                "pread_device"
            )
            guard size > 0 else {
                free(piece)
                let end = offset + Int64(content.count)
                throw GuestfsError(.operation, "pread_device", "\(device): ends at byte \(end)")
            }
            content += takeBytes(piece, count: size)
        }
        return content
    }

    /// Writes bytes to a device.
    func write(_ content: [UInt8], to device: String, at offset: Int64) throws {
        var done = 0
        while done < content.count {
            let piece = content[done..<min(content.count, done + (1 << 20))]
            let count = try piece.withUnsafeBytes { bytes in
                try bytes.withMemoryRebound(to: CChar.self) { buffer in
                    guard let base = buffer.baseAddress else { return CInt(0) }
                    return try check(
                        guestfs_pwrite_device(handle, device, base, buffer.count, offset + Int64(done)),
                        "pwrite_device"
                    )
                }
            }
            guard count > 0 else { throw GuestfsError(.operation, "pwrite_device", "\(device): nothing was written") }
            done += Int(count)
        }
    }

    /// The length of a device in bytes.
    func size(of device: String) throws -> Int64 {
        let size = guestfs_blockdev_getsize64(handle, device)
        if size == -1 { throw lastError("blockdev_getsize64", path: nil) }
        return size
    }

    /// The bytes that are free in a mounted file system.
    func freeBytes(_ mountpoint: GuestPath) throws -> Int64 {
        let status = try mountpoint.withCString { try check(guestfs_statvfs(handle, $0), "statvfs", path: mountpoint) }
        defer { guestfs_free_statvfs(status) }
        let (bytes, overflow) = status.pointee.bfree.multipliedReportingOverflow(by: status.pointee.frsize)
        return overflow || bytes < 0 ? .max : bytes
    }

    /// The `Filesystem state` of an ext file system, as in `clean with errors`.
    func extState(_ device: String) throws -> String {
        let pairs = try takeStrings(check(guestfs_tune2fs_l(handle, device), "tune2fs_l"))
            .map { String(decoding: $0, as: UTF8.self) }
        let index = stride(from: 0, to: pairs.count - 1, by: 2).first { pairs[$0] == "Filesystem state" }
        return index.map { pairs[$0 + 1] } ?? ""
    }

    /// Tells the disk that nothing on a device is needed.
    func discard(_ device: String) throws {
        try check(guestfs_blkdiscard(handle, device), "blkdiscard")
    }

    /// Overwrites a device with zeros.
    func zero(_ device: String) throws {
        try check(guestfs_zero_device(handle, device), "zero_device")
    }

    /// Overwrites what is free in a mounted file system with zeros.
    func zeroFreeSpace(_ mountpoint: GuestPath) throws {
        _ = try mountpoint.withCString {
            try check(guestfs_zero_free_space(handle, $0), "zero_free_space", path: mountpoint)
        }
    }
}
