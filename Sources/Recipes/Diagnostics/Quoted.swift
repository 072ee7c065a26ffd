/// A text of the user's in single quotes, fit to stand in a one-line message: short, its control characters spelled out.
struct Quoted: CustomStringConvertible {
    private let text: String

    init(_ text: some StringProtocol) {
        self.text = String(text)
    }

    var description: String {
        var result = "'"
        for (index, scalar) in text.unicodeScalars.enumerated() {
            if index == 60 {
                result += "..."
                break
            }
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
        return result + "'"
    }
}
