/// What a text must be to be fit for the place where it lands.
struct TextRule: Sendable {
    /// What the text must be, to follow "must be".
    let requirement: String

    /// Whether a text is that.
    ///
    /// Control characters and line breaks have been refused before.
    let accepts: @Sendable (String) -> Bool

    /// A text of the given ASCII characters that begins with a letter, a digit or one of `first`.
    static func word(
        _ requirement: String,
        punctuation: String = "",
        first: String = "",
        atMost limit: Int = 64
    ) -> TextRule {
        TextRule(requirement: requirement) { text in
            guard let start = text.unicodeScalars.first, text.unicodeScalars.count <= limit else { return false }
            guard start.isASCIIWord || first.unicodeScalars.contains(start) else { return false }
            return text.unicodeScalars.allSatisfy { $0.isASCIIWord || punctuation.unicodeScalars.contains($0) }
        }
    }

    /// Any text in one line.
    static func line(_ requirement: String = "one line of text", atMost limit: Int = 1024) -> TextRule {
        TextRule(requirement: "\(requirement) of at most \(limit) characters") { $0.unicodeScalars.count <= limit }
    }
}

extension Unicode.Scalar {
    /// Whether the scalar is an ASCII letter or digit.
    var isASCIIWord: Bool {
        switch self {
        case "a"..."z", "A"..."Z", "0"..."9": true
        default: false
        }
    }
}
