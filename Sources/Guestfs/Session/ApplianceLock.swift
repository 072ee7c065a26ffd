import Glibc
import Synchronization
import SystemPackage

/// The lock of an appliance's cache: shared while an appliance is being started from it, exclusive while one is built.
///
/// The kernel releases it with the process, however that ends.
final class ApplianceLock: Sendable {
    private let descriptor: Mutex<FileDescriptor?>

    init(_ file: FilePath) throws {
        // Not inherited by what we start, which would hold the lock on.
        let options: FileDescriptor.OpenOptions = [.create, .closeOnExec]
        descriptor = Mutex(
            try FileDescriptor.open(
                file,
                .readWrite,
                options: options,
                permissions: [.ownerReadWrite, .groupRead, .otherRead]
            )
        )
    }

    deinit {
        release()
    }

    /// Waits for the lock, giving up the one held before; cancellation ends the waiting.
    func take(exclusive: Bool) async throws {
        while try !tryTake(exclusive ? LOCK_EX : LOCK_SH) { try await Task.sleep(for: .milliseconds(100)) }
    }

    private func tryTake(_ operation: CInt) throws -> Bool {
        try descriptor.withLock { descriptor in
            guard let descriptor else { return true }
            if flock(descriptor.rawValue, operation | LOCK_NB) == 0 { return true }
            guard errno == EWOULDBLOCK || errno == EINTR else { throw Errno(rawValue: errno) }
            return false
        }
    }

    /// Gives the lock up; it cannot be taken again.
    func release() {
        descriptor.withLock { descriptor in
            try? descriptor?.close()
            descriptor = nil
        }
    }
}
