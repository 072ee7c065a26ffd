import Foundation
import Synchronization
import SystemPackage

/// Ends the process where one input keeps it busy for ever, and says which.
final class Watchdog: Sendable {
    private let since = Mutex<ContinuousClock.Instant?>(nil)
    private let isStopped = Mutex(false)

    init(input: FilePath) {
        Thread.detachNewThread { [self] in
            while !isStopped.withLock({ $0 }) {
                Thread.sleep(forTimeInterval: 0.5)
                if let begin = since.withLock({ $0 }), ContinuousClock.now - begin > .seconds(60) {
                    try? FileHandle.standardError.write(contentsOf: Data("fuzz: this input hangs: \(input)\n".utf8))
                    _exit(1)
                }
            }
        }
    }

    func begin() { since.withLock { $0 = .now } }

    func end() { since.withLock { $0 = nil } }

    func stop() { isStopped.withLock { $0 = true } }
}
