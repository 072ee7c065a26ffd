import Glibc

/// The parts of `stat` that are used here, without the C type.
package struct FileStatus: Sendable, Hashable {
    package let device: UInt64
    package let inode: UInt64
    package let size: Int64
    /// The bytes that the file takes on the disk; less than its size where it has holes.
    package let allocated: Int64
    package let isRegular: Bool
    package let isDirectory: Bool
    package let permissions: UInt32
    package let owner: UInt32
    /// How many names it has; none once the last was removed.
    package let links: UInt64

    init(_ status: stat) {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        size = Int64(status.st_size)
        allocated = Int64(status.st_blocks) * 512
        isRegular = status.st_mode & S_IFMT == S_IFREG
        isDirectory = status.st_mode & S_IFMT == S_IFDIR
        permissions = UInt32(status.st_mode & 0o7777)
        owner = UInt32(status.st_uid)
        links = UInt64(status.st_nlink)
    }

    package func isSameFile(as other: FileStatus) -> Bool {
        device == other.device && inode == other.inode
    }
}
