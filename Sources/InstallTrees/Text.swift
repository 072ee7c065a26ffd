extension StringProtocol {
    /// The text without white space at either end.
    var trimmed: String {
        guard let start = firstIndex(where: { !$0.isWhitespace }), let end = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[start...end])
    }

    /// True for ASCII hexadecimal digits alone.
    var isHexadecimal: Bool {
        utf8.allSatisfy { (48...57).contains($0) || (65...70).contains($0) || (97...102).contains($0) }
    }
}

extension Sequence<UInt8> {
    /// The bytes in lower-case hexadecimal.
    var hexadecimal: String {
        var text: [UInt8] = []
        let digits = Array("0123456789abcdef".utf8)
        for byte in self {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}

extension Unicode.Scalar {
    /// True for C0, DEL, C1 and the bidirectional overrides, which make a terminal show something else than is there.
    var isControl: Bool {
        value < 32 || (127..<160).contains(value) || (0x202A...0x202E).contains(value)
            || (0x2066...0x2069).contains(value)
    }
}

extension String {
    /// The text with control characters written as `\u{1B}`: trees and servers are strangers, and errors go to terminals.
    var escapingControls: String {
        unicodeScalars.contains(where: \.isControl)
            ? unicodeScalars.map { $0.isControl ? $0.escaped(asASCII: true) : String($0) }.joined() : self
    }
}

extension String {
    /// The text with its end cut off where it is too long for a message.
    var shortened: String { count <= 200 ? self : prefix(200) + " [...]" }
}
