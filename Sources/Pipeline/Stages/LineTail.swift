import Synchronization

/// The last lines of something, for the message that says how it ended.
final class LineTail: Sendable {
    private let count: Int
    private let kept = Mutex<[String]>([])

    init(count: Int) {
        self.count = count
    }

    func add(_ line: String) {
        kept.withLock { kept in
            kept.append(line)
            if kept.count > count { kept.removeFirst(kept.count - count) }
        }
    }

    var lines: [String] { kept.withLock { $0 } }
}
