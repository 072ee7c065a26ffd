import Foundation
import SystemPackage
import Testing

@testable import Recipes

/// Where in a script a quoted word may stand.
@Suite("Places for words in scripts")
struct ShellPositionTests {
    /// Scripts with `@` where a word is to stand; `@` is allowed there.
    static let right = [
        "@", "echo @", "x=@", "a@b", "'a'@'b'", "\"a\"@\"b\"", "echo \"$(echo @)\"", "$(echo @)", "echo a # b\necho @",
        "cat <<E\nx\nE\necho @", "cat <<-'E' @\n\tx'\n\tE\necho @", "cat <<<@", "case x in x) echo @;; esac",
        "(echo @)",
        "( echo ')' ); echo @", "echo ${x#a} @", "echo $# @", "echo a#b @",
        "echo \\\\ @", "echo \"\\\"\" @", "echo \\' @", "echo $((1 + 2)) @", "echo $((($x + 1) * 2)) @", "echo '#' @",
        "echo \\# @", "{ echo @; }",
        "echo $(echo \")\") @", "x=`echo a`; echo @", "echo \"${x:-\"y\"}\" @", "if [ @ = a ]; then echo @; fi",
        "echo $[1 + 2] @", "[[ $x == a ]] && echo @", "[[ a -eq 1 ]]; echo @", "echo \"a$[b]\" @",
    ]

    /// Scripts in which it is not.
    static let wrong = [
        "echo \"@\"", "echo '@'", "echo `echo @`", "# @", "echo a # @", "cat <<E\n@\nE", "cat <<'E'\n@\nE\n",
        "cat <<@\n",
        "cat <<E@\n", "echo \\@", "echo ${x:-@}", "echo $((@))", "((x = @))", "echo $@", "echo $'\\'@'", "echo $'a' @",
        "echo \"$(echo \"@\")\"", "echo \"$(case x in x) echo \"@\";; esac)\"", "echo \"`echo @`\"",
        "cat <<'E F'\n'\nE F\necho \"@\"",
        "echo \"${x:-'}\" @ '\"", "echo $(cat <<E\n\"\nE\n)\"@\"", "echo \"a\nb @\"", "$(x)#\"\necho @\"",
        "cat <<E\n'\n E\n@",
        "echo $[@]", "echo $[1 + @ ]", "[[ @ -eq 1 ]]", "[[ 1 -lt @ ]]", "if [[ $x -ge @ ]]; then x; fi",
        "echo \"$[\"@", "#\n#&@", "<<-E\\\nE\n@$\t|'((", "<<'E'\"\\$'case x in x)@\"",
        "((a) <<E)\n@\nE\n", "((a <<E) )\n@\nE\n",
        "echo a \\\n# it's\necho \"a 'b @\"",
    ]

    private func obstacle(_ script: String) -> String? {
        var position = ShellPosition()
        let parts = script.split(separator: "@", omittingEmptySubsequences: false)
        for part in parts.dropLast() {
            position.advance(through: String(part))
            if let obstacle = position.obstacle { return obstacle }
            position.passWord()
        }
        return nil
    }

    @Test("a word may stand where the shell begins to read one", arguments: right)
    func allowed(_ script: String) {
        #expect(obstacle(script) == nil)
    }

    @Test("a word may stand nowhere else", arguments: wrong)
    func refused(_ script: String) {
        #expect(obstacle(script) != nil)
    }

    /// The shells themselves are the judges: where a word is allowed, no value may run.
    @Test("in random scripts that shells take, no allowed word ever runs", arguments: ["/bin/dash", "/bin/bash"])
    func random(_ shell: String) async throws {
        let directory = try TemporaryDirectory()
        let pieces = [
            "'", "\"", "`", "$(", ")", "${x:-", "}", "\\", "\n", " ", "#", "<<E", "\nE\n", "$((", "))", "echo", "$'",
            "@", "@",
            "a", ";", "(", "<<'E'", "case x in x)", ";; esac", "((", "$", "|", "<<-E", "\t", "${x#", "[[ ", " ]]", "&",
        ]
        let tool = try #require(Tool(at: FilePath(shell)))
        var generator = SystemRandomNumberGenerator()
        var scripts: [String] = []
        // IMAGEBAKE_FUZZ=20 is a run of some minutes.
        let rounds = ProcessInfo.processInfo.environment["IMAGEBAKE_FUZZ"].flatMap { Int($0) } ?? 1
        for _ in 0..<(15_000 * rounds) {
            let count = Int.random(in: 3...14, using: &generator)
            let script = (0..<count).compactMap { _ in pieces.randomElement(using: &generator) }.joined()
            if script.contains("@"), obstacle(script) == nil { scripts.append(script) }
        }
        let marker = directory.path.appending("ran").string
        let value = Quoting.shell("$(: >\(marker))`: >\(marker)`';: >\(marker);'\";: >\(marker);\"\n: >\(marker)\n")
        for (index, script) in scripts.prefix(300 * rounds).enumerated() {
            let name = "s\(index)"
            try directory.write([name: script.replacing("@", with: value)])
        }
        // One process for all: each script is read by itself, in a shell of its own, with nothing to read and a moment to run.
        let loop =
            "cd \(directory.path) && for s in s*; do timeout 2 \(shell) ./$s </dev/null >/dev/null 2>&1; "
            + "if [ -e ran ]; then echo $s; rm -f ran; fi; done"
        let (output, _) = try await tool.run(["-c", loop])
        for name in output.split(separator: "\n") {
            let text = try String(contentsOfFile: directory.path.appending(String(name)).string, encoding: .utf8)
            Issue.record("a value ran in \(text.replacing(value, with: "@").debugDescription)")
        }
        #expect(scripts.count > 100)
    }
}
