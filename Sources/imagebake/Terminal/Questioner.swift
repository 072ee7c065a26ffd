import Foundation
import Pipeline

/// Asks on the terminal.
struct Questioner {
    /// Whether there is one to ask on.
    static var isPossible: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

    /// Asks until the answer will do.
    ///
    /// - Parameters:
    ///   - question: The question, without a question mark.
    ///   - standard: The answer when Enter is pressed.
    ///   - check: What is wrong with an answer; nil where nothing is.
    /// - Throws: ``Failure`` with ``ExitStatus/usage`` where the input ends.
    func ask(_ question: String, default standard: String, check: (String) -> String? = { _ in nil }) throws -> String {
        while true {
            Output.raw(standard.isEmpty ? "\(question): " : "\(question) [\(standard)]: ")
            guard let line = readLine() else {
                Output.raw("\n")
                throw Failure(.usage, "the input ended before all was answered; nothing was written")
            }
            let text = line.trimmingCharacters(in: .whitespaces)
            let answer = text.isEmpty ? standard : text
            guard let problem = check(answer) else { return answer }
            Output.error("  \(problem)")
        }
    }
}
