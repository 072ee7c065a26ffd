import Diagnosis
import Libvirt
import Recipes

/// Decides when an install has come to its end, from what happens to its guest.
///
/// A guest that has shut itself off tells nothing: the kickstart must have said that it was carried out. And what cannot succeed any more
/// ends soon, not when a deadline is over.
struct InstallCourse: Sendable {
    /// What to do next.
    enum Step: Equatable, Sendable {
        /// Wait for what comes.
        case goOn
        /// Wait this long for more lines, then ask again with ``GuestEvent/graceOver``.
        case wait(Duration)
        /// The installer is done: give the guest a bounded time to switch itself off, then tell of ``GuestEvent/lingering(_:)``.
        case awaitPowerOff
        /// End the guest.
        case end
    }

    /// For how long more lines are waited for after one that ends the install.
    ///
    /// The cause may follow. The install must be over within 2 s of the line.
    static let grace = Duration.milliseconds(1200)

    /// Whether the kickstart's last script has said that it ran.
    private(set) var isDone = false
    /// What ended it; nil while it goes on.
    private(set) var end: GuestEvent?

    /// Whether the guest has shut itself off.
    private(set) var hasStopped = false

    /// Whether QEMU came to an end by itself, which is all that ended it.
    var hasCrashed: Bool {
        switch end {
        case .stopped(.crashed), .stopped(.failed): true
        default: false
        }
    }

    private var isEnding = false

    /// Takes what happened.
    mutating func take(_ event: GuestEvent) -> Step {
        switch event {
        case .report(.done):
            // The port and the console both tell it.
            guard !isDone else { return .goOn }
            isDone = true
            return .awaitPowerOff
        case .report(.failed):
            return isDone ? .goOn : wait(event)
        case .diagnosis(let diagnosis):
            // What is said after the last script, such as by systemd while it goes down, is not about the install.
            if isDone { return .goOn }
            guard diagnosis.kind == .failure else { return finish(event) }
            return wait(event)
        case .graceOver:
            return isDone ? .goOn : .end
        case .stopped(.shutDown):
            hasStopped = true
            return finish(event)
        case .stopped, .fault, .silent, .lingering, .deadline:
            return finish(event)
        }
    }

    private mutating func wait(_ event: GuestEvent) -> Step {
        if end == nil { end = event }
        guard !isEnding else { return .goOn }
        isEnding = true
        return .wait(Self.grace)
    }

    private mutating func finish(_ event: GuestEvent) -> Step {
        // A guest that stops by itself during the grace has still failed for what it said.
        if end == nil { end = event }
        return .end
    }
}
