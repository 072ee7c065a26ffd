/// Passes progress on, not more often than a reader can use it.
struct ProgressMeter {
    private static let interval = Duration.milliseconds(100)

    private let total: Int64
    private let handler: ProgressHandler?
    private let clock = ContinuousClock()
    private var last: ContinuousClock.Instant?

    init(total: Int64, handler: ProgressHandler?) {
        self.total = total
        self.handler = handler
    }

    mutating func report(_ completed: Int64) {
        guard let handler else { return }
        let now = clock.now
        if let last, now - last < Self.interval { return }
        last = now
        handler(TransferProgress(completed: min(completed, total), total: total))
    }

    func finish() {
        handler?(TransferProgress(completed: total, total: total))
    }
}
