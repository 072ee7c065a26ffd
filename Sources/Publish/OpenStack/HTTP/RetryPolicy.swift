/// How often, and after which pause, a request that failed for a passing reason is sent again.
public struct RetryPolicy: Sendable, Hashable {
    /// The attempts in all, the first one included.
    public var attempts = 5
    /// The pause after the first attempt; each further one is twice as long.
    public var backoff: Duration = .milliseconds(500)
    /// The longest pause.
    public var longestBackoff: Duration = .seconds(30)
    /// The longest pause that a server can ask for with Retry-After; one that asks for more is given up.
    public var longestRetryAfter: Duration = .seconds(300)

    /// The defaults.
    public init() {}

    /// The pause after an attempt, counted from 1; nil where another one makes no sense.
    ///
    /// A quarter of it at most is chance, so that several clients do not come back at the same moment.
    public func pause(after attempt: Int, _ error: OpenStackError) -> Duration? {
        pause(after: attempt, error, chance: Double.random(in: 0...1))
    }

    func pause(after attempt: Int, _ error: OpenStackError, chance: Double) -> Duration? {
        guard error.isTemporary, attempt < attempts else { return nil }
        if let asked = error.retryAfter, asked > longestRetryAfter { return nil }
        let doubled = backoff * (1 << min(max(0, attempt - 1), 20))
        let own = min(doubled, longestBackoff) * (1 + chance / 4)
        return max(own, error.retryAfter ?? .zero)
    }
}
