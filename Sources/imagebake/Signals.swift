import Foundation
import Pipeline
import UnixSignals

/// Runs work that Ctrl-C, SIGTERM and a closed terminal cancel; a second signal ends the process at once.
///
/// - Parameter consequence: What a person is told that the first signal does.
func withSignals<Value: Sendable>(
    _ consequence: String = "stopping the guest and removing what is half-made",
    _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup)
    let task = Task { try await work() }
    let watcher = Task {
        var count = 0
        for await signal in signals {
            count += 1
            guard count == 1 else { _exit(ExitStatus.interrupted.rawValue) }
            Output.error("\(signal): \(consequence); once more ends at once")
            task.cancel()
        }
    }
    defer { watcher.cancel() }
    return try await task.value
}
