import Foundation
import Pipeline
import Synchronization

/// One line that says how far a transfer is, at its end rate and time left; on a terminal alone.
final class TransferMeter: Sendable {
    private struct State {
        var last = Date.distantPast
        var begin: Date?
        var isDrawn = false
    }

    private let isLive: Bool
    private let state = Mutex(State())

    init(isShown: Bool) { isLive = isShown && Output.isInteractive }

    /// Takes a progress.
    func report(_ completed: Int64, of total: Int64?) {
        guard isLive else { return }
        let now = SteadyTime.now
        let seconds = state.withLock { state -> Double? in
            let begin = state.begin ?? now
            state.begin = begin
            // Ten times a second is as fast as anybody reads.
            guard now.timeIntervalSince(state.last) >= 0.1 else { return nil }
            state.last = now
            state.isDrawn = true
            return now.timeIntervalSince(begin)
        }
        guard let seconds else { return }
        let rate = seconds > 0.5 ? Double(completed) / seconds : nil
        let text = ProgressText.bar(completed: completed, total: total, unit: "bytes", rate: rate)
        Output.raw("\r\u{1B}[2K" + ProgressText.fitted(text, Output.width - 1))
    }

    /// Prints a line in the place of the bar.
    func say(_ text: String) {
        finish()
        Output.error(text)
    }

    /// Takes the bar from the terminal.
    func finish() {
        let isDrawn = state.withLock { state in
            defer { state.isDrawn = false }
            return state.isDrawn
        }
        if isDrawn { Output.raw("\r\u{1B}[2K") }
    }
}
