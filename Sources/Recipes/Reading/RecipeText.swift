/// The text of a recipe: UTF-8, without the characters that no recipe needs.
struct RecipeText {
    /// The text, without a byte order mark.
    let text: String

    /// Decodes the bytes of a file.
    ///
    /// - Throws: The first byte or character that does not belong in a text file, with its place.
    init(_ bytes: [UInt8], file: String) throws(Diagnostic) {
        var content = bytes[...]
        if content.starts(with: [0xEF, 0xBB, 0xBF]) { content = content.dropFirst(3) }
        var line = 1
        var column = 1
        var isInComment = false
        var hasContent = false
        var decoder = UTF8()
        var iterator = content.makeIterator()
        decoding: while true {
            switch decoder.decode(&iterator) {
            case .emptyInput:
                break decoding
            case .error:
                throw Diagnostic(
                    file: file,
                    line: line,
                    column: column,
                    message: "is not UTF-8 text",
                    code: Diagnostic.notYAML
                )
            case .scalarValue(let scalar):
                if let name = Self.refused(scalar) {
                    let message = "contains \(name); a recipe is a text file"
                    throw Diagnostic(file: file, line: line, column: column, message: message, code: Diagnostic.notYAML)
                }
                if scalar == "\n" {
                    (line, column, isInComment) = (line + 1, 1, false)
                } else {
                    isInComment = isInComment || scalar == "#"
                    hasContent = hasContent || !(isInComment || scalar.properties.isWhitespace)
                    column += 1
                }
            }
        }
        guard hasContent else { throw Diagnostic(file: file, message: "is empty") }
        text = String(decoding: content, as: UTF8.self)
    }

    /// Whether a character has a meaning here and so cannot have one in a recipe: U+E000 for ``YAMLLines``, the next two for
    /// ``SecretToken``.
    static func isPrivate(_ scalar: Unicode.Scalar) -> Bool {
        (0xE000...0xE002).contains(scalar.value)
    }

    private static func refused(_ scalar: Unicode.Scalar) -> String? {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D: nil
        case 0x00: "a NUL byte"
        case 0x01..<0x20, 0x7F..<0xA0: "the control character \(scalar.codePoint)"
        // They end a line for some readers of kickstart files and for others not.
        case 0x2028, 0x2029: "the line separator \(scalar.codePoint)"
        case _ where isPrivate(scalar): "the private character \(scalar.codePoint)"
        case 0xFEFF: "a byte order mark after its start"
        case 0xFFFE, 0xFFFF: "the noncharacter \(scalar.codePoint)"
        default: nil
        }
    }
}
