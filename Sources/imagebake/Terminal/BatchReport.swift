import Foundation
import Pipeline
import Publish
import Synchronization
import SystemPackage

/// What is shown of one bake or of several: their progress while they run, and what became of each.
final class BatchReport: Sendable {
    private struct State {
        var begins: [Int: Date] = [:]
        var seconds: [Int: Double] = [:]
        var live: LiveProgress?
    }

    private let names: [String]
    private let progress: ProgressOptions
    private let board: BatchProgress?
    private let state = Mutex(State())

    /// Creates a report.
    ///
    /// - Parameters:
    ///   - names: The recipes' names in their order.
    ///   - jobs: How many bakes run at once at most.
    init(names: [String], progress: ProgressOptions, jobs: Int) {
        self.names = names
        self.progress = progress
        let isLive = progress.progress == .auto && !progress.quiet && Output.isInteractive
        board = isLive && jobs > 1 && names.count > 1 ? BatchProgress(isVerbose: progress.verbose) : nil
    }

    /// The readers of a bake's events.
    func readers(_ index: Int) -> [any EventReader] {
        state.withLock { $0.begins[index] = SteadyTime.now }
        let name = names[index]
        if let board { return [board.reader(name)] }
        // One stage list after the other reads well; lines of bakes that run at once say whose they are.
        let isPlain = progress.progress == .plain || (progress.progress == .auto && !Output.isInteractive)
        if names.count > 1, isPlain, !progress.quiet {
            return [PlainProgress(isVerbose: progress.verbose) { Output.error("\(name): \($0)") }]
        }
        let reader = progress.reader()
        if let live = reader as? LiveProgress { state.withLock { $0.live = live } }
        return reader.map { [$0] } ?? []
    }

    /// Takes the live list from the terminal, for a question; what happens meanwhile is shown by ``resume()``.
    func pause() {
        board?.pause()
        state.withLock(\.live)?.pause()
    }

    /// Draws the live list again.
    func resume() {
        board?.resume()
        state.withLock(\.live)?.resume()
    }

    /// Says what became of a bake.
    func ended(_ index: Int, _ result: Result<Bake.Outcome, Failure>) {
        let seconds = state.withLock { state in
            let now = SteadyTime.now
            let seconds = now.timeIntervalSince(state.begins[index] ?? now)
            state.seconds[index] = seconds
            return seconds
        }
        switch result {
        case .success(let outcome):
            for image in outcome.images { Output.data(image.id.description) }
            for product in outcome.products { Output.data(product.string) }
            guard names.count == 1, !progress.quiet, progress.progress != .json, progress.progress != .none else {
                return
            }
            Output.error(Self.text(outcome, seconds))
        case .failure(let failure):
            guard names.count > 1 else { return }
            let text = failure.description.split(separator: "\n").map { "\(names[index]): \($0)" }
            say(text.joined(separator: "\n"))
        }
    }

    /// Ends the live list.
    func finish() { board?.leave() }

    /// A line for each recipe.
    func summary(of results: [Result<Bake.Outcome, Failure>]) -> [String] {
        zip(names, results).enumerated().map { index, pair in
            let (name, result) = pair
            let seconds = state.withLock { $0.seconds[index] }
            switch result {
            case .success(let outcome): return "\(name): \(Self.text(outcome, seconds ?? 0))"
            case .failure(let failure) where seconds == nil:
                return "\(name): not begun (\(failure.message))"
            case .failure(let failure): return "\(name): status \(failure.status.rawValue), \(failure.message)"
            }
        }
    }

    private func say(_ text: String) {
        if let board { board.print(text) } else { Output.error(text) }
    }

    private static func text(_ outcome: Bake.Outcome, _ seconds: Double) -> String {
        let time = ProgressText.duration(seconds)
        if !outcome.products.isEmpty { return "stopped as told after \(time); the product is kept" }
        let names = Set(outcome.images.compactMap(\.name)).sorted().joined(separator: ", ")
        return outcome.isUnchanged ? "unchanged: \(names) is published already" : "published \(names) in \(time)"
    }
}
