/// What a guest or a tool printed, as text that is safe to show.
public enum ConsoleText {
    /// A line without escape sequences, control characters and invalid UTF-8.
    ///
    /// A terminal would act on them: a guest is a stranger, and so is its console.
    public static func line(_ bytes: [UInt8]) -> String {
        bytes.withUnsafeBufferPointer { bytes in
            var clean: [UInt8] = []
            append(bytes, to: &clean)
            return String(decoding: trimmed(clean[...]), as: UTF8.self)
        }
    }

    /// Whether nothing has to be taken out: printable ASCII and tabs only.
    static func isPlain(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        for byte in bytes where byte &- 0x20 > 0x5E && byte != 0x09 { return false }
        return true
    }

    /// Appends bytes without escape sequences and control characters; broken UTF-8 stays as it is.
    static func append(_ bytes: UnsafeBufferPointer<UInt8>, to clean: inout [UInt8]) {
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == 0x1B {
                index = end(ofSequenceAt: index, in: bytes)
            } else if (0x80...0x9F).contains(byte), clean.last == 0xC2 {
                // U+0080 to U+009F, the control characters of the upper half; also where the two bytes came together only
                // now, because what stood between them was taken out.
                clean.removeLast()
                index += 1
            } else {
                if byte >= 0x20 && byte != 0x7F || byte == 0x09 { clean.append(byte) }
                index += 1
            }
        }
    }

    /// A slice without spaces and tabs at its ends.
    static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var bytes = bytes
        while let first = bytes.first, isSpace(first) { bytes.removeFirst() }
        while let last = bytes.last, isSpace(last) { bytes.removeLast() }
        return bytes
    }

    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    /// Where a sequence that begins with ESC ends (ECMA-48); one that never ends is its first character alone.
    private static func end(ofSequenceAt start: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int {
        guard start + 1 < bytes.count else { return start + 1 }
        var index = start + 2
        switch bytes[start + 1] {
        case UInt8(ascii: "["):
            while index < bytes.count, (0x30...0x3F).contains(bytes[index]) { index += 1 }
            while index < bytes.count, (0x20...0x2F).contains(bytes[index]) { index += 1 }
            return index < bytes.count && (0x40...0x7E).contains(bytes[index]) ? index + 1 : start + 1
        case UInt8(ascii: "]"):
            // A title or a colour, up to BEL or ESC \.
            while index < bytes.count, bytes[index] != 0x07, bytes[index] != 0x1B { index += 1 }
            guard index < bytes.count else { return start + 2 }
            return bytes[index] == 0x07 ? index + 1 : min(index + 2, bytes.count)
        case UInt8(ascii: "("), UInt8(ascii: ")"):
            return min(start + 3, bytes.count)  // a character set
        case 0x40...0x5F:
            return start + 2
        default:
            return start + 1
        }
    }
}
