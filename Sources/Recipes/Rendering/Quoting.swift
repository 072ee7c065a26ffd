/// Ways to write a text so that its reader gets back exactly that text.
enum Quoting {
    /// Quotes a text as one argument, or the end of one, of a kickstart command.
    ///
    /// Anaconda and pykickstart split lines with Python's shlex, imagebake's installer for Debian by the same rules. No line can
    /// hold a line break, so a text must not have one; callers check that.
    static func kickstart(_ text: String) -> String {
        if !text.isEmpty, text.unicodeScalars.allSatisfy({ $0.isASCIIWord || "_./:@%+,-".unicodeScalars.contains($0) })
        {
            return text
        }
        // Within double quotes nothing but these is special to any of the readers.
        if !text.unicodeScalars.contains(where: { "\"\\$`!".unicodeScalars.contains($0) }) { return "\"\(text)\"" }
        return shell(text)
    }

    /// Quotes a text as one word of a shell script.
    static func shell(_ text: String) -> String {
        // By scalars: a quote with a combining accent is a Character of its own, but still a quote to the shell.
        var result = "'"
        for scalar in text.unicodeScalars {
            if scalar == "'" { result += "'\\''" } else { result.unicodeScalars.append(scalar) }
        }
        return result + "'"
    }

    /// Quotes a text as one scalar of a YAML document, in block or flow context.
    static func yaml(_ text: String) -> String {
        if isPlainYAML(text) { return text }
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            default:
                switch scalar.value {
                case 0x20..<0x7F, 0xA0..<0x2028, 0x202A..<0xD800, 0xE000..<0xFEFF, 0xFF00..<0xFFFE:
                    result.unicodeScalars.append(scalar)
                case 0x10000...: result.unicodeScalars.append(scalar)
                case 0..<0x100: result += "\\x" + scalar.hexadecimal(digits: 2)
                default: result += "\\u" + scalar.hexadecimal(digits: 4)
                }
            }
        }
        return result + "\""
    }

    /// Whether a text is the same without quotes for every version of YAML: a word, and none that means something else.
    private static func isPlainYAML(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, first.isASCIIWord, !("0"..."9").contains(first) else {
            return false
        }
        guard text.unicodeScalars.allSatisfy({ $0.isASCIIWord || "_-".unicodeScalars.contains($0) }) else {
            return false
        }
        return !["y", "n", "yes", "no", "true", "false", "on", "off", "null"].contains(text.lowercased())
    }
}

extension Unicode.Scalar {
    fileprivate func hexadecimal(digits: Int) -> String {
        let text = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
