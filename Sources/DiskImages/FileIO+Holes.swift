import Glibc
package import SystemPackage

/// Where a file has data and where holes, as its file system knows it (lseek(2)).
extension FileIO {
    private static let seekData: CInt = 3
    private static let seekHole: CInt = 4

    /// Where the next data begins, at `offset` or behind it; `size` where there is none any more.
    ///
    /// A file system that does not know its holes has data everywhere.
    package static func nextData(of file: FileDescriptor, from offset: Int64, size: Int64) -> Int64 {
        let found = lseek(file.rawValue, off_t(offset), seekData)
        if found >= 0 { return min(Int64(found), size) }
        // ENXIO: nothing but a hole up to the end.
        return errno == ENXIO ? size : offset
    }

    /// Where the data that lies at `offset` ends.
    package static func nextHole(of file: FileDescriptor, from offset: Int64, size: Int64) -> Int64 {
        let found = lseek(file.rawValue, off_t(offset), seekHole)
        return found > off_t(offset) ? min(Int64(found), size) : size
    }
}
