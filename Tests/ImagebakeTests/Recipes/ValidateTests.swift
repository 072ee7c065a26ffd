import Foundation
import SystemPackage
import TestSupport
import Testing

/// `imagebake validate`, `fmt` and `schema` as commands: what they print and how they end.
@Suite("validate, fmt, schema")
struct ValidateTests {
    private struct Problem: Decodable {
        let file: String
        let line: Int
        let column: Int
        let severity: String
        let code: String
        let message: String
        let hint: String?
    }

    private let scratch: Scratch

    init() throws {
        scratch = try Scratch()
        try scratch.write("good.recipe", Data("version: 1\nname: web\nos: rocky9\n".utf8))
        try scratch.write("bad.recipe", Data("version: 1\nname: a b\nos: rocky9\nsystme: {}\n".utf8))
        let open = "version: 1\nname: web\nos: rocky9\nsystem:\n  lock_root: false\n"
        try scratch.write("open.recipe", Data(open.utf8))
    }

    private static let statuses: [([String], Int32)] = [
        (["good.recipe"], 0), (["bad.recipe"], 65), (["good.recipe", "bad.recipe"], 65),
        (["none.recipe", "bad.recipe"], 66), (["bad.recipe", "none.recipe"], 66), (["open.recipe"], 0),
        (["--strict", "open.recipe"], 65), (["--strict", "good.recipe"], 0),
        (["--strict", "none.recipe", "open.recipe"], 66),
    ]

    @Test("the status is that of the gravest problem", arguments: statuses)
    func status(_ arguments: [String], status: Int32) async throws {
        let result = try await Command.run(["validate"] + arguments, in: scratch.path)
        #expect(result.status == status, "\(result)")
        #expect(result.output.isEmpty)
    }

    @Test("every problem of every file is printed, one a line")
    func text() async throws {
        let result = try await Command.run(["validate", "bad.recipe", "open.recipe", "good.recipe"], in: scratch.path)
        let lines = result.error.split(separator: "\n").map(String.init)
        #expect(lines.count == 5, "\(result.error)")
        #expect(lines[0].hasPrefix("bad.recipe:2:7: error: 'name' must be"))
        #expect(lines[1] == "bad.recipe:4:1: error: unknown key 'systme'; did you mean 'system'?")
        #expect(lines[2].hasPrefix("open.recipe:5:14: warning: the password of root"))
        #expect(lines[3...] == ["open.recipe: valid", "good.recipe: valid"])
    }

    @Test("the same as JSON")
    func json() async throws {
        let arguments = ["validate", "--format", "json", "bad.recipe", "open.recipe", "none.recipe", "good.recipe"]
        let result = try await Command.run(arguments, in: scratch.path)
        #expect(result.status == 66 && result.error.isEmpty)
        let problems = try JSONDecoder().decode([Problem].self, from: Data(result.output.utf8))
        #expect(problems.map(\.code) == ["invalid", "unknown-key", "open-root-login", "unreadable"])
        #expect(problems.map(\.file) == ["bad.recipe", "bad.recipe", "open.recipe", "none.recipe"])
        #expect(problems.map { [$0.line, $0.column] } == [[2, 7], [4, 1], [5, 14], [1, 1]])
        #expect(problems.map(\.severity) == ["error", "error", "warning", "error"])
        #expect(problems[1].hint == "did you mean 'system'?")
        let empty = try await Command.run(["validate", "--format", "json", "good.recipe"], in: scratch.path)
        #expect(empty.status == 0 && empty.output.filter { !$0.isWhitespace } == "[]")
    }

    @Test("fmt writes what changes, --check only names it")
    func fmt() async throws {
        try scratch.write("messy.recipe", Data("os: rocky9\nname: 'web'\nversion: 1\n".utf8))
        try scratch.write("odd.recipe", Data("name: &a web\ndescription: *a\n".utf8))
        let checked = try await Command.run(["fmt", "--check", "good.recipe", "messy.recipe"], in: scratch.path)
        #expect(checked.status == 1 && checked.output == "messy.recipe\n", "\(checked)")
        let odd = try await Command.run(["fmt", "odd.recipe", "messy.recipe"], in: scratch.path)
        #expect(
            odd.status == 65 && odd.error.contains("odd.recipe:1:7: error: cannot be formatted: here is an anchor"),
            "\(odd)"
        )
        #expect(try contents(scratch.appending("odd.recipe")) == Data("name: &a web\ndescription: *a\n".utf8))
        #expect(try contents(scratch.appending("messy.recipe")) == Data("version: 1\nname: web\nos: rocky9\n".utf8))
        #expect(try await Command.run(["fmt", "none.recipe"], in: scratch.path).status == 66)
        let piped = try await Command.run(["fmt", "-"], in: scratch.path, input: "name: web\nversion: 1\n")
        #expect(piped.status == 0 && piped.output == "version: 1\nname: web\n", "\(piped)")
    }

    @Test("schema prints JSON")
    func schema() async throws {
        let result = try await Command.run(["schema"], in: scratch.path)
        let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
        #expect(result.status == 0 && object?["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
        // The names of operations come from the cleaning itself.
        #expect(result.output.contains("\"machine-id\""))
    }
}
