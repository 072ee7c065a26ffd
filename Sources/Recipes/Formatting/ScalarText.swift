import Yams

/// How a scalar is spelled with as few quotes as it needs.
enum ScalarText {
    /// A scalar in one line.
    ///
    /// - Parameter isInFlow: Whether it stands in brackets, where more characters mean something.
    static func line(_ scalar: Node.Scalar, isInFlow: Bool) -> String {
        switch scalar.kind {
        case .nothing: return "~"
        case .integer, .decimal, .tagged: return scalar.string
        case .flag:
            return ["true", "false"].contains(scalar.string.lowercased()) ? scalar.string.lowercased() : scalar.string
        case .text: break
        }
        // What YAML takes for a date was written without quotes, and stays so.
        if Node.scalar(scalar).tag.rawValue == Tag.Name.timestamp.rawValue { return scalar.string }
        if isPlain(scalar.string, isInFlow: isInFlow) { return scalar.string }
        return quoted(scalar.string)
    }

    /// Whether a text is itself without quotes.
    static func isPlain(_ text: String, isInFlow: Bool) -> Bool {
        let scalars = Array(text.unicodeScalars)
        guard let first = scalars.first, let last = scalars.last, first != " ", last != " ", last != ":" else {
            return false
        }
        guard scalars.allSatisfy(isPrintable), !text.contains(": "), !text.contains(" #"), !text.contains("\t") else {
            return false
        }
        if "[]{},#&*!|>'\"%@`".unicodeScalars.contains(first) { return false }
        // In brackets a colon at the start is the end of a key.
        if first == "?" || first == ":" { return false }
        if first == "-", scalars.count == 1 || scalars[1] == " " { return false }
        if isInFlow, text.unicodeScalars.contains(where: { "[]{},".unicodeScalars.contains($0) }) { return false }
        // Old libyamls end a plain text in brackets at a question mark.
        if isInFlow, text.contains("?") { return false }
        if text == "---" || text == "..." || text.hasPrefix("--- ") || text.hasPrefix("... ") { return false }
        return Resolver.default.resolveTag(of: .scalar(.init(text, .implicit, .plain))) == .str
    }

    /// A text in quotes: in double ones, unless it has some itself.
    static func quoted(_ text: String) -> String {
        let isPrintable = text.unicodeScalars.allSatisfy(isPrintable)
        if isPrintable, text.contains("\"") || text.contains("\\") {
            return "'" + text.replacing("'", with: "''") + "'"
        }
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            case _ where Self.isPrintable(scalar): result.unicodeScalars.append(scalar)
            case _ where scalar.value <= 0xFF: result += "\\x" + hexadecimal(scalar.value, 2)
            case _ where scalar.value <= 0xFFFF: result += "\\u" + hexadecimal(scalar.value, 4)
            default: result += "\\U" + hexadecimal(scalar.value, 8)
            }
        }
        return result + "\""
    }

    /// The lines of a text of several lines as a literal block, the first one its `|`; nil where it cannot be one.
    static func block(_ text: String) -> [String]? {
        guard text.contains("\n"), text.unicodeScalars.allSatisfy({ isPrintable($0) || $0 == "\n" || $0 == "\t" })
        else { return nil }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard let first = lines.first(where: { !$0.isEmpty }),
            lines.contains(where: { $0.contains { !$0.isWhitespace } })
        else {
            return nil
        }
        let indicator = first.hasPrefix(" ") || first.hasPrefix("\t") ? "2" : ""
        guard lines.last == "" else { return ["|\(indicator)-"] + lines }
        lines.removeLast()
        return ["|\(indicator)\(lines.last == "" ? "+" : "")"] + lines
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: false
        case .spaceSeparator: scalar == " "
        default: true
        }
    }

    private static func hexadecimal(_ value: UInt32, _ width: Int) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
