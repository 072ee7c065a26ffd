import Foundation

/// The ways in which a secret may be met in a text.
enum SecretSpellings {
    /// All of them, each of at least ``SecretMasker/shortest`` bytes.
    static func all(of secret: String, byLine: Bool) -> Set<MaskPattern> {
        var texts = [secret] + (byLine ? lines(of: secret) : [])
        // A tool that reads the secret from a file or a variable may leave out its last line break.
        texts += texts.map { $0.trimmingCharacters(in: .newlines) }
        var patterns: Set<MaskPattern> = []
        for text in texts where text.utf8.count >= SecretMasker.shortest {
            for spelling in escaped(text) { patterns.insert(MaskPattern(bytes: Array(spelling.utf8), mayBreak: false)) }
            for spelling in base64(Array(text.utf8)) { patterns.insert(MaskPattern(bytes: spelling, mayBreak: true)) }
        }
        for slice in byLine ? wrapped(secret) : [] { patterns.insert(MaskPattern(bytes: slice, mayBreak: false)) }
        return patterns.filter { $0.bytes.count >= SecretMasker.shortest }
    }

    private static func lines(of text: String) -> [String] {
        let lines = text.unicodeScalars.split { $0 == "\n" || $0 == "\r" }.map { String($0) }
        // The indentation of a line is that of many others.
        return lines.count > 1 ? lines.map { $0.trimmingCharacters(in: .whitespaces) } : []
    }

    private static func escaped(_ text: String) -> [String] {
        let json = Self.json(text)
        let yaml = Quoting.yaml(text)
        return [
            text,
            replaced(text, ["'": "'\\''"]),
            replaced(text, ["'": "'\"'\"'"]),
            replaced(text, ["\"": "\\\"", "\\": "\\\\", "$": "\\$", "`": "\\`"]),
            yaml.hasPrefix("\"") ? String(yaml.dropFirst().dropLast()) : yaml,
            json,
            replaced(json, ["/": "\\/"]),
            replaced(text, ["&": "&amp;", "<": "&lt;", ">": "&gt;"]),
            replaced(text, ["&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;"]),
            replaced(text, ["&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;", "'": "&apos;"]),
            replaced(text, ["&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;", "'": "&#39;"]),
            percent(text, space: "%20", uppercase: true),
            percent(text, space: "%20", uppercase: false),
            percent(text, space: "+", uppercase: true),
            percent(text, space: "+", uppercase: false),
        ]
    }

    private static func replaced(_ text: String, _ replacements: [Unicode.Scalar: String]) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            if let replacement = replacements[scalar] {
                result += replacement
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func json(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{8}": result += "\\b"
            case "\u{C}": result += "\\f"
            default:
                if scalar.value < 0x20 {
                    let digits = String(scalar.value, radix: 16)
                    result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result
    }

    private static func percent(_ text: String, space: String, uppercase: Bool) -> String {
        var result = ""
        for byte in text.utf8 {
            let scalar = Unicode.Scalar(byte)
            if scalar.isASCIIWord || "-._~".unicodeScalars.contains(scalar) {
                result.unicodeScalars.append(scalar)
            } else if scalar == " " {
                result += space
            } else {
                result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: uppercase)
            }
        }
        return result
    }

    /// The base64 of a text that stands behind any number of other bytes, as far as it does not depend on what stands around it.
    private static func base64(_ bytes: [UInt8]) -> Set<[UInt8]> {
        var spellings: Set<[UInt8]> = []
        for offset in 0..<3 {
            let encoded = Array(Data([UInt8](repeating: 0, count: offset) + bytes).base64EncodedString().utf8)
            // A character holds 6 bits: the first ones hold bits of what stands before, the last one may hold some of what follows.
            let stable = Array(encoded[((offset * 8 + 5) / 6)..<((offset + bytes.count) * 8 / 6)])
            guard stable.count >= SecretMasker.shortest else { continue }
            spellings.insert(stable)
            spellings.insert(urlSafe(stable))
        }
        return spellings
    }

    /// The lines of the base64 of a text by itself, as encoders wrap them; the lines may be met one by one.
    private static func wrapped(_ text: String) -> Set<[UInt8]> {
        var slices: Set<[UInt8]> = []
        for content in [text, text + "\n"] {
            let encoded = Array(Data(content.utf8).base64EncodedString().utf8)
            for width in [76, 64] where encoded.count > width {
                for start in stride(from: 0, to: encoded.count, by: width) {
                    slices.insert(Array(encoded[start..<min(start + width, encoded.count)]))
                }
            }
        }
        // What is left in the last line may be so short that it is found in half of all words.
        return slices.filter { $0.count >= 8 }
    }

    private static func urlSafe(_ bytes: [UInt8]) -> [UInt8] {
        bytes.map { byte in
            switch byte {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            default: byte
            }
        }
    }
}
