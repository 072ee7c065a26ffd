/// Texts of strangers, such as images' names, made harmless for a terminal.
enum VisibleText {
    /// The text with escapes (`\x1b`) in place of what a terminal would act on, and of what makes it show something else than is there: control
    /// characters, and those that change the direction of writing.
    ///
    /// - Parameter kept: Control characters that stay.
    static func of(_ text: String, keeping kept: Set<Unicode.Scalar> = []) -> String {
        guard !text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) else { return text }
        return text.unicodeScalars.reduce(into: "") { visible, scalar in
            if isHarmful(scalar), !kept.contains(scalar) {
                visible += PythonLiteral.escape(scalar)
            } else {
                visible.unicodeScalars.append(scalar)
            }
        }
    }

    /// The text with escapes in place of its line breaks.
    static func line(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == 10 || $0 == 13 }) else { return text }
        return text.unicodeScalars.reduce(into: "") { line, scalar in
            if scalar == "\n" || scalar == "\r" {
                line += PythonLiteral.escape(scalar)
            } else {
                line.unicodeScalars.append(scalar)
            }
        }
    }

    private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
