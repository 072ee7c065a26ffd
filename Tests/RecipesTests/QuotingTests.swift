import Foundation
import SystemPackage
import Testing

@testable import Recipes

/// Texts that are meant to break out of their quotes, each read back by the programs that will read them.
@Suite("Quoting")
struct QuotingTests {
    static let hostile = [
        "", " ", "plain", "two words", "it's", "'", "''", "\"", "\"quoted\"", "'\"'\"'", "\\", "\\\\", "\\n", "a\\",
        "$HOME", "${x}",
        "$(touch /tmp/no)", "`id`", "!!", "{{name}}", "{{{script}}}", "{{/x}}", "{% raw %}", "#no comment", "a # b",
        "a #b", "-", "- a",
        "--option=x", "key: value", "[a, b]", "{a: b}", "&anchor", "*alias", "!tag", "%end", "%post", "| x", "> x",
        "@at", "~", "null",
        "yes", "No", "true", "off", "y", "1", "0x1F", "1e3", "010", "12:30", "2024-01-01", ".inf", "=", "<<", "?",
        "? a", ":", "::", "ümläut",
        "日本語", "🥧", "a\u{A0}b", "a\u{301}", "\u{202E}right to left", "<&>", "R&D <x>", "*", "a*b?[c]", "~root",
        "a;b|c&d>e<f", "\u{FEFF}",
        "'\u{301}; touch hacked #", "'\u{200D}", "\"\u{301}", "\\\u{301}", "a=b", "$6$salt$hash./",
        String(repeating: "'", count: 50), "%s%d%n",
    ]

    static let manyLines = [
        "a\nb", "\n", "a\n", "\na", "a\n%end\nb", "a\r\nb", "tab\there", "\u{85}", "\u{2028}", "bell\u{7}",
        "a\n\n  b\n",
    ]

    @Test("sh reads every text back, line breaks included")
    func shell() async throws {
        let texts = Self.hostile + Self.manyLines
        let script = texts.map { "printf '%s\\0' \(Quoting.shell($0))\n" }.joined()
        let sh = try #require(Tool("sh"))
        let (output, succeeded) = try await sh.run(["-eu", "-c", script])
        #expect(succeeded)
        #expect(output.split(separator: "\0", omittingEmptySubsequences: false).dropLast().map(String.init) == texts)
    }

    @Test("Python's shlex, by which kickstart lines are split, reads every text back")
    func kickstart() async throws {
        let python = try #require(Tool("python3"))
        let program =
            "import json,shlex,sys; print(json.dumps([shlex.split(l, comments=True) for l in sys.stdin.read().split('\\n')]))"
        let lines = Self.hostile.map { "command --option=\(Quoting.kickstart($0)) \(Quoting.kickstart($0))" }
        let (output, succeeded) = try await python.run(["-c", program], input: lines.joined(separator: "\n"))
        #expect(succeeded)
        let read = try JSONDecoder().decode([[String]].self, from: Data(output.utf8))
        #expect(read == Self.hostile.map { ["command", "--option=" + $0, $0] })
    }

    @Test("sh splits kickstart arguments in the same way")
    func kickstartInShell() async throws {
        let script = Self.hostile.map { "printf '%s\\0' --option=\(Quoting.kickstart($0))\n" }.joined()
        let sh = try #require(Tool("sh"))
        let (output, succeeded) = try await sh.run(["-eu", "-c", script])
        #expect(succeeded)
        let read = output.split(separator: "\0", omittingEmptySubsequences: false).dropLast().map(String.init)
        #expect(read == Self.hostile.map { "--option=" + $0 })
    }

    @Test(
        "PyYAML, by which cloud-init reads, reads every text back",
        .enabled(if: Judges.canRun("ksvalidator"), Judges.reason)
    )
    func yaml() async throws {
        let texts = Self.hostile + Self.manyLines
        let python = try Judges.python()
        let program = "import json,sys,yaml; print(json.dumps(yaml.safe_load(sys.stdin.buffer.read().decode('utf-8'))))"
        let document =
            texts.map { "- \(Quoting.yaml($0))\n- key: \(Quoting.yaml($0))\n- [\(Quoting.yaml($0)), x]\n" }.joined()
        let (output, succeeded) = try await python.run(["-c", program], input: document)
        #expect(succeeded, "\(output)")
        let read = try #require(JSONSerialization.jsonObject(with: Data(output.utf8)) as? [Any])
        for (index, text) in texts.enumerated() {
            #expect(read[3 * index] as? String == text)
            #expect((read[3 * index + 1] as? [String: String])?["key"] == text)
            #expect((read[3 * index + 2] as? [String])?.first == text)
        }
    }
}
