import Glibc
package import SystemPackage

/// A file under a temporary name beside its destination, which disappears unless it is committed.
///
/// It carries a shared `flock` for as long as its process lives, so a name of this kind without a lock is left over from
/// a process that was killed; ``FileTransfer/sweepPartials(in:)`` removes those. The lock is shared because a hard link
/// has the inode, and so the lock, in common with its source, and two processes may link one source at once.
package final class PartialFile {
    package static let suffix = ".imagebake-partial"

    /// Where the bytes go for now.
    package let path: FilePath

    /// Open for reading, and for writing too where this type created the file.
    package let file: FileDescriptor

    private var isFinished = false

    private init(path: FilePath, file: FileDescriptor) {
        self.path = path
        self.file = file
    }

    deinit {
        discard()
    }

    /// Creates an empty file for a result that will be called `name` or moved elsewhere on the file system.
    package static func create(in directory: FilePath, for name: String) throws(DiskImageError) -> PartialFile {
        while true {
            let path = directory.appending(temporaryName(for: name))
            let file: FileDescriptor
            do throws(DiskImageError) {
                file = try FileIO.create(path)
            } catch  where error.code == .exists {
                continue
            }
            if try lock(file, path) { return PartialFile(path: path, file: file) }
        }
    }

    /// Hard-links `source`, which must be a regular file; nil where links are not possible.
    package static func link(
        _ source: FilePath,
        in directory: FilePath,
        for name: String
    ) throws(DiskImageError) -> PartialFile? {
        while true {
            let path = directory.appending(temporaryName(for: name))
            let result = source.withPlatformString { old in
                path.withPlatformString { new in linkat(AT_FDCWD, old, AT_FDCWD, new, AT_SYMLINK_FOLLOW) }
            }
            if result != 0 {
                switch errno {
                case EEXIST: continue
                // Another file system, one without links, a source that is not ours, a full link count: copy instead.
                case EXDEV, EPERM, EACCES, EMLINK, EOPNOTSUPP, ENOSYS: return nil
                default: throw DiskImageError(errno: errno, "cannot link \(source) as", path)
                }
            }
            let file: FileDescriptor
            do throws(DiskImageError) {
                file = try FileIO.openForReading(path)
            } catch {
                _ = try? FileIO.remove(path)
                throw error
            }
            if try lock(file, path) { return PartialFile(path: path, file: file) }
        }
    }

    /// Gives the file its final name, replacing what is there, and makes the name durable.
    ///
    /// The bytes must be synced before. If the rename fails the file is removed.
    package func commit(to destination: FilePath) throws(DiskImageError) {
        try FileIO.rename(path, to: destination)
        // Renaming one hard link of a file over another does nothing at all, and leaves both names.
        _ = try? FileIO.remove(path)
        isFinished = true
        try? file.close()
        try FileIO.syncDirectory(destination.removingLastComponent())
    }

    /// Removes the file, unless it was committed.
    package func discard() {
        guard !isFinished else { return }
        isFinished = true
        _ = try? FileIO.remove(path)
        try? file.close()
    }

    /// Leaves the file where it is without its lock, as a killed process would, so that a sweep finds it.
    package func leave() {
        guard !isFinished else { return }
        isFinished = true
        try? file.close()
    }

    /// A hidden name of at most 255 bytes, as file systems have it, which no two processes choose.
    private static func temporaryName(for name: String) -> String {
        let random = String(UInt64.random(in: 0 ... .max), radix: 36)
        var kept = name
        while kept.utf8.count > 200 { kept.removeLast() }
        return ".\(kept).\(random)\(suffix)"
    }

    /// Answers false where a sweeper took the new name away before it was locked; then a new one is needed.
    private static func lock(_ file: FileDescriptor, _ path: FilePath) throws(DiskImageError) -> Bool {
        do throws(DiskImageError) {
            while flock(file.rawValue, LOCK_SH) != 0 {
                if errno != EINTR { throw DiskImageError(errno: errno, "cannot lock", path) }
            }
            let opened = try FileIO.status(of: file, path)
            if let present = try FileIO.status(at: path), present.isSameFile(as: opened) { return true }
            try? file.close()
            return false
        } catch {
            _ = try? FileIO.remove(path)
            try? file.close()
            throw error
        }
    }

    /// The names of this kind in a directory, of the living and of the dead.
    package static func names(in directory: FilePath) throws(DiskImageError) -> [String] {
        try FileIO.names(in: directory).filter { $0.hasPrefix(".") && $0.hasSuffix(suffix) }
    }

    /// Removes the files of this kind that no process holds.
    package static func sweep(_ directory: FilePath) throws(DiskImageError) -> [(path: FilePath, size: Int64)] {
        try unheld(in: directory) { path throws(DiskImageError) in try FileIO.remove(path) }
    }

    /// The files of this kind that no process holds.
    package static func leftovers(in directory: FilePath) throws(DiskImageError) -> [(path: FilePath, size: Int64)] {
        try unheld(in: directory) { _ in true }
    }

    /// Whether a process holds a file of this kind for a result of this name.
    package static func isAlive(for name: String, in directory: FilePath) throws(DiskImageError) -> Bool {
        let all = try names(in: directory).filter { $0.hasPrefix(".\(name).") }
        return try leftovers(in: directory).count { all.contains($0.path.lastComponent?.string ?? "") } < all.count
    }

    /// The files of this kind that no process holds and of which `body`, which has the lock meanwhile, answers true.
    private static func unheld(
        in directory: FilePath,
        _ body: (FilePath) throws(DiskImageError) -> Bool
    ) throws(DiskImageError) -> [(path: FilePath, size: Int64)] {
        var files: [(path: FilePath, size: Int64)] = []
        for name in try names(in: directory) {
            let path = directory.appending(name)
            guard
                let file = try? FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .noFollow, .nonBlocking])
            else { continue }
            defer { try? file.close() }
            guard flock(file.rawValue, LOCK_EX | LOCK_NB) == 0 else { continue }
            let size = try FileIO.status(of: file, path).size
            if try body(path) { files.append((path, size)) }
        }
        return files
    }
}
