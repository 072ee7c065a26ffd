/// Text out of a hostile database.
enum CleanText {
    /// One line without control characters; what is no UTF-8 becomes U+FFFD.
    static func line(_ bytes: some Collection<UInt8>) -> String {
        line(String(decoding: bytes, as: UTF8.self))
    }

    /// One line without control characters, blanks run together.
    static func line(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        var isBlank = true
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            // Format characters too: those that turn the direction of writing make a name look like another.
            case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator, .surrogate:
                if !isBlank { result.append(" ") }
                isBlank = true
            default:
                result.append(scalar)
                isBlank = false
            }
        }
        if isBlank, !result.isEmpty { result.removeLast() }
        return String(result)
    }
}
