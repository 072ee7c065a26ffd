import CGuestfs

/// A running libguestfs appliance with its disks: what the body of ``withGuestfs(_:options:_:)`` works on.
///
/// Every call blocks its thread until the appliance has answered. A session belongs to the thread that it was made on and
/// must not leave the body: libguestfs keeps its last error per thread, and each method reads it right after its call.
/// Paths are looked up inside the guest; a symbolic link in one cannot lead out of the guest's own tree.
public final class GuestfsSession {
    let handle: OpaquePointer
    let lease: ApplianceLease
    let output: RecentLines

    init(handle: OpaquePointer, lease: ApplianceLease, output: RecentLines) {
        self.handle = handle
        self.lease = lease
        self.output = output
    }

    // MARK: return codes

    /// Throws libguestfs' last error when a call returned -1.
    @discardableResult
    func check(_ result: CInt, _ operation: String, path: GuestPath? = nil) throws -> CInt {
        if result == -1 { throw lastError(operation, path: path) }
        return result
    }

    /// Throws libguestfs' last error when a call returned NULL.
    func check<T>(_ result: T?, _ operation: String, path: GuestPath? = nil) throws -> T {
        guard let result else { throw lastError(operation, path: path) }
        return result
    }

    /// The last error of this handle on this thread.
    ///
    /// Must be called by the function that made the failing call: the error is the thread's.
    func lastError(_ operation: String, path: GuestPath?) -> any Error {
        if lease.isCancelled { return CancellationError() }
        var message = guestfs_last_error(handle).map { String(cString: $0) } ?? "no reason given"
        let number = guestfs_last_errno(handle)
        // libguestfs' words for the end of QEMU (lib/launch.c), with advice behind them that is not ours.
        if message.contains("killed by signal") {
            return GuestfsError.died(operation, String(message.prefix { $0 != "\n" }))
        }
        while message.last == "\n" || message.last == "." { message.removeLast() }
        // libguestfs puts the name of the call in front, which the error already has.
        if message.hasPrefix("\(operation): ") { message.removeFirst(operation.count + 2) }
        // Most messages name the path; where one does not, an error without it would be useless.
        if let path, !message.contains(path.description) { message = "\(path): \(message)" }
        return GuestfsError(.operation, operation, message, errno: number)
    }

    /// Throws when the task that runs the session was cancelled.
    ///
    /// A cancelled session's appliance is killed, so that its next call fails anyhow; this says so before the call.
    public func checkCancellation() throws {
        if lease.isCancelled { throw CancellationError() }
    }
}
