import CGuestfs

/// What `lstat` says of a path in the guest.
public struct FileStatus: Sendable, Equatable {
    /// The kinds of file.
    public enum Kind: Sendable {
        /// A regular file.
        case regular
        /// A directory.
        case directory
        /// A symbolic link.
        case symlink
        /// A device node, a FIFO or a socket.
        case special
    }

    /// The kind of file; links are not followed.
    public let kind: Kind
    /// The permission bits, 0 to 0o7777.
    public let permissions: Int
    /// The owner's number.
    public let uid: Int
    /// The group's number.
    public let gid: Int
    /// The size in bytes.
    public let size: Int64

    init(_ status: guestfs_statns) {
        kind =
            switch status.st_mode & 0o170000 {
            case 0o100000: .regular
            case 0o040000: .directory
            case 0o120000: .symlink
            default: .special
            }
        permissions = Int(status.st_mode & 0o7777)
        uid = Int(status.st_uid)
        gid = Int(status.st_gid)
        size = status.st_size
    }
}
