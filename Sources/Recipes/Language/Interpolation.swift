/// A text with `${{ NAME }}` in it, taken apart.
struct Interpolation {
    /// A piece of a text.
    enum Piece: Equatable {
        /// Text as it stands, `${{` for every `$${{`.
        case text(String)

        /// A variable, by its name.
        case variable(String)

        /// A secret, by its name.
        case secret(String)
    }

    /// Why a text cannot be taken apart.
    struct Malformed: Error {
        /// What is wrong, in lower case and without a full stop.
        let message: String
    }

    /// The pieces, in their order.
    let pieces: [Piece]

    /// Takes a text apart.
    init(_ text: String) throws(Malformed) {
        var pieces: [Piece] = []
        var rest = text[...]
        var plain = ""
        while let range = rest.firstRange(of: "${{") {
            if rest[..<range.lowerBound].last == "$" {
                plain += rest[..<range.lowerBound].dropLast() + "${{"
                rest = rest[range.upperBound...]
                continue
            }
            plain += rest[..<range.lowerBound]
            guard let end = rest[range.upperBound...].firstRange(of: "}}") else {
                throw Malformed(message: "'${{' is not closed with '}}'; for the characters themselves write '$${{'")
            }
            if !plain.isEmpty { pieces.append(.text(plain)) }
            plain = ""
            pieces.append(try Self.reference(rest[range.upperBound..<end.lowerBound]))
            rest = rest[end.upperBound...]
        }
        plain += rest
        if !plain.isEmpty { pieces.append(.text(plain)) }
        self.pieces = pieces
    }

    /// Whether a text is one reference to a variable and nothing else.
    static func isReference(_ text: String) -> Bool {
        guard text.hasPrefix("${{"), let pieces = try? Interpolation(text).pieces, pieces.count == 1 else {
            return false
        }
        if case .variable = pieces[0] { return true }
        return false
    }

    private static func reference(_ content: Substring) throws(Malformed) -> Piece {
        let name = content.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        if TextRule.variable.accepts(name) { return .variable(name) }
        if name.hasPrefix("secrets.") {
            let secret = String(name.dropFirst("secrets.".count))
            if TextRule.variable.accepts(secret) { return .secret(secret) }
        }
        let message =
            "'${{ }}' takes the name of a variable, or 'secrets.' and the name of a secret, not \(Quoted(name))"
        throw Malformed(message: message)
    }
}

extension TextRule {
    /// The name of a variable or of a secret.
    static let variable = TextRule(
        requirement: "a name of at most 64 letters, digits and '_', beginning with a letter or '_'",
        pattern: "^[A-Za-z_][A-Za-z0-9_]{0,63}$"
    ) { text in
        guard let first = text.unicodeScalars.first, !("0"..."9").contains(first) else { return false }
        return text.unicodeScalars.count <= 64 && text.unicodeScalars.allSatisfy { $0.isASCIIWord || $0 == "_" }
    }
}
