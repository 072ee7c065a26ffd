import Synchronization

/// Undoes, in reverse order, what a bake has set up.
///
/// Each step runs whatever ended the scope: success, an error or a cancellation. In a cancelled task every `await` that looks at the
/// cancellation would give up at once, so the steps run in a task of their own.
public final class CleanupStack: Sendable {
    /// A step.
    public typealias Step = @Sendable () async throws -> Void

    private let steps = Mutex<[(name: String, step: Step)]>([])

    /// Adds a step, which will run before all that were added earlier.
    ///
    /// - Parameters:
    ///   - name: What it undoes, for the warning if it fails.
    ///   - step: What to do.
    public func push(_ name: String, _ step: @escaping Step) {
        steps.withLock { $0.append((name, step)) }
    }

    /// Drops all steps: what they would undo is to stay.
    func forget() {
        steps.withLock { $0 = [] }
    }

    fileprivate func run(warn: @escaping @Sendable (String) -> Void) async {
        while let (name, step) = steps.withLock({ $0.popLast() }) {
            do {
                try await step()
            } catch {
                warn("cannot \(name): \((error as? Failure)?.message ?? "\(error)")")
            }
        }
    }
}

/// Runs `body` with a stack of clean-up steps, all of which have run when it returns or throws.
///
/// - Parameters:
///   - warn: Told of each step that fails; the error of `body` is the one that is thrown.
///   - body: The work.
public func withCleanupStack<Value: Sendable>(
    warn: @escaping @Sendable (String) -> Void,
    _ body: (CleanupStack) async throws -> Value
) async throws -> Value {
    let stack = CleanupStack()
    do {
        let value = try await body(stack)
        await Task { await stack.run(warn: warn) }.value
        return value
    } catch {
        await Task { await stack.run(warn: warn) }.value
        throw error
    }
}
