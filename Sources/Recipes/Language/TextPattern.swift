import Glibc

/// A POSIX extended regular expression that a whole text must match, as `grep -Ex` has it.
///
/// The C library matches it in a time that grows with the text only; what would make it slow or large is refused: references back, and
/// repetitions of repetitions.
struct TextPattern {
    /// Why a text is no pattern.
    struct Malformed: Error {
        /// What is wrong, in lower case and without a full stop.
        let message: String
    }

    private static let longest = 256
    private static let mostRepetitions = 1000

    /// The expression.
    let text: String

    /// Checks an expression.
    init(_ text: String) throws(Malformed) {
        guard !text.isEmpty, text.utf8.count <= Self.longest, !text.utf8.contains(0) else {
            throw Malformed(message: "it must have from 1 to \(Self.longest) bytes")
        }
        guard !text.contains(#/\\[1-9]/#) else { throw Malformed(message: "it refers back to a group") }
        var repetitions = 1
        for match in text.matches(of: #/\{([0-9]*),?([0-9]*)\}/#) {
            let bounds = [match.output.1, match.output.2].map { $0.isEmpty ? 1 : Int($0) ?? Self.mostRepetitions + 1 }
            repetitions *= max(1, min(bounds.max() ?? 1, Self.mostRepetitions + 1))
            guard repetitions <= Self.mostRepetitions else { throw Malformed(message: "it repeats too much") }
        }
        self.text = text
        try Self.with(text) { _ in }
    }

    /// Whether a whole text matches.
    func matches(_ value: String) -> Bool {
        guard !value.utf8.contains(0) else { return false }
        return (try? Self.with(text) { regexec(&$0, value, 0, nil, 0) == 0 }) ?? false
    }

    private static func with<Result>(
        _ text: String,
        _ body: (inout regex_t) -> Result
    ) throws(Malformed) -> Result {
        // The expression by itself first: within the brackets a stray one would close them.
        for expression in [text, "^(\(text))$"] {
            var compiled = regex_t()
            let code = regcomp(&compiled, expression, REG_EXTENDED | REG_NOSUB)
            guard code == 0 else {
                var message = [CChar](repeating: 0, count: 128)
                regerror(code, &compiled, &message, message.count)
                let end = message.firstIndex(of: 0) ?? message.count
                let words = String(decoding: message[..<end].map { UInt8(bitPattern: $0) }, as: UTF8.self)
                throw Malformed(message: words.lowercased())
            }
            defer { regfree(&compiled) }
            if expression != text { return body(&compiled) }
        }
        throw Malformed(message: "it is not an expression")
    }
}
