import CGuestfs
import Dispatch

/// Starts a libguestfs appliance with these disks, runs `body` on it, stops it.
///
/// All of it happens on one thread that is not of Swift's concurrency pool, since every call blocks. When the body
/// returns, the appliance is shut down and its write errors are thrown; however it ends, the handle is closed and the
/// appliance gone before this returns. Cancelling the task kills the appliance, and `CancellationError` is thrown
/// well within a second.
public func withGuestfs<R: Sendable>(
    _ disks: [GuestDisk],
    options: GuestfsOptions,
    _ body: @escaping @Sendable (GuestfsSession) throws -> R
) async throws -> R {
    let appliance = try await Appliance.prepare(cache: options.cacheDirectory)
    try Task.checkCancellation()
    let lease = try ApplianceLease(in: options.temporaryDirectory)
    return try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue(label: "imagebake.guestfs").async {
                let result = Result {
                    try runSession(disks, options: options, appliance: appliance, lease: lease, body)
                }
                lease.finish()
                continuation.resume(with: lease.isCancelled ? .failure(CancellationError()) : result)
            }
        }
    } onCancel: {
        lease.cancel()
    }
}

private func runSession<R>(
    _ disks: [GuestDisk],
    options: GuestfsOptions,
    appliance: Appliance?,
    lease: ApplianceLease,
    _ body: (GuestfsSession) throws -> R
) throws -> R {
    guard let handle = imagebake_guestfs_create() else {
        throw GuestfsError(.launch, "create", "cannot create a libguestfs handle")
    }
    defer { guestfs_close(handle) }
    let output = RecentLines(log: options.log)
    // The callback is deleted before the handle closes, so that what it points to outlives every call of it.
    return try withExtendedLifetime(output) {
        let events = guestfs_set_event_callback(
            handle,
            { _, opaque, _, _, _, buffer, length, _, _ in
                guard let opaque, let buffer, length > 0 else { return }
                let output = Unmanaged<RecentLines>.fromOpaque(opaque).takeUnretainedValue()
                output.add(UnsafeRawBufferPointer(start: buffer, count: length))
            },
            UInt64(GUESTFS_EVENT_APPLIANCE | GUESTFS_EVENT_LIBRARY | GUESTFS_EVENT_WARNING | GUESTFS_EVENT_TRACE),
            0,
            Unmanaged.passUnretained(output).toOpaque()
        )
        defer { if events != -1 { guestfs_delete_event_callback(handle, events) } }
        let session = GuestfsSession(handle: handle, lease: lease, output: output)
        try session.launch(disks, options: options, appliance: appliance)
        // QEMU has its files open now.
        appliance?.lock.release()
        let result = try body(session)
        try session.shutdown()
        return result
    }
}
