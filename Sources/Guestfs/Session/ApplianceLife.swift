import Glibc
import Synchronization

/// How far the life of the appliance's QEMU went, as its monitor tells it.
final class ApplianceLife: Sendable {
    private let state = Mutex((isGreeted: false, isShutDown: false))

    /// Takes a line of the monitor's.
    func take(_ line: [UInt8]) {
        let text = String(decoding: line.prefix(200), as: UTF8.self)
        if text.contains("\"QMP\"") { state.withLock { $0.isGreeted = true } }
        // Sent for every end that is QEMU's or its guest's own (QEMU, qapi/run-state.json).
        if ApplianceMonitor.value("event", in: text) == "SHUTDOWN" { state.withLock { $0.isShutDown = true } }
    }

    /// Whether QEMU had come up and then ended without an event that says so: somebody killed it.
    ///
    /// Its exit status cannot be had: libguestfs takes it, and says nothing of it where it is still starting.
    func endedByForce() -> Bool {
        // What it said last may still be under way to us.
        usleep(200_000)
        return state.withLock { $0.isGreeted && !$0.isShutDown }
    }
}
