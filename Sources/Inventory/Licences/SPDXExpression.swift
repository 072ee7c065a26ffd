/// A licence expression of the SPDX specification 2.3, annex D, whose identifiers are all on the list or of the document's own.
public struct SPDXExpression: Sendable, Hashable, CustomStringConvertible {
    /// The expression, identifiers spelled as the list does.
    public let text: String
    /// Whether it is one identifier of the list and nothing else.
    public let isIdentifier: Bool
    /// The identifiers `LicenseRef-...` in it, each once.
    public let references: [String]
    // Whether it has to be put in parentheses where it is joined with AND.
    private let isChoice: Bool

    /// Nil where the text is no such expression.
    ///
    /// Operators have to be in capitals, as the specification asks: `MIT and BSD` is of an older notation with other names.
    public init?(_ text: String) {
        guard text.utf8.count <= Self.maximumLength else { return nil }
        var parser = Parser(text)
        guard let parsed = parser.expression(), parser.isAtEnd else { return nil }
        self = parsed
    }

    /// The expression, identifiers spelled as the list does.
    public var description: String { text }

    /// All of these together; nil for none.
    public static func all(_ parts: [SPDXExpression]) -> SPDXExpression? {
        var unique: [SPDXExpression] = []
        for part in parts where !unique.contains(part) { unique.append(part) }
        guard let first = unique.first else { return nil }
        return unique.count == 1 ? first : joined(unique, "AND")
    }

    /// A reference to a licence that the document itself describes.
    static func reference(_ identifier: String) -> SPDXExpression {
        SPDXExpression(text: identifier, isIdentifier: false, references: [identifier], isChoice: false)
    }

    // A licence of that length is no expression, and the depth of its parentheses is bounded with it.
    private static let maximumLength = 4096
    private static let maximumDepth = 32

    private init(text: String, isIdentifier: Bool, references: [String], isChoice: Bool) {
        self.text = text
        self.isIdentifier = isIdentifier
        self.references = references
        self.isChoice = isChoice
    }

    private static func joined(_ parts: [SPDXExpression], _ word: String) -> SPDXExpression {
        let isChoice = word == "OR"
        let texts = parts.map { !isChoice && $0.isChoice ? "(\($0.text))" : $0.text }
        var references: [String] = []
        for reference in parts.flatMap(\.references) where !references.contains(reference) {
            references.append(reference)
        }
        return SPDXExpression(
            text: texts.joined(separator: " \(word) "),
            isIdentifier: false,
            references: references,
            isChoice: isChoice
        )
    }

    private struct Parser {
        private var tokens: ArraySlice<String>
        private var depth = 0

        init(_ text: String) {
            let spaced = text.replacing("(", with: " ( ").replacing(")", with: " ) ")
            tokens = spaced.split(separator: " ").map(String.init)[...]
        }

        var isAtEnd: Bool { tokens.isEmpty }

        mutating func expression() -> SPDXExpression? {
            list("OR") { $0.list("AND") { $0.term() } }
        }

        private mutating func list(
            _ word: String,
            _ part: (inout Parser) -> SPDXExpression?
        ) -> SPDXExpression? {
            var parts: [SPDXExpression] = []
            repeat {
                guard let next = part(&self) else { return nil }
                parts.append(next)
            } while take(word)
            return parts.count == 1 ? parts[0] : SPDXExpression.joined(parts, word)
        }

        private mutating func term() -> SPDXExpression? {
            if take("(") {
                depth += 1
                defer { depth -= 1 }
                guard depth <= maximumDepth, let inner = expression(), take(")") else { return nil }
                return inner
            }
            guard let token = tokens.popFirst() else { return nil }
            let license: SPDXExpression
            if token.hasPrefix("LicenseRef-") {
                guard token.count > 11, SPDXExpression.isPlain(token) else { return nil }
                license = .reference(token)
            } else if let known = SPDXLicenseList.licenses[token.lowercased()] {
                license = SPDXExpression(text: known, isIdentifier: true, references: [], isChoice: false)
            } else {
                return nil
            }
            guard take("WITH") else { return license }
            guard let token = tokens.popFirst(), let known = SPDXLicenseList.exceptions[token.lowercased()] else {
                return nil
            }
            return SPDXExpression(
                text: "\(license.text) WITH \(known)",
                isIdentifier: false,
                references: license.references,
                isChoice: false
            )
        }

        private mutating func take(_ token: String) -> Bool {
            guard tokens.first == token else { return false }
            tokens.removeFirst()
            return true
        }
    }

    /// Whether it has only characters that an identifier of SPDX may have: letters, digits, `-` and `.`.
    static func isPlain(_ text: String) -> Bool {
        text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
                true
            default: false
            }
        }
    }
}
