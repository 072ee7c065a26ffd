import Foundation
public import SystemPackage

/// A lock on a file or a directory, held for as long as the value lives, or the process.
///
/// The kernel lets go of it when the process ends, however it ends, so a lock that is held means alive. Two locks of one process
/// keep each other out like those of two processes.
public final class FileLock: Sendable {
    /// Whom a lock keeps out.
    public enum Mode: Sendable {
        /// Everybody else.
        case exclusive
        /// Those who want it for themselves.
        case shared

        fileprivate var operation: CInt { self == .exclusive ? LOCK_EX : LOCK_SH }
    }

    private let file: FileDescriptor
    private let path: FilePath

    /// Takes the lock.
    ///
    /// - Parameters:
    ///   - path: The lock file, which is made where it is missing.
    ///   - mode: Whom it keeps out.
    ///   - waits: Whether to wait for another holder.
    /// - Returns: nil where somebody else holds it and `waits` is false.
    /// - Throws: ``Failure`` where the file cannot be opened.
    public convenience init?(_ path: FilePath, mode: Mode = .exclusive, waits: Bool = false) throws(Failure) {
        while true {
            try Files.makeDirectory(path.removingLastComponent())
            let file: FileDescriptor
            do {
                file = try FileDescriptor.open(
                    path,
                    .readWrite,
                    options: [.create, .closeOnExec],
                    permissions: [.ownerReadWrite]
                )
            } catch {
                throw Files.failure(error, "cannot open the lock \(path)")
            }
            guard flock(file.rawValue, mode.operation | (waits ? 0 : LOCK_NB)) == 0 else {
                try? file.close()
                return nil
            }
            // Whoever held it may have removed the file meanwhile; then this is a lock on nothing.
            if Self.isStill(file, at: path) {
                self.init(file, path)
                return
            }
            try? file.close()
        }
    }

    /// Takes the lock of a directory that is there; never waits.
    ///
    /// - Returns: nil where there is no such directory, or somebody holds it.
    public convenience init?(directory path: FilePath, mode: Mode) {
        guard
            let file = try? FileDescriptor.open(
                path,
                .readOnly,
                options: [.closeOnExec, .directory]
            )
        else { return nil }
        guard flock(file.rawValue, mode.operation | LOCK_NB) == 0, Self.isStill(file, at: path) else {
            try? file.close()
            return nil
        }
        self.init(file, path)
    }

    private init(_ file: FileDescriptor, _ path: FilePath) {
        self.file = file
        self.path = path
    }

    deinit {
        try? file.close()
    }

    /// Whether a living process holds the lock.
    public static func isHeld(_ path: FilePath) -> Bool {
        guard let file = try? FileDescriptor.open(path, .readOnly, options: [.closeOnExec]) else { return false }
        defer { try? file.close() }
        return flock(file.rawValue, LOCK_SH | LOCK_NB) != 0
    }

    /// Turns an exclusive lock into a shared one.
    func share() { _ = flock(file.rawValue, LOCK_SH | LOCK_NB) }

    /// Lets go of it before the value does; nothing may rely on the lock after that.
    func release() { _ = flock(file.rawValue, LOCK_UN) }

    /// Removes the lock's file, which whoever waits for it notices, and lets go of it.
    ///
    /// A second call does nothing.
    func giveUp() {
        // The name may be another's lock by now.
        guard Self.isStill(file, at: path) else { return }
        if flock(file.rawValue, LOCK_EX | LOCK_NB) == 0 { unlink(path.string) }
        release()
    }

    /// Writes a line into the lock file, for whoever finds it held.
    func note(_ text: String) {
        _ = ftruncate(file.rawValue, 0)
        _ = try? file.writeAll(toAbsoluteOffset: 0, Data(text.utf8))
    }

    private static func isStill(_ file: FileDescriptor, at path: FilePath) -> Bool {
        var held = stat()
        var named = stat()
        guard fstat(file.rawValue, &held) == 0, stat(path.string, &named) == 0 else { return false }
        return held.st_ino == named.st_ino && held.st_dev == named.st_dev
    }
}
