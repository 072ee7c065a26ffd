/// A value of JSON, written the same way each time: keys in the order given, two blanks a level.
enum JSONText {
    case text(String)
    case flag(Bool)
    case number(Int)
    case list([JSONText])
    case object([(String, JSONText?)])

    /// The text, with a newline at its end.
    var rendered: String {
        var output: [UInt8] = []
        write(to: &output, depth: 0)
        output.append(UInt8(ascii: "\n"))
        return String(decoding: output, as: UTF8.self)
    }

    private func write(to output: inout [UInt8], depth: Int) {
        switch self {
        case .text(let text): Self.write(text, to: &output)
        case .flag(let flag): output += Array((flag ? "true" : "false").utf8)
        case .number(let number): output += Array(String(number).utf8)
        case .list(let values):
            Self.write(values, "[", "]", to: &output, depth) { $0.write(to: &$1, depth: depth + 1) }
        case .object(let pairs):
            let given = pairs.compactMap { key, value in value.map { (key, $0) } }
            Self.write(given, "{", "}", to: &output, depth) { pair, output in
                Self.write(pair.0, to: &output)
                output += Array(": ".utf8)
                pair.1.write(to: &output, depth: depth + 1)
            }
        }
    }

    private static func write<Value>(
        _ values: [Value],
        _ open: Unicode.Scalar,
        _ close: Unicode.Scalar,
        to output: inout [UInt8],
        _ depth: Int,
        _ body: (Value, inout [UInt8]) -> Void
    ) {
        output.append(UInt8(ascii: open))
        for (index, value) in values.enumerated() {
            output += Array((index == 0 ? "\n" : ",\n").utf8)
            output += [UInt8](repeating: UInt8(ascii: " "), count: (depth + 1) * 2)
            body(value, &output)
        }
        if !values.isEmpty {
            output.append(UInt8(ascii: "\n"))
            output += [UInt8](repeating: UInt8(ascii: " "), count: depth * 2)
        }
        output.append(UInt8(ascii: close))
    }

    private static func write(_ text: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): output += [UInt8(ascii: "\\"), byte]
            case 0..<0x20:
                let digits = String(byte, radix: 16)
                output += Array("\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8)
            default: output.append(byte)
            }
        }
        output.append(UInt8(ascii: "\""))
    }
}
