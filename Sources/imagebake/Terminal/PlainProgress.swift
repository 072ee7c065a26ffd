import Foundation
import Pipeline
import Synchronization

/// Prints plain lines, for logs and CI: at most one a second and stage, save beginnings, ends, notes and warnings.
///
/// Of the lines that come too soon the last one is printed when its second is over, so that a log shows what goes on now and not what
/// went on before it.
final class PlainProgress: EventReader {
    private struct State {
        var last: [StageName: Date] = [:]
        var pending: [StageName: String] = [:]
    }

    private let isVerbose: Bool
    private let print: @Sendable (String) -> Void
    private let state = Mutex(State())

    init(isVerbose: Bool, print: @escaping @Sendable (String) -> Void = { Output.error($0) }) {
        self.isVerbose = isVerbose
        self.print = print
        Task { [weak self] in
            while let self {
                self.flush(at: SteadyTime.now)
                try? await Task.sleep(for: .milliseconds(250))
            }
        }
    }

    func receive(_ event: Event) {
        guard let line = line(for: event) else { return }
        guard let stage = event.stage, event.kind.isFrequent else {
            if let stage = event.stage { state.withLock { $0.pending[stage] = nil } }
            return print(line)
        }
        let isDue = state.withLock { state in
            guard state.last[stage].map({ event.time.timeIntervalSince($0) >= 1 }) ?? true else {
                state.pending[stage] = line
                return false
            }
            state.last[stage] = event.time
            state.pending[stage] = nil
            return true
        }
        if isDue { print(line) }
    }

    /// Prints the lines whose second is over.
    func flush(at now: Date) {
        let due = state.withLock { state in
            let due = state.pending.filter { stage, _ in
                state.last[stage].map { now.timeIntervalSince($0) >= 1 } ?? true
            }
            for stage in due.keys {
                state.last[stage] = now
                state.pending[stage] = nil
            }
            return due
        }
        for stage in StageName.allCases {
            if let line = due[stage] { print(line) }
        }
    }

    /// The line for an event, or nil where it is not worth one.
    func line(for event: Event) -> String? {
        let prefix = event.stage.map { "\($0.rawValue): " } ?? ""
        switch event.kind {
        case .bakeStarted(let recipe): return "baking \(recipe) as \(event.bake)"
        case .started: return "\(prefix)started"
        case .progress(let completed, let total, let unit):
            let bar = ProgressText.bar(completed: completed, total: total, unit: unit, rate: nil)
            return completed > 0 ? prefix + bar : nil
        case .activity(let text), .note(let text): return prefix + text
        case .output(let text): return isVerbose ? prefix + text : nil
        case .warning(let text): return "\(prefix)warning: \(text)"
        case .finished(_, true, let summary): return summary.isEmpty ? "\(prefix)cached" : "\(prefix)cached, \(summary)"
        case .finished(let seconds, false, let summary):
            return "\(prefix)done in \(ProgressText.duration(seconds)), \(summary)"
        case .failed: return "\(prefix)failed"
        case .bakeFinished: return nil
        }
    }
}

extension Event.Kind {
    /// Whether events of this kind come so often that a log has to leave some out.
    fileprivate var isFrequent: Bool {
        switch self {
        case .progress, .activity: true
        default: false
        }
    }
}
