/// A text of the user's in single quotes, fit to stand in a one-line message: short, its control characters spelled out.
struct Quoted: CustomStringConvertible {
    /// The number of characters that are shown.
    private static let limit = 60

    private let text: String

    init(_ text: some StringProtocol) {
        self.text = String(text)
    }

    var description: String {
        let isLong = text.unicodeScalars.count > Self.limit
        return "'" + Self.printable(text.unicodeScalars.prefix(Self.limit)) + (isLong ? "...'" : "'")
    }

    /// A text with its control characters spelled out.
    static func printable(_ text: String) -> String { printable(text.unicodeScalars) }

    private static func printable(_ text: some Sequence<Unicode.Scalar>) -> String {
        var result = ""
        for scalar in text {
            switch scalar {
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            default:
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned:
                    result += "<\(scalar.codePoint)>"
                default: result.unicodeScalars.append(scalar)
                }
            }
        }
        return result
    }
}
