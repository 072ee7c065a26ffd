import CGuestfs

extension Guest {
    /// Whether every part of this path is a directory, no link among them.
    func isPlain(_ directory: GuestPath) throws -> Bool {
        var path = directory
        while path != "/" {
            // A parent that is a file is no error here (ENOTDIR).
            guard let status = try? session.status(path), status.kind == .directory else { return false }
            path = path.parent
        }
        return true
    }

    /// The mount points of file systems whose files do not stand on the disk byte by byte.
    func opaqueMountpoints() throws -> [String] {
        try mounts.filter { mount in
            // A mapped device may be a plain logical volume; what LUKS holds is told by its parent.
            try ["btrfs", "f2fs", "squashfs", "erofs", "zfs_member"].contains(session.filesystemType(mount.device))
                || session.isEncrypted(mount.device)
        }
        .map(\.mountpoint.description)
    }
}
