import Testing

@testable import Guestfs

@Suite("Changed lines and accounts")
struct LineEditTests {
    @Test(
        "lines that match are changed, all other bytes stay",
        arguments: [
            ("a=1\nb=2\n", "^b=.*", "b=3", "a=1\nb=3\n", 1), ("a=1\nb=2", "^b=.*", "b=3", "a=1\nb=3", 1),
            ("one two one\n", "one", "1", "1 two 1\n", 1), ("x\n\ny\n", "^$", "-", "x\n-\ny\n", 1),
            ("key: value\n", "(k[a-z]+): (.*)", "\\2 is \\1 \\\\ \\n", "value is key \\ n\n", 1),
            ("aaa\n", "^a", "b", "baa\n", 1), ("abc\n", "x*", "-", "-a-b-c-\n", 1), ("ü=ö\n", "ö", "o", "ü=o\n", 1),
            ("a\na\n", "a", "b", "b\nb\n", 2), ("#Port 22\n", "^#?Port .*", "Port 2222", "Port 2222\n", 1),
        ]
    )
    func lines(_ content: String, _ pattern: String, _ replacement: String, _ expected: String, _ count: Int) throws {
        let edit = LineEdit(pattern: pattern, replacement: replacement)
        let result = try edit.apply(to: Array(content.utf8))
        #expect(String(decoding: result.content, as: UTF8.self) == expected)
        #expect(result.count == count)
    }

    @Test("what matches nothing fails, is added at the end or is left, as asked")
    func missing() throws {
        let content = Array("a=1".utf8)
        let refusal = #expect(throws: LineEdit.Refusal.self) {
            try LineEdit(pattern: "^b=", replacement: "b=2").apply(to: content)
        }
        #expect(refusal?.reason == "no line matches")
        let added = try LineEdit(pattern: "^b=", replacement: "b=2", missing: .append).apply(to: content)
        #expect(String(decoding: added.content, as: UTF8.self) == "a=1\nb=2\n")
        let left = try LineEdit(pattern: "^b=", replacement: "b=2", missing: .ignore).apply(to: content)
        #expect(left.content == content && left.count == 0)
    }

    @Test("bytes that are no text, NUL and endless lines pass through")
    func bytes() throws {
        let long = [UInt8](repeating: 0x61, count: LineEdit.longestLine + 1)
        let content: [UInt8] = [0xFF, 0x61, 0x0A, 0x61, 0x00, 0x62, 0x0A] + long + [0x0A, 0x61]
        let result = try LineEdit(pattern: "a", replacement: "z").apply(to: content)
        #expect(result.content == [0xFF, 0x7A, 0x0A, 0x61, 0x00, 0x62, 0x0A] + long + [0x0A, 0x7A])
        #expect(result.count == 2)
    }

    @Test("account files keep every byte that is not changed")
    func accounts() throws {
        let text = "root:x:0:0:root:/root:/bin/bash\n\n# odd\nada:x:1000:1000::/home/ada:/bin/sh\nada:dup\n:\n"
        var file = AccountFile(Array(text.utf8))
        #expect(file.content == Array(text.utf8))
        #expect(file["ada"]?.number == 1000 && file["ada"]?.text(5) == "/home/ada" && file["eve"] == nil)
        let found = file.set(1, of: "ada", to: "!*")
        #expect(found)
        let changed = String(decoding: file.content, as: UTF8.self)
        #expect(changed.contains("\nada:!*:1000:1000::/home/ada:/bin/sh\nada:!*\n:\n"), "both lines of the name")
        #expect(AccountFile([]).content == [])
        #expect(AccountFile(Array("a:b".utf8)).content == Array("a:b".utf8))
    }
}
