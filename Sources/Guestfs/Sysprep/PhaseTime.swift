/// How long one phase of a run took.
public struct PhaseTime: Sendable, Codable, Equatable {
    /// The phase: `launch`, `inspect`, `customize`, `operations`, `packages`, `trim`, `checks`, `shutdown`.
    public let name: String
    /// Its length in seconds.
    public let seconds: Double
}

/// Measures the phases of a run, one after the other.
struct PhaseClock {
    private let clock = ContinuousClock()
    private var start: ContinuousClock.Instant
    private(set) var phases: [PhaseTime] = []

    init() {
        start = clock.now
    }

    /// Ends the current phase under this name and begins the next; how long it took.
    @discardableResult
    mutating func end(_ name: String) -> Double {
        let now = clock.now
        let seconds = (now - start) / .seconds(1)
        phases.append(PhaseTime(name: name, seconds: seconds))
        start = now
        return seconds
    }
}
