import Synchronization
import Testing

@testable import Pipeline

@Suite("Room for guests")
struct RoomTests {
    private static let gibibyte: Int64 = 1 << 30

    private func demand(_ memory: Int64, processors: Int = 1, disk: Int64 = 0) -> Room.Demand {
        Room.Demand(memory: memory, processors: processors, disk: disk)
    }

    /// Counts how many steps run, how many did at most, and how many had to wait.
    private final class Counter: Sendable {
        private let state = Mutex((now: 0, peak: 0, waits: 0))

        func begin() {
            state.withLock { state in
                state.now += 1
                state.peak = max(state.peak, state.now)
            }
        }

        func end() { state.withLock { $0.now -= 1 } }
        func wait() { state.withLock { $0.waits += 1 } }
        var result: (peak: Int, waits: Int) { state.withLock { ($0.peak, $0.waits) } }
    }

    /// How many of some steps run at once at most.
    private func peak(_ demands: [Room.Demand], _ supply: Room.Supply) async throws -> (peak: Int, waits: Int) {
        let room = Room(supply: { supply })
        let counter = Counter()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for demand in demands {
                group.addTask {
                    try await room.with(demand, waiting: { _ in counter.wait() }) {
                        counter.begin()
                        try await Task.sleep(for: .milliseconds(400))
                        counter.end()
                    }
                }
            }
            try await group.waitForAll()
        }
        return counter.result
    }

    @Test("As many run at once as there is memory, processors and disk for; the others wait and then run")
    func bounds() async throws {
        let small = demand(2 * Self.gibibyte, processors: 2, disk: Self.gibibyte)
        let three = [small, small, small]
        let plenty = Room.Supply(memory: 64 * Self.gibibyte, processors: 16, disk: 100 * Self.gibibyte)
        #expect(try await peak(three, plenty) == (3, 0))
        var scarce = plenty
        scarce.memory = 5 * Self.gibibyte
        #expect(try await peak(three, scarce) == (2, 1))
        scarce = plenty
        scarce.processors = 2
        #expect(try await peak(three, scarce) == (2, 1))
        scarce = plenty
        scarce.disk = Self.gibibyte
        #expect(try await peak(three, scarce) == (1, 2))
    }

    @Test("What does not fit alone fails at once, with both figures")
    func tooLarge() async throws {
        let room = Room(supply: { Room.Supply(memory: 1 << 30, processors: 1, disk: nil) })
        let failure = try await #require(throws: Failure.self) {
            try await room.with(demand(2 * Self.gibibyte), waiting: { _ in Issue.record("it waits") }) {}
        }
        #expect(failure.status == .unavailable)
        #expect(failure.message.contains("2.0 GiB") && failure.message.contains("1.0 GiB"), "\(failure)")
        // More processors than there are is slow, and no error.
        try await room.with(demand(1, processors: 8), waiting: { _ in }) {}
    }

    @Test("Whoever waits can be cancelled, and a step that fails gives its room back")
    func cancelled() async throws {
        let room = Room(supply: { Room.Supply(memory: 1 << 30, processors: 8, disk: nil) })
        let half = demand(Self.gibibyte)
        await #expect(throws: Failure.self) {
            try await room.with(half, waiting: { _ in }) { throw Failure(.bug, "on purpose") }
        }
        try await room.with(half, waiting: { _ in }) {
            let waiter = Task { try await room.with(half, waiting: { _ in }) {} }
            try await Task.sleep(for: .milliseconds(50))
            waiter.cancel()
            await #expect(throws: CancellationError.self) { try await waiter.value }
        }
    }
}
