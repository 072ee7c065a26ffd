import DiskImages
import Glibc
import SystemPackage

/// What a path is that an image is to be saved to.
enum SaveDestination {
    /// A file, or nothing yet; symbolic links are followed, so that a link stays and its target is replaced.
    case file(FilePath)
    /// A pipe or a device, which is written from front to back.
    case device(FilePath)

    /// Looks, and makes nothing.
    ///
    /// - Throws: ``DiskImageError`` for a directory, and where the file could not be made.
    init(_ path: FilePath) throws {
        let path = try FileIO.absolute(path)
        guard let status = try FileIO.status(at: path) else {
            try Self.requireDirectory(of: path)
            self = .file(path)
            return
        }
        if status.isDirectory { throw DiskImageError(.invalid, path: path, "\(path) is a directory") }
        guard status.isRegular else {
            self = .device(path)
            return
        }
        guard let real = path.withPlatformString({ realpath($0, nil) }) else {
            throw DiskImageError(errno: errno, "cannot write", path)
        }
        defer { free(real) }
        let resolved = FilePath(platformString: real)
        try Self.requireDirectory(of: resolved)
        self = .file(resolved)
    }

    /// That a file could be made there: seen before a long transfer, not after it.
    private static func requireDirectory(of path: FilePath) throws {
        guard path.lastComponent != nil else {
            throw DiskImageError(.invalid, path: path, "\(path) is not the name of a file")
        }
        guard FileIO.isWritable(path.removingLastComponent()) else {
            throw DiskImageError(errno: errno, "cannot write", path)
        }
    }

    /// Opens a pipe or a device.
    static func open(device path: FilePath) throws -> FileDescriptor {
        do {
            return try FileDescriptor.open(path, .writeOnly, options: [.closeOnExec])
        } catch {
            throw DiskImageError(errno: FileIO.number(of: error), "cannot write", path)
        }
    }
}
