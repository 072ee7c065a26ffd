/// What sysprep reports while it runs; sent on the session's thread.
public enum SysprepEvent: Sendable {
    /// The appliance is being started.
    case launching
    /// The appliance is up.
    case launched(seconds: Double)
    /// The operating system was found and mounted.
    case inspected(GuestOS)
    /// An operation ran; `changes` is empty when it found nothing to do.
    case operation(name: String, heading: String, changes: [String])
    /// The packages were listed.
    case packages(count: Int)
    /// A file system was trimmed, or could not be.
    case trimmed(TrimResult)
    /// Something that does not stop the run.
    case warning(String)
}
