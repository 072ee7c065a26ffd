import Diagnosis
import Libvirt
import Recipes

/// Something that happened to a guest while an installer ran in it.
enum GuestEvent: Sendable {
    /// The kickstart said how it went.
    case report(InstallReport)
    /// A line after which an install cannot go on, or a question.
    case diagnosis(Diagnosis)
    /// The time is over that was given for more lines.
    case graceOver
    /// It stopped.
    case stopped(DomainStop)
    /// The host can no longer follow it.
    case fault(Failure)
    /// It does nothing any more.
    case silent(Watchdog.Silence)
    /// It has not switched itself off long after its installer was done.
    case lingering(Duration)
    /// Its time is over.
    case deadline
}
