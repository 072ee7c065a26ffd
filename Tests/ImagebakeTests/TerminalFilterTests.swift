import Testing

@testable import imagebake

@Suite("What of a guest's console reaches a terminal")
struct TerminalFilterTests {
    static let cases: [(String, String)] = [
        ("plain text\r\n\ttabs\u{8}", "plain text\r\n\ttabs\u{8}"),
        ("\u{1B}[1;31mred\u{1B}[0m", "\u{1B}[1;31mred\u{1B}[0m"),
        ("\u{1B}[2J\u{1B}[10;20Hx\u{1B}[K", "\u{1B}[2J\u{1B}[10;20Hx\u{1B}[K"),
        ("ümläut ✔ ▒", "ümläut ✔ ▒"),
        // What makes a terminal answer, as if somebody had typed.
        ("a\u{1B}[5n\u{1B}[6n\u{1B}[c\u{1B}[>cb", "ab"), ("a\u{1B}[21tb", "ab"), ("a\u{1B}Zb", "ab"),
        // Titles, device strings, files.
        ("a\u{1B}]0;owned\u{7}b", "ab"), ("a\u{1B}]52;c;aGk=\u{1B}\\b", "ab"), ("a\u{1B}P$q\u{1B}\\b", "ab"),
        ("a\u{1B}_x\u{1B}\\b", "ab"),
        // Modes, such as the other screen and mouse reports.
        ("a\u{1B}[?1049h\u{1B}[?1000hb", "ab"), ("a\u{1B}cb", "ab"), ("a\u{1B}(0b", "ab"),
        // The control characters of the upper half, one of which is ESC [.
        ("a\u{9B}5nb", "a5nb"), ("a\u{7}\u{0}\u{7F}\u{E}b", "ab"),
        ("a\u{1B}[" + String(repeating: "1", count: 100), "a" + String(repeating: "1", count: 67)),
    ]

    @Test("text is drawn, and nothing else is done", arguments: cases, [1, 2, 1000])
    func filters(_ texts: (String, String), size: Int) {
        var filter = TerminalFilter()
        var passed: [UInt8] = []
        var rest = Array(texts.0.utf8)[...]
        while !rest.isEmpty {
            passed += filter.filter(Array(rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
        #expect(String(decoding: passed, as: UTF8.self) == texts.1)
    }
}
