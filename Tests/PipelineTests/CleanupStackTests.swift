import Pipeline
import Synchronization
import Testing

@Suite("The cleanup stack")
struct CleanupStackTests {
    private final class Log: Sendable {
        private let entries = Mutex<[String]>([])
        func add(_ entry: String) { entries.withLock { $0.append(entry) } }
        var all: [String] { entries.withLock { $0 } }
    }

    private struct Broken: Error {}

    @Test("Steps run last in, first out, when the work succeeds")
    func order() async throws {
        let log = Log()
        let value = try await withCleanupStack(warn: { log.add("warn \($0)") }) { stack in
            stack.push("first") { log.add("first") }
            stack.push("second") { log.add("second") }
            log.add("work")
            return 7
        }
        #expect(value == 7)
        #expect(log.all == ["work", "second", "first"])
    }

    @Test("Steps run when the work fails, and its error is the one that comes out, whatever the steps do")
    func failure() async throws {
        let log = Log()
        await #expect(throws: Broken.self) {
            try await withCleanupStack(warn: { log.add("warn \($0)") }) { stack in
                stack.push("first") { log.add("first") }
                stack.push("break") { throw CancellationError() }
                throw Broken()
            }
        }
        #expect(log.all == ["warn cannot break: CancellationError()", "first"])
    }

    @Test("Steps of a cancelled task can still wait")
    func cancellation() async throws {
        let log = Log()
        let task = Task {
            try await withCleanupStack(warn: { log.add("warn \($0)") }) { stack in
                stack.push("wait") {
                    try await Task.sleep(for: .milliseconds(20))
                    log.add("waited")
                }
                try await Task.sleep(for: .seconds(60))
            }
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(log.all == ["waited"])
    }
}
