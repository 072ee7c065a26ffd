import DiskImages
import Synchronization

/// The progress of several transfers at once as that of one.
final class TransferSum: Sendable {
    private let report: @Sendable (Int64, Int64?) -> Void
    private let parts = Mutex<[Int: TransferProgress]>([:])

    init(_ report: @escaping @Sendable (Int64, Int64?) -> Void) {
        self.report = report
    }

    /// Takes the progress of one of them.
    func report(_ index: Int, _ progress: TransferProgress) {
        let (completed, total) = parts.withLock { parts in
            parts[index] = progress
            return (parts.values.map(\.completed).reduce(0, +), parts.values.map(\.total).reduce(0, +))
        }
        report(completed, total)
    }
}
