import Libvirt
import Synchronization

/// What a transfer reported.
final class Recorder: Sendable {
    private let reports = Mutex<[TransferProgress]>([])

    var all: [TransferProgress] { reports.withLock { $0 } }

    func add(_ report: TransferProgress) { reports.withLock { $0.append(report) } }
}
