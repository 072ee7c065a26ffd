import Glibc
import SystemPackage

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// File operations whose errors are `TreeError`s that name the file.
enum Files {
    /// What identifies the contents of a file as long as nobody tampers with clocks.
    struct Status: Sendable, Hashable {
        let device: UInt64
        let inode: UInt64
        let size: Int64
        /// Nanoseconds since 1970.
        let modified: Int64
        let changed: Int64
        let isDirectory: Bool
        let isRegular: Bool
    }

    /// Runs a call of SystemPackage and translates its error.
    static func check<Value>(
        _ path: FilePath,
        _ action: String,
        _ body: () throws -> Value
    ) throws(TreeError) -> Value {
        do {
            return try body()
        } catch let error as Errno {
            throw .file(error, path, action)
        } catch let error as TreeError {
            throw error
        } catch {
            throw TreeError(.io, at: path.string, "\(action) \(path)", cause: "\(error)")
        }
    }

    /// The status of what a path leads to, symbolic links followed.
    static func status(_ path: FilePath) throws(TreeError) -> Status {
        var info = stat()
        let result = path.withPlatformString { stat($0, &info) }
        guard result == 0 else { throw .file(Errno(rawValue: errno), path, "cannot read") }
        return Status(info)
    }

    static func status(_ file: FileDescriptor, _ path: FilePath) throws(TreeError) -> Status {
        var info = stat()
        guard fstat(file.rawValue, &info) == 0 else { throw .file(Errno(rawValue: errno), path, "cannot read") }
        return Status(info)
    }

    /// The status, nil where nothing is at that path.
    static func statusIfPresent(_ path: FilePath) throws(TreeError) -> Status? {
        do throws(TreeError) {
            return try status(path)
        } catch  where error.code == .missingFile {
            return nil
        }
    }

    /// Opens a regular file; a pipe or device at that path neither blocks nor is read.
    static func openForReading(_ path: FilePath) throws(TreeError) -> FileDescriptor {
        let file = try check(path, "cannot open") {
            try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .nonBlocking])
        }
        do throws(TreeError) {
            guard try status(file, path).isRegular else {
                throw TreeError(.notAFile, at: path.string, "\(path) is not a regular file")
            }
        } catch {
            try? file.close()
            throw error
        }
        return file
    }

    /// A whole file that must not be larger than `limit` bytes.
    static func read(_ path: FilePath, limit: Int) throws(TreeError) -> [UInt8] {
        let file = try openForReading(path)
        defer { try? file.close() }
        var bytes: [UInt8] = []
        while true {
            let chunk = try check(path, "cannot read") {
                try [UInt8](unsafeUninitializedCapacity: 65536) { buffer, count in
                    count = try file.read(into: UnsafeMutableRawBufferPointer(buffer))
                }
            }
            if chunk.isEmpty { return bytes }
            bytes += chunk
            guard bytes.count <= limit else {
                throw TreeError(.tooLarge, at: path.string, "\(path) is larger than \(limit) bytes")
            }
        }
    }

    /// Creates a file that must not exist yet.
    static func create(_ path: FilePath, mode: FilePermissions) throws(TreeError) -> FileDescriptor {
        try check(path, "cannot create") {
            try FileDescriptor.open(
                path,
                .readWrite,
                options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: mode
            )
        }
    }

    static func write(
        _ bytes: UnsafeRawBufferPointer,
        to file: FileDescriptor,
        _ path: FilePath
    ) throws(TreeError) {
        _ = try check(path, "cannot write") { try file.writeAll(bytes) }
    }

    static func sync(_ file: FileDescriptor, _ path: FilePath) throws(TreeError) {
        guard fsync(file.rawValue) == 0 else { throw .file(Errno(rawValue: errno), path, "cannot sync") }
    }

    /// Writes a small file under a temporary name, syncs it and renames it.
    static func writeAtomically(
        _ bytes: [UInt8],
        to path: FilePath,
        mode: FilePermissions = [.ownerReadWrite, .groupRead, .otherRead]
    ) throws(TreeError) {
        let temporary = temporaryName(for: path)
        let file = try create(temporary, mode: mode)
        do throws(TreeError) {
            defer { try? file.close() }
            _ = try check(temporary, "cannot write") { try file.writeAll(bytes) }
            try sync(file, temporary)
            try rename(temporary, to: path)
        } catch {
            remove(temporary)
            throw error
        }
    }

    /// A name in the same directory that nobody else uses.
    static func temporaryName(for path: FilePath) -> FilePath {
        let random = UInt64.random(in: .min ... .max)
        let name = path.lastComponent?.string ?? "file"
        return path.removingLastComponent().appending(".\(name).\(String(random, radix: 16)).partial")
    }

    /// Renames and syncs the directory, so that the name is as durable as the bytes.
    static func rename(_ from: FilePath, to path: FilePath) throws(TreeError) {
        let result = from.withPlatformString { old in path.withPlatformString { new in Glibc.rename(old, new) } }
        guard result == 0 else { throw .file(Errno(rawValue: errno), path, "cannot rename a file to") }
        try syncDirectory(path.removingLastComponent())
    }

    static func syncDirectory(_ path: FilePath) throws(TreeError) {
        let path = path.isEmpty ? FilePath(".") : path
        let directory = try check(path, "cannot open") {
            try FileDescriptor.open(path, .readOnly, options: [.directory, .closeOnExec])
        }
        defer { try? directory.close() }
        // Some file systems cannot sync a directory and say EINVAL; there is nothing more to do then.
        if fsync(directory.rawValue) != 0, errno != EINVAL {
            throw .file(Errno(rawValue: errno), path, "cannot sync")
        }
    }

    /// Creates a directory and those above it; one that exists is fine.
    static func createDirectories(_ path: FilePath) throws(TreeError) {
        if mkdir(path.string, 0o755) == 0 || errno == EEXIST {
            guard try status(path).isDirectory else {
                throw TreeError(.notADirectory, at: path.string, "\(path) is not a directory")
            }
            return
        }
        let error = Errno(rawValue: errno)
        let parent = path.removingLastComponent()
        guard error == .noSuchFileOrDirectory, !parent.isEmpty, parent != path else {
            throw .file(error, path, "cannot create")
        }
        try createDirectories(parent)
        guard mkdir(path.string, 0o755) == 0 || errno == EEXIST else {
            throw .file(Errno(rawValue: errno), path, "cannot create")
        }
    }

    /// The path from the root, symbolic links left as they are: what outlives this process must not depend on its directory.
    static func absolute(_ path: FilePath) -> FilePath {
        guard path.isRelative, let current = getcwd(nil, 0) else { return path }
        defer { free(current) }
        return FilePath(String(cString: current)).pushing(path).lexicallyNormalized()
    }

    /// The absolute path without symbolic links; nil where it leads nowhere.
    static func realPath(_ path: FilePath) -> FilePath? {
        guard let resolved = realpath(path.string, nil) else { return nil }
        defer { free(resolved) }
        return FilePath(String(cString: resolved))
    }

    /// Removes a file or a directory with all that is in it, as far as that goes; for clean-up, so without an error.
    static func remove(_ path: FilePath) { try? FileManager.default.removeItem(atPath: path.string) }

    /// The bytes that the files of a directory take on disk, directories in it left out.
    static func allocatedSize(_ directory: FilePath) -> Int64 {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.string)) ?? []
        return names.reduce(0) { sum, name in
            var info = stat()
            guard lstat(directory.appending(name).string, &info) == 0 else { return sum }
            return sum + Int64(info.st_blocks) * 512
        }
    }

    /// The bytes that an unprivileged process may still write to the file system of an open file.
    static func freeSpace(_ file: FileDescriptor) -> UInt64? {
        var info = statvfs()
        guard fstatvfs(file.rawValue, &info) == 0 else { return nil }
        let (bytes, overflow) = UInt64(info.f_bavail).multipliedReportingOverflow(by: UInt64(info.f_frsize))
        return overflow ? nil : bytes
    }
}

extension Files.Status {
    fileprivate init(_ info: stat) {
        device = UInt64(info.st_dev)
        inode = UInt64(info.st_ino)
        size = Int64(info.st_size)
        modified = Int64(info.st_mtim.tv_sec) * 1_000_000_000 + Int64(info.st_mtim.tv_nsec)
        changed = Int64(info.st_ctim.tv_sec) * 1_000_000_000 + Int64(info.st_ctim.tv_nsec)
        isDirectory = info.st_mode & S_IFMT == S_IFDIR
        isRegular = info.st_mode & S_IFMT == S_IFREG
    }
}
