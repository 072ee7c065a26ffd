import CGuestfs
import Dispatch

/// Starts a libguestfs appliance with these disks, runs `body` on it, stops it.
///
/// All of it happens on one thread that is not of Swift's concurrency pool, since every call blocks. When the body
/// returns, the appliance is shut down and its write errors are thrown; however it ends, the handle is closed and the
/// appliance gone before this returns. Cancelling the task kills the appliance, and `CancellationError` is thrown
/// well within a second. Where a disk of the host is full, the appliance is killed too, and the error is
/// ``GuestfsError/Code/hostDisk``; after ``GuestfsOptions/deadline`` it is ``GuestfsError/Code/deadline``.
public func withGuestfs<R: Sendable>(
    _ disks: [GuestDisk],
    options: GuestfsOptions,
    _ body: @escaping @Sendable (GuestfsSession) throws -> R
) async throws -> R {
    let appliance = try await Appliance.prepare(cache: options.cacheDirectory)
    try Task.checkCancellation()
    let lease = try ApplianceLease(in: options.temporaryDirectory)
    let monitor: ApplianceMonitor
    do {
        monitor = try ApplianceMonitor(in: lease.directory) { lease.end(.hostDisk($0)) }
    } catch {
        lease.finish()
        throw error
    }
    defer { withExtendedLifetime(monitor) {} }
    let life = monitor.life
    let deadline = options.deadline
    let watch = Task {
        try await Task.sleep(for: deadline)
        lease.end(.deadline(deadline))
    }
    defer { watch.cancel() }
    return try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue(label: "imagebake.guestfs").async {
                var result = Result {
                    try runSession(disks, options: options, appliance: appliance, lease: lease, life: life, body)
                }
                lease.finish()
                if lease.isCancelled { result = .failure(CancellationError()) }
                // What libguestfs says of an appliance that we killed would lead nobody to the cause.
                if case .failure = result, !lease.isCancelled, let stop = lease.stop {
                    switch stop {
                    case .hostDisk(let reason): result = .failure(GuestfsError.hostDisk(reason, disks))
                    case .deadline(let time): result = .failure(GuestfsError.late(time))
                    }
                }
                continuation.resume(with: result)
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
    life: ApplianceLife,
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
        do {
            try session.launch(disks, options: options, appliance: appliance)
        } catch let error as GuestfsError where error.code == .launch && !output.hasComplaint && life.endedByForce() {
            throw GuestfsError.died("launch", "QEMU ended while it started, without a word")
        }
        // QEMU has its files open now.
        appliance?.lock.release()
        let result = try body(session)
        try session.shutdown()
        return result
    }
}
