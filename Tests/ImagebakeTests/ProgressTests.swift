import Foundation
import Pipeline
import Synchronization
import Testing

@testable import imagebake

@Suite("Progress")
struct ProgressTests {
    private static let begin = Date(timeIntervalSince1970: 1_800_000_000)

    private static func event(_ seconds: Double, _ kind: Event.Kind, _ stage: StageName? = .install) -> Event {
        Event(time: begin.addingTimeInterval(seconds), bake: "b", stage: stage, kind: kind)
    }

    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])
        func add(_ line: String) { lines.withLock { $0.append(line) } }
        var all: [String] { lines.withLock { $0 } }
    }

    @Test("Plain lines come once a second and stage; the last of those that came too soon is not lost")
    func plain() {
        let lines = Lines()
        let progress = PlainProgress(isVerbose: false) { lines.add($0) }
        // In the future, so that the reader's own timer leaves them to this test.
        let later = 1_000_000_000.0
        progress.receive(Self.event(later, .started))
        progress.receive(Self.event(later + 0.1, .activity("partitioning")))
        progress.receive(Self.event(later + 0.2, .activity("making file systems")))
        progress.receive(Self.event(later + 0.3, .activity("unpacking")))
        progress.receive(Self.event(later + 0.4, .output("not verbose")))
        #expect(lines.all == ["install: started", "install: partitioning"])
        progress.flush(at: Self.begin.addingTimeInterval(later + 1.2))
        #expect(lines.all.last == "install: unpacking")
        progress.receive(Self.event(later + 1.3, .activity("late")))
        progress.receive(Self.event(later + 1.4, .finished(seconds: 75, isCached: false, summary: "ok")))
        progress.flush(at: Self.begin.addingTimeInterval(later + 9))
        #expect(lines.all.last == "install: done in 1 min 15 s, ok")
    }

    @Test("The live list shows each stage's state, time and line, and a bar for the one that moves bytes")
    func live() {
        var board = ProgressBoard()
        board.take(Self.event(0, .finished(seconds: 0, isCached: true, summary: "Debian 12"), .tree))
        board.take(Self.event(0, .started))
        board.take(Self.event(0, .finished(seconds: 61, isCached: false, summary: "shut off"), .install))
        board.take(Self.event(61, .started, .convert))
        board.take(Self.event(61, .activity("writing qcow2"), .convert))
        board.take(Self.event(61, .progress(completed: 1 << 20, total: 200 << 20, unit: "bytes"), .convert))
        board.take(Self.event(63, .progress(completed: 100 << 20, total: 200 << 20, unit: "bytes"), .convert))
        let lines = board.lines(at: Self.begin.addingTimeInterval(63), width: 100)
        #expect(
            lines == [
                "= tree           cached  Debian 12",
                "+ install     1 min 1 s  shut off",
                "> convert         2.0 s  writing qcow2",
                "  [##########----------]  50 %  100 MiB of 200 MiB  50 MiB/s  2.0 s left",
            ]
        )
    }

    @Test("No line is wider than the terminal", arguments: [20, 40, 80])
    func width(width: Int) {
        var board = ProgressBoard()
        board.take(Self.event(0, .activity(String(repeating: "long ", count: 50))))
        #expect(board.lines(at: Self.begin, width: width).allSatisfy { $0.count <= width })
    }

    @Test(
        "Durations as people read them",
        arguments: [(0.04, "0.0 s"), (8.25, "8.2 s"), (59.4, "59 s"), (72, "1 min 12 s"), (7380, "2 h 3 min")]
    )
    func durations(seconds: Double, text: String) {
        #expect(ProgressText.duration(seconds) == text)
    }
}
