import DiskImages
import Synchronization

/// Tells of progress some ten times a second at most.
final class UploadMeter: Sendable {
    private let total: Int64
    private let progress: ProgressHandler?
    private let last = Mutex<ContinuousClock.Instant?>(nil)

    init(total: Int64, _ progress: ProgressHandler?) {
        (self.total, self.progress) = (total, progress)
    }

    /// - Parameter done: the bytes so far.
    func report(_ done: Int64) {
        guard let progress else { return }
        let isDue = last.withLock { last in
            let now = ContinuousClock.now
            if let last, now - last < .milliseconds(100), done != total { return false }
            last = now
            return true
        }
        if isDue { progress(TransferProgress(completed: min(done, total), total: total)) }
    }
}
