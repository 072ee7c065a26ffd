/// What a hygiene check reports while it runs; sent on the session's thread.
public enum HygieneEvent: Sendable {
    /// The appliance is being started.
    case launching
    /// The appliance is up.
    case launched(seconds: Double)
    /// The operating system was found and mounted.
    case inspected(GuestOS)
    /// A claim was checked.
    case check(HygieneCheck)
}
