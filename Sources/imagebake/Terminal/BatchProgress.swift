import Foundation
import Pipeline
import Synchronization

/// Shows bakes that run at once on a terminal: a line for each of them with its stage, its time and what it does now.
final class BatchProgress: Sendable {
    private struct Row {
        let name: String
        var begin: Date
        var stage: StageName?
        var text = ""
    }

    private struct Board {
        var rows: [Row] = []
        var drawnLines = 0
        var isOpen = true
        /// The lines that wait while the list is not shown; nil while it is.
        var waiting: [String]?
    }

    private final class Reader: EventReader {
        let name: String
        let progress: BatchProgress

        init(_ name: String, _ progress: BatchProgress) {
            (self.name, self.progress) = (name, progress)
        }

        func receive(_ event: Event) { progress.take(event, of: name) }
    }

    private let isVerbose: Bool
    private let board = Mutex(Board())

    init(isVerbose: Bool) {
        self.isVerbose = isVerbose
        Task { [weak self] in
            while let self, self.board.withLock({ $0.isOpen }) {
                self.board.withLock { Self.draw(&$0) }
                try? await Task.sleep(for: .milliseconds(200))
            }
        }
    }

    /// The reader of one bake's events.
    func reader(_ name: String) -> any EventReader { Reader(name, self) }

    /// Prints lines that stay, above the list.
    func print(_ text: String) {
        board.withLock { Self.print(text, above: &$0) }
    }

    /// Draws nothing until ``resume()``; lines that stay wait for it.
    func pause() {
        board.withLock { board in
            Self.draw(&board)
            board.drawnLines = 0
            board.waiting = board.waiting ?? []
        }
    }

    /// Prints the lines that waited, and draws the list again.
    func resume() {
        board.withLock { board in
            let lines = board.waiting ?? []
            board.waiting = nil
            for line in lines { Self.print(line, above: &board) }
            Self.draw(&board)
        }
    }

    /// Leaves the list as it stands.
    func leave() {
        board.withLock { board in
            Self.draw(&board)
            board.isOpen = false
        }
    }

    private func take(_ event: Event, of name: String) {
        board.withLock { board in
            let prefix = event.stage.map { "\(name): \($0.rawValue): " } ?? "\(name): "
            var row = board.rows.first { $0.name == name } ?? Row(name: name, begin: event.time)
            if let stage = event.stage { row.stage = stage }
            switch event.kind {
            case .activity(let text): row.text = text
            case .note(let text):
                row.text = text
                Self.print(prefix + text, above: &board)
            case .output(let text):
                row.text = text
                if isVerbose { Self.print(prefix + text, above: &board) }
            case .warning(let text): Self.print("\(prefix)warning: \(text)", above: &board)
            case .finished(let seconds, let isCached, let summary):
                row.text = summary
                if !isCached {
                    Self.print("\(prefix)done in \(ProgressText.duration(seconds)), \(summary)", above: &board)
                }
            case .failed(let message): Self.print("\(prefix)failed: \(message)", above: &board)
            case .bakeStarted, .started, .progress, .bakeFinished: break
            }
            // What has ended is told above the list, which is of those that run.
            board.rows.removeAll { $0.name == name }
            if case .bakeFinished = event.kind {} else { board.rows.append(row) }
            board.rows.sort { ($0.begin, $0.name) < ($1.begin, $1.name) }
            Self.draw(&board)
        }
    }

    private static func lines(_ board: Board) -> [String] {
        let width = Output.width - 1
        let longest = min(24, board.rows.map(\.name.count).max() ?? 0)
        return board.rows.map { row in
            let name = row.name.padding(toLength: longest, withPad: " ", startingAt: 0)
            let stage = (row.stage?.rawValue ?? "").padding(toLength: 8, withPad: " ", startingAt: 0)
            let time = ProgressText.duration(max(0, SteadyTime.now.timeIntervalSince(row.begin)))
            return ProgressText.fitted("> \(name)  \(stage)  \(time)  \(row.text)", width)
        }
    }

    private static func draw(_ board: inout Board) {
        guard board.isOpen, board.waiting == nil else { return }
        let lines = lines(board)
        Output.raw(erased(board) + lines.map { $0 + "\n" }.joined())
        board.drawnLines = lines.count
    }

    private static func print(_ text: String, above board: inout Board) {
        guard board.waiting == nil else {
            board.waiting?.append(text)
            return
        }
        Output.raw(erased(board) + text + "\n")
        board.drawnLines = 0
        draw(&board)
    }

    // As in ProgressBoard.
    private static func erased(_ board: Board) -> String {
        board.drawnLines > 0 ? "\u{1B}[\(board.drawnLines)A\u{1B}[J" : ""
    }
}
