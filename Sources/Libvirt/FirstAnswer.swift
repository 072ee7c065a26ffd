import Synchronization

/// Answers once: with the first of what a call, a clock and a cancellation give.
final class FirstAnswer<Value: Sendable>: Sendable {
    private typealias Answer = Result<Value, LibvirtError>

    private enum State {
        case open
        case awaited(CheckedContinuation<Answer, Never>)
        case answered(Answer)
    }

    private let state = Mutex(State.open)

    /// Gives an answer; any but the first is dropped.
    func give(_ answer: Result<Value, LibvirtError>) {
        let waiting: CheckedContinuation<Answer, Never>? = state.withLock { state in
            switch state {
            case .answered: return nil
            case .open:
                state = .answered(answer)
                return nil
            case .awaited(let continuation):
                state = .answered(answer)
                return continuation
            }
        }
        waiting?.resume(returning: answer)
    }

    /// Whether there is an answer.
    var isGiven: Bool {
        state.withLock { state in
            if case .answered = state { true } else { false }
        }
    }

    /// Waits for the answer; to be called once.
    func value() async -> Result<Value, LibvirtError> {
        await withCheckedContinuation { continuation in
            let answer: Answer? = state.withLock { state in
                if case .answered(let answer) = state { return answer }
                state = .awaited(continuation)
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }
}
