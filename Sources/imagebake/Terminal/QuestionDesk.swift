import Foundation

/// Asks what several bakes want to know, one question after the other, while the live list is away.
actor QuestionDesk {
    private let pause: @Sendable () -> Void
    private let resume: @Sendable () -> Void
    private var isBusy = false

    /// Creates a desk; asks nothing.
    ///
    /// - Parameters:
    ///   - pause: Takes what is drawn from the terminal.
    ///   - resume: Draws it again.
    init(pause: @escaping @Sendable () -> Void, resume: @escaping @Sendable () -> Void) {
        (self.pause, self.resume) = (pause, resume)
    }

    /// Asks yes or no when it is the caller's turn.
    ///
    /// - Returns: Whether the answer is yes; no where the input ends, and in a task that is cancelled, which waits no longer.
    func ask(_ question: String) async -> Bool {
        while isBusy {
            do { try await Task.sleep(for: .milliseconds(50)) } catch { return false }
        }
        isBusy = true
        defer { isBusy = false }
        pause()
        defer { resume() }
        // What was typed before the question was no answer to it.
        if isatty(STDIN_FILENO) == 1 { tcflush(STDIN_FILENO, TCIFLUSH) }
        Output.error(question)
        while true {
            Output.raw("yes or no [no]: ")
            guard let line = await Self.line() else {
                Output.raw("\n")
                return false
            }
            switch line.trimmingCharacters(in: .whitespaces).lowercased() {
            case "yes", "y": return true
            case "no", "n", "": return false
            default: Output.error("  answer yes or no")
            }
        }
    }

    /// The next line of the input; nil at its end, and where the task is cancelled.
    ///
    /// Not by readLine(): whoever presses Ctrl-C at a question must not have to answer it.
    private static func line() async -> String? {
        var bytes: [UInt8] = []
        while !Task.isCancelled {
            var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            guard poll(&input, 1, 0) > 0 else {
                try? await Task.sleep(for: .milliseconds(50))
                continue
            }
            var byte: UInt8 = 0
            guard read(STDIN_FILENO, &byte, 1) == 1 else { return bytes.isEmpty ? nil : text(bytes) }
            if byte == 0x0A { return text(bytes) }
            if bytes.count < 1024 { bytes.append(byte) }
        }
        return nil
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
