/// What a text must be to be fit for the place where it lands.
struct TextRule: Sendable {
    /// What the text must be, to follow "must be".
    let requirement: String

    /// A regular expression that every text matches that is accepted, and most that are not do not; nil where none is worth it.
    var pattern: String?

    /// The number of characters that a text has at most, where that is all there is to say.
    var limit: Int?

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
        let inside = characterClass(punctuation)
        let pattern = "^[A-Za-z0-9\(characterClass(first))][A-Za-z0-9\(inside)]{0,\(limit - 1)}$"
        return TextRule(requirement: requirement, pattern: pattern) { text in
            guard let start = text.unicodeScalars.first, text.unicodeScalars.count <= limit else { return false }
            guard start.isASCIIWord || first.unicodeScalars.contains(start) else { return false }
            return text.unicodeScalars.allSatisfy { $0.isASCIIWord || punctuation.unicodeScalars.contains($0) }
        }
    }

    /// Any text in one line.
    static func line(_ requirement: String = "one line of text", atMost limit: Int = 1024) -> TextRule {
        TextRule(requirement: "\(requirement) of at most \(limit) characters", limit: limit) {
            $0.unicodeScalars.count <= limit
        }
    }

    /// What the rule says in a schema.
    var schema: ValueSchema { .text(requirement: requirement, pattern: pattern, atMost: limit) }

    /// Characters as they stand in the brackets of a regular expression; a dash goes last, where it means itself.
    private static func characterClass(_ characters: String) -> String {
        let escaped = characters.filter { $0 != "-" }.map { "\\]^[".contains($0) ? "\\\($0)" : "\($0)" }.joined()
        return characters.contains("-") ? escaped + "\\-" : escaped
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
