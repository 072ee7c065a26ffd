public import Foundation

/// The time of day as this process counts it: from when it first looked at the clock, and on by a clock that does not jump.
///
/// Whatever sets the machine's clock meanwhile, a person or NTP, what is measured between two of these times is how long it took.
public enum SteadyTime {
    private static let origin = (date: Date(), instant: ContinuousClock.now)

    /// The time now.
    public static var now: Date {
        let elapsed = ContinuousClock.now - origin.instant
        return origin.date.addingTimeInterval(elapsed.seconds)
    }

    /// The later of this time and the machine's: what another process has just made may have the one or the other.
    static var latest: Date { max(now, Date()) }
}
