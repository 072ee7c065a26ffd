import Glibc
import SystemPackage

/// What tells a file from every other, by whatever path it was found.
struct FileIdentity: Hashable {
    private let device: UInt
    private let inode: UInt

    /// Finds the file that a path leads to; nil when there is none.
    init?(_ path: FilePath) {
        var status = stat()
        guard stat(path.string, &status) == 0 else { return nil }
        (device, inode) = (UInt(status.st_dev), UInt(status.st_ino))
    }
}
