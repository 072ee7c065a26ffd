/// Lets through what a text screen is drawn with, and nothing else that a terminal would act on.
///
/// A guest is a stranger: with other sequences it could make the terminal type commands on its behalf (device reports, title reports),
/// write files or hide what happens. Allowed are printable text, tabs, line ends, backspaces, and the sequences of ECMA-48 that move the
/// cursor, erase, scroll, and choose colours.
struct TerminalFilter {
    private enum State {
        case text
        case escape
        case sequence([UInt8])
        /// Within a text for the terminal itself, such as a title.
        case string
        case stringEscape
        /// After `ESC (` and the like: one byte more.
        case character
        /// After 0xC2, with which UTF-8 writes the control characters U+0080 to U+009F, among them one that stands for `ESC [`.
        case upper
    }

    // Cursor up, down, forward, back, next and previous line, column, position, erase, insert, delete, scroll, line, colours, region.
    private static let allowed = Set("ABCDEFGHJKLMPSTXdfmr".utf8)
    // What begins a private or an extended sequence.
    private static let privates = Set("<=>?!$\"' *+,-.#%&/()".utf8)

    private var state = State.text

    /// What of these bytes may reach a terminal.
    mutating func filter(_ bytes: [UInt8]) -> [UInt8] {
        var passed: [UInt8] = []
        for byte in bytes { take(byte, &passed) }
        return passed
    }

    private mutating func take(_ byte: UInt8, _ passed: inout [UInt8]) {
        switch state {
        case .text:
            if byte == 0x1B {
                state = .escape
            } else if byte == 0xC2 {
                state = .upper
            } else if byte >= 0x20 && byte != 0x7F || [0x08, 0x09, 0x0A, 0x0D].contains(byte) {
                passed.append(byte)
            }
        case .upper:
            state = .text
            if (0x80...0x9F).contains(byte) { return }
            passed.append(0xC2)
            take(byte, &passed)
        case .escape:
            switch byte {
            case UInt8(ascii: "["): state = .sequence([])
            case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "X"), UInt8(ascii: "^"), UInt8(ascii: "_"):
                state = .string
            case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "#"),
                UInt8(ascii: "%"), UInt8(ascii: " "):
                state = .character
            case 0x1B: state = .escape
            default: state = .text
            }
        case .sequence(var parameters):
            if (0x20...0x3F).contains(byte), parameters.count < 32 {
                parameters.append(byte)
                state = .sequence(parameters)
            } else {
                state = byte == 0x1B ? .escape : .text
                let isPlain = !parameters.contains { Self.privates.contains($0) }
                if Self.allowed.contains(byte), isPlain {
                    passed += [0x1B, UInt8(ascii: "[")] + parameters + [byte]
                }
            }
        case .string:
            if byte == 0x07 { state = .text } else if byte == 0x1B { state = .stringEscape }
        case .stringEscape:
            state = byte == UInt8(ascii: "\\") ? .text : byte == 0x1B ? .stringEscape : .string
        case .character:
            state = .text
        }
    }
}
