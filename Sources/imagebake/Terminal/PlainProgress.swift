import Foundation
import Pipeline
import Synchronization

/// Prints plain lines, for logs and CI: at most one a second and stage, save beginnings, ends and warnings.
final class PlainProgress: EventReader {
    private struct State {
        var last: [StageName: Date] = [:]
    }

    private let isVerbose: Bool
    private let state = Mutex(State())

    init(isVerbose: Bool) {
        self.isVerbose = isVerbose
    }

    func receive(_ event: Event) {
        guard let line = line(for: event) else { return }
        Output.error(line)
    }

    /// The line for an event, or nil where it is not worth one.
    func line(for event: Event) -> String? {
        let prefix = event.stage.map { "\($0.rawValue): " } ?? ""
        switch event.kind {
        case .bakeStarted(let recipe): return "baking \(recipe) as \(event.bake)"
        case .started: return "\(prefix)started"
        case .progress(let completed, let total, _):
            guard completed > 0, isDue(event) else { return nil }
            return prefix + ProgressText.bar(completed: completed, total: total, rate: nil)
        case .activity(let text): return isDue(event) ? prefix + text : nil
        case .note(let text): return prefix + text
        case .output(let text): return isVerbose ? prefix + text : nil
        case .warning(let text): return "\(prefix)warning: \(text)"
        case .finished(_, true, let summary): return summary.isEmpty ? "\(prefix)cached" : "\(prefix)cached, \(summary)"
        case .finished(let seconds, false, let summary):
            return "\(prefix)done in \(ProgressText.duration(seconds)), \(summary)"
        case .failed: return "\(prefix)failed"
        case .bakeFinished: return nil
        }
    }

    private func isDue(_ event: Event) -> Bool {
        guard let stage = event.stage else { return true }
        return state.withLock { state in
            if let last = state.last[stage], event.time.timeIntervalSince(last) < 1 { return false }
            state.last[stage] = event.time
            return true
        }
    }
}
