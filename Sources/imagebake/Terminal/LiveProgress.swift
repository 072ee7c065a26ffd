import Foundation
import Pipeline
import Synchronization

/// Shows a bake on a terminal: a live list of its stages with their times, the current line and a bar below the one that runs.
final class LiveProgress: EventReader {
    private let isVerbose: Bool
    private let board = Mutex(ProgressBoard())

    init(isVerbose: Bool) {
        self.isVerbose = isVerbose
        // The clocks of the list go on while nothing happens.
        Task { [weak self] in
            while let self, self.board.withLock({ $0.isOpen }) {
                self.draw()
                try? await Task.sleep(for: .milliseconds(200))
            }
        }
    }

    func receive(_ event: Event) {
        board.withLock { board in
            board.take(event)
            switch event.kind {
            case .output(let text) where isVerbose: board.printAbove(text)
            case .note(let text): board.printAbove(text)
            case .warning(let text): board.printAbove("warning: \(text)")
            case .bakeStarted(let recipe): board.printAbove("baking \(recipe) as \(event.bake)")
            case .bakeFinished:
                board.draw()
                board.leave()
            case .started, .finished, .failed: board.draw()
            default: break
            }
        }
    }

    /// Draws nothing until ``resume()``; lines that stay wait for it.
    func pause() { board.withLock { $0.pause() } }

    /// Shows what happened since ``pause()``.
    func resume() { board.withLock { $0.resume() } }

    private func draw() {
        board.withLock { $0.draw() }
    }
}

/// What the live list shows.
struct ProgressBoard {
    private struct Row {
        var begin: Date
        var seconds: Double?
        var isCached = false
        var hasFailed = false
        var text = ""
        var completed: Int64 = 0
        var total: Int64?
        var unit = "bytes"
        var barBegin: Date?
    }

    private var rows: [StageName: Row] = [:]
    private var drawnLines = 0
    /// The lines that wait while the list is not shown; nil while it is.
    private var waiting: [String]?
    /// Whether the bake still goes on, so that the list is drawn again.
    private(set) var isOpen = true

    /// Takes an event into the list.
    mutating func take(_ event: Event) {
        guard let stage = event.stage else { return }
        var row = rows[stage] ?? Row(begin: event.time)
        switch event.kind {
        case .activity(let text): row.text = text
        case .output(let text), .note(let text): row.text = text
        case .progress(let completed, let total, let unit):
            row.unit = unit
            if completed < row.completed || row.barBegin == nil { row.barBegin = event.time }
            row.completed = completed
            row.total = total
        case .finished(let seconds, let isCached, let summary):
            row.seconds = seconds
            row.isCached = isCached
            row.text = summary
        case .failed(let message):
            row.seconds = event.time.timeIntervalSince(row.begin)
            row.hasFailed = true
            row.text = message
        default: break
        }
        rows[stage] = row
    }

    /// The lines of the list at a moment, none wider than `width`.
    func lines(at now: Date, width: Int) -> [String] {
        StageName.allCases.flatMap { stage -> [String] in
            guard let row = rows[stage] else { return [] }
            let mark = row.hasFailed ? "x" : row.seconds == nil ? ">" : row.isCached ? "=" : "+"
            let time =
                row.isCached
                ? "cached" : ProgressText.duration(row.seconds ?? max(0, now.timeIntervalSince(row.begin)))
            let name = stage.rawValue.padding(toLength: 8, withPad: " ", startingAt: 0)
            let padded = String(repeating: " ", count: max(0, 12 - time.count)) + time
            let line = ProgressText.fitted("\(mark) \(name) \(padded)  \(row.text)", width)
            guard row.seconds == nil, row.completed > 0, row.completed != row.total else { return [line] }
            let elapsed = row.barBegin.map { now.timeIntervalSince($0) } ?? 0
            let rate = elapsed > 0.5 ? Double(row.completed) / elapsed : nil
            let bar = ProgressText.bar(completed: row.completed, total: row.total, unit: row.unit, rate: rate)
            return [line, ProgressText.fitted("  " + bar, width)]
        }
    }

    /// Draws the list over the one drawn before.
    mutating func draw() {
        guard isOpen, waiting == nil else { return }
        let lines = lines(at: SteadyTime.now, width: Output.width - 1)
        Output.raw(erased + lines.map { $0 + "\n" }.joined())
        drawnLines = lines.count
    }

    /// Prints a line that stays, above the list.
    mutating func printAbove(_ text: String) {
        guard waiting == nil else {
            waiting?.append(text)
            return
        }
        Output.raw(erased + text + "\n")
        drawnLines = 0
        draw()
    }

    /// Leaves the list as it stands until ``resume()``.
    mutating func pause() {
        draw()
        drawnLines = 0
        waiting = waiting ?? []
    }

    /// Prints the lines that waited, and draws the list again.
    mutating func resume() {
        let lines = waiting ?? []
        waiting = nil
        for line in lines { printAbove(line) }
        draw()
    }

    /// Leaves the list as it stands.
    mutating func leave() {
        isOpen = false
        drawnLines = 0
    }

    // Up by the lines drawn before, then erase to the end of the screen (ECMA-48: CUU, ED).
    private var erased: String { drawnLines > 0 ? "\u{1B}[\(drawnLines)A\u{1B}[J" : "" }
}
