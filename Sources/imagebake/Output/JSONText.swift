import Foundation

/// JSON as Python's `json.dump` lays it out, in ASCII, so that no terminal acts on what is in it.
enum JSONText {
    /// A value, in one line or with two columns of space for each level: keys sorted, times in ISO 8601.
    ///
    /// - Throws: what the value throws.
    static func of(_ value: any Encodable, isIndented: Bool = true) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return layOut(String(decoding: try encoder.encode(value), as: UTF8.self), isIndented: isIndented)
    }

    /// A text in quotes.
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case "\u{8}": quoted += "\\b"
            case "\u{C}": quoted += "\\f"
            case "\u{0}"..."\u{1F}": quoted += escape(UInt16(scalar.value))
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    /// JSON without spaces between its parts, laid out.
    static func layOut(_ json: String, isIndented: Bool) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(json.utf8.count * 2)
        var level = 0
        var isInText = false
        var isEscaped = false
        var last: Unicode.Scalar = " "
        func breakLine() {
            text.append(UInt8(ascii: "\n"))
            text += repeatElement(UInt8(ascii: " "), count: 2 * level)
        }
        for scalar in json.unicodeScalars {
            defer { last = scalar }
            if isInText {
                if scalar.value < 0x7F {
                    text.append(UInt8(scalar.value))
                } else {
                    for unit in String(scalar).utf16 { text += escape(unit).utf8 }
                }
                if scalar == "\"", !isEscaped { isInText = false }
                isEscaped = scalar == "\\" && !isEscaped
                continue
            }
            // What is empty stays in one line.
            if isIndented, last == "{" && scalar != "}" || last == "[" && scalar != "]" { breakLine() }
            switch scalar {
            case "\"":
                isInText = true
            case "{", "[":
                level += 1
            case "}", "]":
                level -= 1
                if isIndented, last != "{", last != "[" { breakLine() }
            default: break
            }
            text += String(scalar).utf8
            if scalar == ":" || scalar == "," && !isIndented { text.append(UInt8(ascii: " ")) }
            if scalar == ",", isIndented { breakLine() }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func escape(_ unit: UInt16) -> String {
        let digits = String(unit, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
