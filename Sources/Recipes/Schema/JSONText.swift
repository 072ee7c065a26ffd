import Foundation

/// A JSON value whose keys keep their order, so that a schema reads like the documentation.
indirect enum JSONText {
    case text(String)
    case number(Int)
    case flag(Bool)
    case list([JSONText])
    case object([(String, JSONText)])

    /// The width up to which a list or an object stands in one line.
    private static let width = 110

    /// The value, indented by two spaces a level; what is short stands in one line.
    func formatted(indentation: Int = 0) -> String {
        if let line = line(atMost: Self.width - indentation * 2) { return line }
        let inner = String(repeating: "  ", count: indentation + 1)
        let outer = String(repeating: "  ", count: indentation)
        switch self {
        case .text, .number, .flag: return line(atMost: .max) ?? ""
        case .list(let items):
            let lines = items.map { inner + $0.formatted(indentation: indentation + 1) }
            return "[\n" + lines.joined(separator: ",\n") + "\n\(outer)]"
        case .object(let members):
            let lines = members.map { name, value in
                "\(inner)\(Self.quoted(name)): \(value.formatted(indentation: indentation + 1))"
            }
            return "{\n" + lines.joined(separator: ",\n") + "\n\(outer)}"
        }
    }

    /// The value in one line; nil where that is longer.
    private func line(atMost width: Int) -> String? {
        guard width > 0 else { return nil }
        let text: String
        switch self {
        case .text(let value): text = Self.quoted(value)
        case .number(let value): text = "\(value)"
        case .flag(let value): text = "\(value)"
        case .list(let items):
            var parts: [String] = []
            for item in items {
                guard let part = item.line(atMost: width) else { return nil }
                parts.append(part)
            }
            text = "[" + parts.joined(separator: ", ") + "]"
        case .object(let members):
            var parts: [String] = []
            for (name, value) in members {
                guard let part = value.line(atMost: width) else { return nil }
                parts.append("\(Self.quoted(name)): \(part)")
            }
            text = parts.isEmpty ? "{}" : "{ " + parts.joined(separator: ", ") + " }"
        }
        return text.count <= width ? text : nil
    }

    /// A text in JSON's quotes (RFC 8259, section 7).
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            case "\u{0}"..."\u{1F}": result += "\\u" + String(format: "%04x", scalar.value)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
