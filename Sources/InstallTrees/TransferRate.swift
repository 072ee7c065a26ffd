/// Notices a server that keeps a connection alive with a few bytes now and then.
struct TransferRate {
    private let window: Duration
    private let fewest: Double
    private var start = ContinuousClock.now
    private var received = 0

    init(_ options: TreeFetcher.Options) {
        window = options.rateWindow
        fewest = Double(options.minimumRate) * (options.rateWindow / .seconds(1))
    }

    /// Counts bytes that came; gives the count of a window that had too few.
    mutating func add(_ count: Int) -> Int? {
        received += count
        let now = ContinuousClock.now
        guard now - start >= window else { return nil }
        defer {
            start = now
            received = 0
        }
        return Double(received) < fewest ? received : nil
    }
}
