import Foundation
public import SystemPackage

/// An exclusive lock on a file, held for as long as the value lives, or the process.
///
/// The kernel lets go of it when the process ends, however it ends, so a lock that is held means alive.
public final class FileLock: Sendable {
    private let file: FileDescriptor

    /// Takes the lock.
    ///
    /// - Parameters:
    ///   - path: The lock file, which is made where it is missing.
    ///   - waits: Whether to wait for another holder.
    /// - Returns: nil where somebody else holds it and `waits` is false.
    /// - Throws: ``Failure`` where the file cannot be opened.
    public init?(_ path: FilePath, waits: Bool = false) throws(Failure) {
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
        guard flock(file.rawValue, LOCK_EX | (waits ? 0 : LOCK_NB)) == 0 else {
            try? file.close()
            return nil
        }
        self.file = file
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

    /// Writes a line into the lock file, for whoever finds it held.
    func note(_ text: String) {
        _ = ftruncate(file.rawValue, 0)
        _ = try? file.writeAll(toAbsoluteOffset: 0, Data(text.utf8))
    }
}
