/// Lists and mappings as Python writes them, which is how the openstack client prints them where a format has text only.
enum PythonLiteral {
    /// `['a', 'b']`.
    static func list(_ items: [String]) -> String {
        "[\(items.map(text).joined(separator: ", "))]"
    }

    /// `{'a': 'b'}`, by the keys.
    static func mapping(_ pairs: [String: String]) -> String {
        let items = pairs.sorted { $0.key < $1.key }.map { "\(text($0.key)): \(text($0.value))" }
        return "{\(items.joined(separator: ", "))}"
    }

    /// `'a'`, or `"it's"`; what cannot be printed is escaped (CPython, `unicode_repr`).
    static func text(_ text: String) -> String {
        let quote: Unicode.Scalar =
            text.unicodeScalars.contains("'") && !text.unicodeScalars.contains("\"") ? "\"" : "'"
        var literal = String(quote)
        for scalar in text.unicodeScalars {
            switch scalar {
            case quote, "\\": literal += "\\\(scalar)"
            default: literal += isPrintable(scalar) ? String(scalar) : escape(scalar)
            }
        }
        return literal + String(quote)
    }

    /// `\n`, `\x1b`, `\u202e`.
    static func escape(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": return "\\n"
        case "\r": return "\\r"
        case "\t": return "\\t"
        default:
            let digits = String(scalar.value, radix: 16)
            let (letter, length) = scalar.value < 0x100 ? ("x", 2) : scalar.value < 0x10000 ? ("u", 4) : ("U", 8)
            return "\\\(letter)\(String(repeating: "0", count: length - digits.count))\(digits)"
        }
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return (0x20..<0x7F).contains(scalar.value) }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
            .spaceSeparator:
            return false
        default: return true
        }
    }
}
