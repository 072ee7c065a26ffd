import Glibc
import SystemPackage

/// An advisory lock (flock) on a file or directory, let go with the last reference to it; the kernel lets it go with the process.
final class HeldLock: Sendable {
    private let file: FileDescriptor

    private init(_ file: FileDescriptor) { self.file = file }

    deinit { try? file.close() }

    /// Locks what a path names without waiting.
    ///
    /// - Returns: nil where another open file holds a lock that excludes this one, or where the name has gone to another
    ///   file meanwhile, so that the lock would be on what nobody else looks at.
    /// - Throws: `io` where the file system knows no locks, and what opening the file throws.
    static func take(
        _ path: FilePath,
        shared: Bool = false,
        options: FileDescriptor.OpenOptions
    ) throws(TreeError) -> HeldLock? {
        // Reading is enough for a lock, and all that another user may do with a file in a shared cache.
        let file = try Files.check(path, "cannot open") {
            try FileDescriptor.open(
                path,
                .readOnly,
                options: options.union([.closeOnExec, .noFollow]),
                permissions: options.contains(.create) ? [.ownerReadWrite, .groupRead, .otherRead] : nil
            )
        }
        let lock = HeldLock(file)
        while flock(file.rawValue, (shared ? LOCK_SH : LOCK_EX) | LOCK_NB) != 0 {
            let error = Errno(rawValue: errno)
            if error == .interrupted { continue }
            if error == .wouldBlock { return nil }
            throw TreeError(
                .io,
                at: path.string,
                "cannot lock \(path)",
                cause: error.description,
                hint: "keep the cache on a local file system: IMAGEBAKE_HOME moves it"
            )
        }
        guard let named = try Files.statusIfPresent(path), case let opened = try Files.status(file, path),
            named.inode == opened.inode, named.device == opened.device
        else { return nil }
        return lock
    }

    /// Turns an exclusive lock into a shared one.
    func share() { _ = flock(file.rawValue, LOCK_SH | LOCK_NB) }
}
