import TestSupport
import Testing

@testable import Diagnosis

@Suite("Templates and needles")
struct TemplateTests {
    @Test(
        "What a template takes",
        arguments: [
            ("no package {name}", "there is no package ntpp ", ["name": "ntpp"]),
            ("no package '{name}' in {place}", "NO PACKAGE 'a b' in x y", ["name": "a b", "place": "x y"]),
            ("line {n:digits}:", "line x: line 12:", ["n": "12"]),
            ("from {url:word}", "from http://x/y and z", ["url": "http://x/y"]),
            ("{url:word}: [Errno {n:digits}]", "tried http://x/y: [Errno 14] HTTP", ["url": "http://x/y", "n": "14"]),
            ("^panic: {why}", "[  1.0] panic: bad", ["why": "bad"]),
            ("^panic: {why}", "x[  1.0] panic: bad", ["why": "bad"]),
            ("a{}b{c}", "a---b1", ["c": "1"]),
            ("^{host:word} login:$", "web login:  ", ["host": "web"]),
        ] as [(String, String, [String: String])]
    )
    func matches(template: String, line: String, captures: [String: String]) {
        #expect(Template(template).match(LineView(Array(line.utf8)))?.captures == captures)
    }

    @Test(
        "What it does not take",
        arguments: [
            ("no package {name}", "there is no package "), ("line {n:digits}:", "line x:"),
            ("^panic: {why}", "a panic: bad"),
            ("^{host:word} login:$", "web login: root"), ("^{host:word} login:$", "my web login:"), ("a{}b", "b a"),
            ("'{name:word}'", "'a b'"),
        ]
    )
    func mismatches(template: String, line: String) {
        #expect(Template(template).match(LineView(Array(line.utf8))) == nil)
    }

    @Test("The needles that are found are those that are there", arguments: 1...20)
    func needles(seed: UInt64) {
        var noise = Noise(seed: seed)
        let letters = Array("abAB ".utf8)
        func word(_ count: Int) -> [UInt8] {
            (0..<count).map { _ in letters[Int.random(in: 0..<letters.count, using: &noise)] }
        }
        let needles = (0..<12).map { _ in
            word(Int.random(in: 1...4, using: &noise)).map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        }
        let set = NeedleSet(needles)
        for _ in 0..<50 {
            let text = word(Int.random(in: 0...40, using: &noise))
            var found: [Int] = []
            text.withUnsafeBufferPointer { set.find(in: $0, &found) }
            let lower = text.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
            let expected = needles.indices.filter { Template.find(needles[$0], in: lower, from: 0) != nil }
            #expect(Set(found).sorted() == expected)
        }
    }

    @Test(
        "Escape sequences and control characters are taken out",
        arguments: [
            ("\u{1B}[1;31mred\u{1B}[0m", "red"), ("\u{1B}[?25hx\u{7}\ty", "x\ty"), ("\u{1B}]0;title\u{7}x", "x"),
            ("\u{1B}]0;title\u{1B}\\x", "x"), ("\u{1B}(Bx", "x"), ("a\u{1B}", "a"), ("a\u{1B}[12", "a[12"),
            ("a\u{9B}b\u{85}c", "abc"),
            ("\u{1B}Mx", "x"), ("ä€😀", "ä€😀"), ("\u{1B}]never ends", "never ends"),
        ]
    )
    func console(text: String, clean: String) {
        #expect(ConsoleText.line(Array(text.utf8)) == clean)
    }

    @Test("A control character that comes about by taking out another is taken out too")
    func halves() {
        #expect(ConsoleText.line([0x61, 0xC2, 0x07, 0x9B, 0x62]) == "ab")
        #expect(ConsoleText.line([0x61, 0xC2, 0x1B, 0x5B, 0x6D, 0x9B, 0x62]) == "ab")
        var noise = Noise(seed: 7)
        for _ in 0..<2000 {
            let bytes = (0..<40).map { _ in
                [0x1B, 0x5B, 0xC2, 0x9B, 0x07, 0x6D, 0x5D, 0x85, 0xE2].randomElement(using: &noise) ?? 0
            }
            let line = ConsoleText.line(bytes.map { UInt8($0) })
            #expect(!line.unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) })
        }
    }

    @Test("However the bytes are cut, the lines are the same", arguments: [1, 2, 3, 7, 4095, 4096, 4097])
    func lines(size: Int) {
        let text = Array("one\n\ntwo\r\n\(String(repeating: "x", count: 9000))\nend".utf8)
        func cut(_ size: Int) -> [String] {
            var result: [String] = []
            var lines = LogLines()
            var index = 0
            while index < text.count {
                Array(text[index..<min(index + size, text.count)]).withUnsafeBufferPointer { bytes in
                    lines.push(bytes) { line, number in result.append("\(number):\(line.count):\(line.first ?? 0)") }
                }
                index += size
            }
            lines.finish { line, number in result.append("\(number):\(line.count):\(line.first ?? 0)") }
            return result
        }
        #expect(cut(size) == cut(text.count))
        #expect(cut(size).last == "5:3:101")
    }
}
