import Foundation
import SystemPackage
import Testing

@testable import Recipes

/// What variables come to.
@Suite("Variables")
struct VariableTests {
    /// The smallest recipe with these variables, and lines in `system`.
    private func directory(_ variables: String, system: String = "", base: String? = nil) throws -> TemporaryDirectory {
        let directory = try TemporaryDirectory()
        var text = WrongInput.minimal.replacing("system:\n", with: "system:\n" + system) + "variables:\n" + variables
        if let base {
            text += "extends: base.recipe\n"
            try directory.write(["base.recipe": base])
        }
        try directory.write(["web.recipe": text])
        return directory
    }

    @Test(
        "the command line goes before files, those before the environment, that before the recipe, that before a base"
    )
    func precedence() throws {
        let directory = try directory(
            "  a: own\n  b: own\n  c: own\n  d: own\n  e: own\n",
            system:
                "  packages: [\"${{ a }}\", \"${{ b }}1\", \"${{ c }}2\", \"${{ d }}3\", \"${{ e }}4\", \"${{ f }}5\"]\n",
            base: "variables: {e: base, f: base}\n"
        )
        try directory.write(["one.yaml": "a: one\nb: one\nc: one\n", "two.yaml": "b: two\n"])
        let environment = Dictionary(
            uniqueKeysWithValues: ["a", "b", "c", "D", "unknown"].map { ("IMAGEBAKE_VAR_\($0)", "env") }
        )
        let recipe = try directory.load(
            ["a": "x", "a": "var"],
            files: ["one.yaml", "two.yaml"],
            environment: environment
        )
        #expect(recipe.system.packages == ["var", "two1", "one2", "env3", "own4", "base5"])
    }

    @Test("a value is of its variable's type where it stands alone, and text inside a text")
    func types() throws {
        let directory = try directory(
            """
              memory: {type: size, default: 1 GiB}
              deadline: {type: duration, default: 10m}
              cpus: 3
              lock: {type: boolean, default: true}
              more: [nginx, curl]
              none: {type: list, default: []}
              name: "n"
              full: "${{ name }}-${{ cpus }}-${{ lock }}"
              extra: {type: list, default: ["${{ name }}", "${{ more }}"]}

            """,
            system: """
                  packages: [git, "${{ more }}", "${{ none }}", "lib-${{ name }}"]
                  exclude_packages: ${{ extra }}
                  lock_root: ${{ lock }}

                """
        )
        let text = try String(contentsOfFile: directory.path.appending("web.recipe").string, encoding: .utf8)
            .replacing("location: built-in", with: "location: built-in\n  deadline: ${{ deadline }}")
            .replacing(
                "name: web",
                with: "name: ${{full}}\nmachine: {memory: \"${{ memory }}\", vcpus: \"${{ cpus }}\"}"
            )
        try directory.write(["web.recipe": text.replacing("exclude_packages: ${{ extra }}", with: "users: []")])
        let recipe = try directory.load()
        #expect(recipe.name == "n-3-true")
        #expect(recipe.machine.memory == ByteCount(mebibytes: 1024))
        #expect(recipe.machine.vcpus == 3)
        #expect(recipe.install.deadline == .seconds(600))
        #expect(recipe.system.lockRoot)
        #expect(recipe.system.packages == ["git", "nginx", "curl", "lib-n"])
        try directory.write(["web.recipe": text.replacing("[git, \"${{ more }}\", ", with: "[git, ")])
        #expect(try directory.load().system.excludePackages == ["n", "nginx", "curl"])
        let given = try directory.load([
            "cpus": "2", "lock": "false", "more": "a,b", "memory": "512 MiB", "deadline": "1h", "name": "m",
        ])
        #expect(given.name == "m-2-false")
        #expect(given.system.excludePackages == ["m", "a", "b"])
        #expect(!given.system.lockRoot)
        #expect(given.install.deadline == .seconds(3600))
    }

    @Test("a list of a base and a list of values go together like two lists")
    func lists() throws {
        let base = "variables: {more: [b, c]}\nsystem: {packages: [a]}\n"
        let appended = try directory("  x: y\n", system: "  packages: ${{ more }}\n", base: base)
        #expect(try appended.load().system.packages == ["a", "b", "c"])
        let other = "variables: {more: [b, c]}\nsystem: {packages: \"${{ more }}\"}\n"
        let reversed = try directory("  x: y\n", system: "  packages: [z]\n", base: other)
        #expect(try reversed.load().system.packages == ["b", "c", "z"])
    }

    @Test("a plain value is a new default for a base's definition")
    func definition() throws {
        let base = "variables: {release: {values: [\"8\", \"9\"], default: \"8\", description: the release}}\n"
        let right = try directory("  release: \"9\"\n", system: "  packages: [\"p${{ release }}\"]\n", base: base)
        #expect(try right.load().system.packages == ["p9"])
        let wrong = try directory("  release: \"7\"\n", system: "  packages: [\"p${{ release }}\"]\n", base: base)
        #expect(
            wrong.problems().lines == [
                "web.recipe:14:12: error: 'variables.release' must be one of 8, 9, not '7'; did you mean '8'?"
            ]
        )
        let other = try directory("  release: !replace {type: integer, default: 7}\n", base: base)
        #expect(throws: Never.self) { try other.load() }
    }

    @Test("a literal is written with one more sign, and values are not looked at again")
    func literals() throws {
        let directory = try directory(
            "  a: \"$${{ b }}\"\n  b: \"x\"\n",
            system: "  bootloader: {append: []}\n"
        )
        let text = try String(contentsOfFile: directory.path.appending("web.recipe").string, encoding: .utf8)
            .replacing(
                "name: web",
                with: "name: web\ndescription: \"${{ a }} $${{ b }} $$${{ b }} ${{b}} $ {{ b }} ${ b }}\""
            )
        try directory.write(["web.recipe": text])
        let literal = "${{ b }}"
        #expect(try directory.load().description == "\(literal) \(literal) $\(literal) x $ {{ b }} ${ b }}")
        let hostile = "${{ a }} $${{ b }}"
        #expect(
            try directory.load(["a": hostile]).description == "\(hostile) \(literal) $\(literal) x $ {{ b }} ${ b }}"
        )
    }

    /// Texts that would mean something else wherever one forgot to quote.
    static let hostile: [String] = [
        "it's", "\"", "a\nb", "a\n #%end\nrootpw x", "; rm -rf /", "$(reboot)", "`id`",
        "${HOME}", "\\", "\\'", "'\\''", "a'b'c", "x\n'", "#", " ", "", "~", "- a", "{a: b}", "*a", "&a", "!!str x",
        "|",
        "a: b", "null", "true", "0x10", "{{{script}}}", "{{/post}}", "${{ host }}", "$${{", "%s%n", "-e", "--", "\t",
        "é",
        "'\u{301}; touch hacked #", "\u{200D}'", "𝄞", "!", "!!", "*", "?", "[a-z]", "<x", ">x", "&& false",
    ]

    @Test("a hostile value is one word of the shell and nothing else", arguments: hostile, ["/bin/dash", "/bin/bash"])
    func shellWords(_ value: String, _ shell: String) async throws {
        let directory = try directory("  host: {type: string}\n")
        let text = try String(contentsOfFile: directory.path.appending("web.recipe").string, encoding: .utf8)
            .replacing(
                "location: built-in",
                with: """
                    location: built-in
                      post:
                        - script: |
                            host=${{ host }}
                            printf '<%s>' "$host" a${{ host }}b ${{host}}"q"
                            echo "$(printf '<%s>' ${{ host }})" # it's
                            case x in x) printf '<%s>' ${{ host }};; esac
                    """
            )
        try directory.write(["web.recipe": text])
        let recipe = try directory.load(["host": value])
        let rendered = try Repository.renderer().render(recipe, .sample)
        let lines = rendered.kickstart
        let start = try #require(lines.firstRange(of: "host="))
        let script = lines[start.lowerBound...].components(separatedBy: "\n%end")[0]
        let (output, succeeded) = try await #require(Tool(at: FilePath(shell))).run(["-c", script])
        #expect(succeeded)
        #expect(output == "<\(value)><a\(value)b><\(value)q><\(value)>\n<\(value)>")
    }

    @Test("values in keys, comments of YAML and blocks stay what they are")
    func keys() throws {
        let directory = try directory("  a: b\n")
        let text = try String(contentsOfFile: directory.path.appending("web.recipe").string, encoding: .utf8)
        try directory.write(["web.recipe": "# ${{ nobody }}\n" + text])
        #expect(throws: Never.self) { try directory.load() }
        try directory.write(["web.recipe": text + "\"${{ a }}\": 1\n"])
        #expect(directory.problems().lines.first?.contains("unknown key '${{ a }}'") == true)
    }

    @Test("variables of variables that would fill the memory are refused", .timeLimit(.minutes(2)))
    func bomb() throws {
        let doubling = (1...40).map { "  v\($0): \"${{ v\($0 - 1) }}${{ v\($0 - 1) }}\"\n" }.joined()
        let texts = try directory("  v0: xxxxxxxxxx\n" + doubling)
        #expect(texts.problems().lines.contains { $0.contains("add up to more than 1 MiB") })
        let lists = (1...40).map { "  v\($0): {type: list, default: [\"${{ v\($0 - 1) }}\", \"${{ v\($0 - 1) }}\"]}\n" }
            .joined()
        let items = try directory("  v0: [\"\", \"\"]\n" + lists)
        #expect(items.problems().lines.contains { $0.contains("more than 20000 values") })
    }

    @Test(
        "patterns match whole texts",
        arguments: [
            ("a|b", "a", true), ("a|b", "ab", false), ("[0-9]+\\.[0-9]+", "9.4", true), ("[0-9]+", "9\n", false),
            ("x{2,3}", "xx", true), (".*", "", true), ("a", "b", false), ("(a|b)*c", "abac", true),
        ]
    )
    func patterns(_ pattern: String, _ text: String, _ matches: Bool) throws {
        #expect(try TextPattern(pattern).matches(text) == matches)
    }

    @Test(
        "patterns that are none or would cost too much are refused",
        arguments: [
            "", "(", "a)|(b", "[", "(a)\\1", "((a{1,255}){1,255}){1,255}", "a{1,2000}",
            String(repeating: "a", count: 300),
        ]
    )
    func badPatterns(_ pattern: String) {
        #expect(throws: TextPattern.Malformed.self) { try TextPattern(pattern) }
    }

    @Test("a pattern that others match for ever is matched soon", .timeLimit(.minutes(2)))
    func slowPattern() throws {
        let text = String(repeating: "a", count: 4000) + "!"
        #expect(try !TextPattern("(a|a)*").matches(text))
        #expect(try !TextPattern("((a*)*)*b").matches(text))
        #expect(try !TextPattern("a*a*a*a*a*a*a*a*b").matches(text))
    }
}
