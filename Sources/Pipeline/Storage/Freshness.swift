public import Foundation

/// How new a product must be to be used.
public struct Freshness: Equatable, Sendable {
    /// The product itself must not be older; nil takes any.
    public var created: Date?
    /// Nothing that went into it may be older; nil takes any.
    public var oldest: Date?

    /// The seconds by which a time may lie ahead without a clock that was wrong: file systems and NTP are no better.
    static let grain = 2.0

    /// Takes whatever there is.
    public static let any = Freshness()

    /// Creates a demand.
    public init(created: Date? = nil, oldest: Date? = nil) {
        self.created = created
        self.oldest = oldest
    }

    /// Whether a product is new enough.
    public func admits(_ manifest: StageManifest) -> Bool {
        admits(created: manifest.created, oldest: manifest.oldest)
    }

    /// Whether what was made at a moment, out of something that was made at another one, is new enough.
    ///
    /// A time that is still to come was written by a clock that was wrong, and proves nothing: what must be new must not have it.
    func admits(created made: Date, oldest part: Date, now: Date = SteadyTime.latest) -> Bool {
        func isNewEnough(_ date: Date, _ bound: Date?) -> Bool {
            guard let bound else { return true }
            return date >= bound && date <= now.addingTimeInterval(Self.grain)
        }
        return isNewEnough(made, created) && isNewEnough(part, oldest)
    }

    /// The moment before which nothing must have been made; nil where it may be of any age.
    var earliest: Date? { [created, oldest].compactMap(\.self).max() }
}
