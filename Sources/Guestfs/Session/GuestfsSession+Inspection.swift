import CGuestfs
import Glibc

extension GuestfsSession {
    /// The root file systems of the operating systems on the disks.
    func inspectRoots() throws -> [String] {
        try takeStrings(check(guestfs_inspect_os(handle), "inspect_os")).map {
            try publicName(String(decoding: $0, as: UTF8.self))
        }
    }

    /// Where the operating system mounts what, those to be mounted first coming first.
    func inspectMountpoints(root: String) throws -> [(mountpoint: GuestPath, device: String)] {
        let pairs = try takeStrings(check(guestfs_inspect_get_mountpoints(handle, root), "inspect_get_mountpoints"))
        let mounts = try stride(from: 0, to: pairs.count - 1, by: 2).map {
            (mountpoint: GuestPath(pairs[$0]), device: try publicName(String(decoding: pairs[$0 + 1], as: UTF8.self)))
        }
        return mounts.sorted { ($0.mountpoint.bytes.count, $0.mountpoint) < ($1.mountpoint.bytes.count, $1.mountpoint) }
    }

    /// What the operating system is.
    func inspect(root: String) throws -> GuestOS {
        func text(_ call: (OpaquePointer?, UnsafePointer<CChar>?) -> UnsafeMutablePointer<CChar>?, _ name: String)
            throws
            -> String
        {
            let value = try check(call(handle, root), name)
            return String(decoding: takeBytes(value, count: strlen(value)), as: UTF8.self)
        }
        return GuestOS(
            distro: try text(guestfs_inspect_get_distro, "inspect_get_distro"),
            productName: try text(guestfs_inspect_get_product_name, "inspect_get_product_name"),
            majorVersion: Int(try check(guestfs_inspect_get_major_version(handle, root), "inspect_get_major_version")),
            minorVersion: Int(try check(guestfs_inspect_get_minor_version(handle, root), "inspect_get_minor_version")),
            architecture: try text(guestfs_inspect_get_arch, "inspect_get_arch"),
            packageFormat: try text(guestfs_inspect_get_package_format, "inspect_get_package_format")
        )
    }

    /// Mounts a file system of the guest.
    func mount(_ device: String, on mountpoint: GuestPath, readOnly: Bool) throws {
        _ = try mountpoint.withCString {
            try check(
                readOnly ? guestfs_mount_ro(handle, device, $0) : guestfs_mount(handle, device, $0),
                "mount",
                path: mountpoint
            )
        }
    }

    /// Unmounts everything, which writes what is pending.
    func unmountAll() throws {
        try check(guestfs_umount_all(handle), "umount_all")
    }

    /// Tells the disk below a mounted file system which blocks are free.
    func trim(_ mountpoint: GuestPath) throws {
        var arguments = guestfs_fstrim_argv()
        _ = try mountpoint.withCString {
            try check(guestfs_fstrim_argv(handle, $0, &arguments), "fstrim", path: mountpoint)
        }
    }
}

extension GuestfsSession {
    /// The type of what is on a device, `ext4` for example; empty where it is none.
    func filesystemType(_ device: String) throws -> String {
        let value = try check(guestfs_vfs_type(handle, device), "vfs_type")
        return String(decoding: takeBytes(value, count: strlen(value)), as: UTF8.self)
    }

    /// Whether a device is what dm-crypt shows of another: the UUID of such a mapping begins with `CRYPT-` (libcryptsetup).
    func isEncrypted(_ device: String) throws -> Bool {
        guard device.hasPrefix("/dev/mapper/") || device.hasPrefix("/dev/dm-") else { return false }
        guard let uuid = guestfs_luks_uuid(handle, device) else { return device.contains("luks") }
        free(uuid)
        return true
    }
}
