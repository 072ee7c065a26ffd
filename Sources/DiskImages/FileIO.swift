import Glibc
package import SystemPackage

/// The few system calls that image files need, with errors that name the path.
package enum FileIO {
    package static func openForReading(_ path: FilePath) throws(DiskImageError) -> FileDescriptor {
        do {
            return try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
        } catch {
            throw DiskImageError(errno: number(of: error), "cannot open", path)
        }
    }

    /// Creates a file that must not exist yet; the umask applies to the permissions.
    package static func create(_ path: FilePath) throws(DiskImageError) -> FileDescriptor {
        do {
            return try FileDescriptor.open(
                path,
                .readWrite,
                options: [.create, .exclusiveCreate, .closeOnExec, .noFollow],
                permissions: [
                    .ownerRead, .ownerWrite, .groupRead, .groupWrite, .otherRead, .otherWrite,
                ]
            )
        } catch {
            throw DiskImageError(errno: number(of: error), "cannot create", path)
        }
    }

    package static func status(of file: FileDescriptor, _ path: FilePath) throws(DiskImageError) -> FileStatus {
        var buffer = stat()
        guard fstat(file.rawValue, &buffer) == 0 else { throw DiskImageError(errno: errno, "cannot read", path) }
        return FileStatus(buffer)
    }

    /// What is at a path, symbolic links followed; nil where nothing is.
    package static func status(at path: FilePath) throws(DiskImageError) -> FileStatus? {
        var buffer = stat()
        if path.withPlatformString({ stat($0, &buffer) }) == 0 { return FileStatus(buffer) }
        if errno == ENOENT { return nil }
        throw DiskImageError(errno: errno, "cannot read", path)
    }

    /// Opens a regular file; a directory, a device or a pipe is refused before it can block.
    package static func openRegular(_ path: FilePath) throws(DiskImageError) -> (FileDescriptor, FileStatus) {
        if let status = try status(at: path), !status.isRegular { throw notRegular(status, path) }
        let file = try openForReading(path)
        do throws(DiskImageError) {
            let status = try status(of: file, path)
            guard status.isRegular else { throw notRegular(status, path) }
            return (file, status)
        } catch {
            try? file.close()
            throw error
        }
    }

    private static func notRegular(_ status: FileStatus, _ path: FilePath) -> DiskImageError {
        DiskImageError(.invalid, path: path, "\(path) is \(status.isDirectory ? "a directory" : "not a regular file")")
    }

    package static func sync(_ file: FileDescriptor, _ path: FilePath) throws(DiskImageError) {
        guard fsync(file.rawValue) == 0 else { throw DiskImageError(errno: errno, "cannot write", path) }
    }

    /// Makes the names in a directory durable.
    package static func syncDirectory(_ path: FilePath) throws(DiskImageError) {
        let directory = try openForReading(path)
        defer { try? directory.close() }
        // Some network file systems cannot sync a directory and say so with EINVAL; there is nothing more to do then.
        guard fsync(directory.rawValue) == 0 || errno == EINVAL else {
            throw DiskImageError(errno: errno, "cannot write", path)
        }
    }

    package static func rename(_ source: FilePath, to destination: FilePath) throws(DiskImageError) {
        let result = source.withPlatformString { old in
            destination.withPlatformString { new in Glibc.rename(old, new) }
        }
        guard result == 0 else { throw DiskImageError(errno: errno, "cannot write", destination) }
    }

    /// Removes a file; answers false where there was none.
    @discardableResult
    package static func remove(_ path: FilePath) throws(DiskImageError) -> Bool {
        if path.withPlatformString({ unlink($0) }) == 0 { return true }
        if errno == ENOENT { return false }
        throw DiskImageError(errno: errno, "cannot remove", path)
    }

    package static func setPermissions(
        _ permissions: FilePermissions,
        of file: FileDescriptor,
        _ path: FilePath
    ) throws(DiskImageError) {
        guard fchmod(file.rawValue, permissions.rawValue) == 0 else {
            throw DiskImageError(errno: errno, "cannot change the permissions of", path)
        }
    }

    /// Makes a directory and those above it, durably; one that is there already is fine.
    package static func createDirectories(_ path: FilePath) throws(DiskImageError) {
        if try makeDirectory(path) { return }
        let parent = path.removingLastComponent()
        guard !parent.isEmpty, parent != path else { throw DiskImageError(errno: ENOENT, "cannot create", path) }
        try createDirectories(parent)
        guard try makeDirectory(path) else { throw DiskImageError(errno: ENOENT, "cannot create", path) }
    }

    /// Answers false where the directory above it is missing.
    private static func makeDirectory(_ path: FilePath) throws(DiskImageError) -> Bool {
        if path.withPlatformString({ mkdir($0, 0o777) }) == 0 {
            try syncDirectory(path.removingLastComponent())
            return true
        }
        let number = errno
        if number == ENOENT { return false }
        // An existing one is reported first by some file systems, a missing permission by others.
        if let status = try status(at: path), status.isDirectory { return true }
        if number == EEXIST { throw DiskImageError(.invalid, path: path, "\(path) is not a directory") }
        throw DiskImageError(errno: number, "cannot create", path)
    }

    /// The names in a directory, sorted; none where it does not exist.
    package static func names(in path: FilePath) throws(DiskImageError) -> [String] {
        guard let directory = path.withPlatformString({ opendir($0) }) else {
            if errno == ENOENT { return [] }
            throw DiskImageError(errno: errno, "cannot read", path)
        }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Whether this process could write there.
    package static func isWritable(_ path: FilePath) -> Bool {
        path.withPlatformString { faccessat(AT_FDCWD, $0, W_OK, AT_EACCESS) } == 0
    }

    package static func number(of error: any Error) -> CInt {
        (error as? Errno)?.rawValue ?? EIO
    }

    /// The path from the root, so that no tool takes a colon in it for a protocol or a dash for an option.
    package static func absolute(_ path: FilePath) throws(DiskImageError) -> FilePath {
        if path.isEmpty { throw DiskImageError(.invalid, "an empty path names no file") }
        if path.isAbsolute { return path }
        guard let buffer = getcwd(nil, 0) else { throw DiskImageError(errno: errno, "cannot resolve", path) }
        defer { free(buffer) }
        return FilePath(platformString: buffer).pushing(path)
    }
}
