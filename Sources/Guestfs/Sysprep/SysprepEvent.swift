/// What sysprep reports while it runs; sent on the session's thread.
public enum SysprepEvent: Sendable {
    /// The appliance is being started.
    case launching
    /// The appliance is up.
    case launched(seconds: Double)
    /// The operating system was found and mounted.
    case inspected(GuestOS)
    /// A step of customising begins; `number` is from 1, `subject` what it is about.
    case customizing(number: Int, count: Int, name: String, subject: String)
    /// A step of customising ended, well or not; `log` is what it did and what its commands printed, secrets and all.
    case customized(CustomizedStep, log: [UInt8])
    /// An operation ran; `changes` is empty when it found nothing to do.
    case operation(name: String, heading: String, changes: [String])
    /// The packages were listed.
    case packages(count: Int)
    /// Swap areas were emptied; what was done, in words.
    case swap([String])
    /// A file system was trimmed, or could not be.
    case trimmed(TrimResult)
    /// Something that does not stop the run.
    case warning(String)
}
