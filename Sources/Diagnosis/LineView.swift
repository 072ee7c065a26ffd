/// A line as templates look at it: without what stands in front of what a program said.
struct LineView {
    /// The bytes, as they are.
    let bytes: [UInt8]
    /// The same in lower case.
    let lower: [UInt8]
    /// Where a program's own words may begin: after time stamps, host and tag; and after a stamp of the kernel, which may
    /// stand in the middle of another's line.
    let starts: [Int]

    init(_ bytes: [UInt8]) {
        // rsyslog writes a line feed as #012; Anaconda's log port sends it so.
        self.bytes = bytes.contains(UInt8(ascii: "#")) ? Self.unescaped(bytes) : bytes
        lower = self.bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        var starts = [Self.start(lower)]
        var index = 0
        while let open = lower[index...].firstIndex(of: UInt8(ascii: "[")), starts.count < 8 {
            if let end = Self.endOfKernelStamp(lower, open), !starts.contains(end) { starts.append(end) }
            index = open + 1
        }
        self.starts = starts
    }

    private static func unescaped(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index...].starts(with: Array("#012".utf8)) {
                result.append(0x20)
                index += 4
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return result
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    /// The end of `[   12.345678] ` at an index, or nil.
    private static func endOfKernelStamp(_ line: [UInt8], _ open: Int) -> Int? {
        var index = open + 1
        while index < line.count, line[index] == 0x20 { index += 1 }
        let digits = index
        while index < line.count, isDigit(line[index]) { index += 1 }
        guard index > digits, index < line.count, line[index] == UInt8(ascii: ".") else { return nil }
        index += 1
        while index < line.count, isDigit(line[index]) { index += 1 }
        guard index < line.count, line[index] == UInt8(ascii: "]") else { return nil }
        index += 1
        while index < line.count, line[index] == 0x20 { index += 1 }
        return index
    }

    /// Where a line begins once stamps, host and tag are taken off: `[   12.3] `, `12:34:56,789 `, `Apr 20 07:55:45 host `,
    /// `dracut-initqueue[574]: `, and the name under which packer passes a console on.
    private static func start(_ line: [UInt8]) -> Int {
        var index = 0
        if let packer = Template.find(Array("qemu stdout: ".utf8), in: line, from: 0), packer < 120 {
            index = packer + "qemu stdout: ".utf8.count
        }
        for _ in 0..<8 {
            while index < line.count, ConsoleText.isSpace(line[index]) { index += 1 }
            guard let end = endOfPrefix(line, index) else { break }
            index = end
        }
        return index
    }

    private static func endOfPrefix(_ line: [UInt8], _ start: Int) -> Int? {
        guard start < line.count else { return nil }
        if line[start] == UInt8(ascii: "[") {
            guard let close = line[start...].prefix(40).firstIndex(of: UInt8(ascii: "]")) else { return nil }
            let inside = line[(start + 1)..<close]
            let isStamp = inside.allSatisfy { isDigit($0) || ".:-+ t/z".utf8.contains($0) }
            return isStamp && inside.contains(where: isDigit) ? close + 1 : nil
        }
        let token = word(line, start)
        if isTime(line[token]) { return token.upperBound }
        if isTag(line[token]) { return token.upperBound }
        var next = token.upperBound
        while next < line.count, line[next] == 0x20 { next += 1 }
        let following = word(line, next)
        if token.count == 3, "jan feb mar apr may jun jul aug sep oct nov dec".contains(text(line[token])),
            !following.isEmpty, line[following].allSatisfy(isDigit)
        {
            return following.upperBound
        }
        // A host name is known by the tag that follows it.
        return !following.isEmpty && isTag(line[following]) && !line[token].contains(UInt8(ascii: ":"))
            ? following.upperBound : nil
    }

    private static func word(_ line: [UInt8], _ start: Int) -> Range<Int> {
        var end = start
        while end < line.count, !ConsoleText.isSpace(line[end]) { end += 1 }
        return start..<end
    }

    /// A time of day or a date.
    private static func isTime(_ word: ArraySlice<UInt8>) -> Bool {
        guard let first = word.first, isDigit(first), word.count >= 8 else { return false }
        return word.allSatisfy { isDigit($0) || ":.,-+/tz".utf8.contains($0) }
            && word.count { ":-/".utf8.contains($0) } >= 2
    }

    /// `name[123]:` or `kernel:`.
    private static func isTag(_ word: ArraySlice<UInt8>) -> Bool {
        let text = text(word)
        return text == "kernel:" || text.hasSuffix("]:") && text.dropLast(2).last?.isNumber == true
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
}
