import Foundation
import SystemPackage
import Testing

@testable import Recipes

/// What `imagebake fmt` does to a recipe, and what it leaves alone.
@Suite("Format")
struct FormatTests {
    private static let formatter = RecipeFormatter()

    @Test("each text has its form", arguments: FormatCase.all)
    func form(_ example: FormatCase) throws {
        let text = try Self.formatter.format(Array(example.before.utf8), file: "web.recipe")
        #expect(text == example.after)
        #expect(try Self.formatter.format(Array(text.utf8), file: "web.recipe") == text)
    }

    @Test("a recipe that ships is in form", arguments: ShippedRecipe.allCases)
    func shipped(_ recipe: ShippedRecipe) throws {
        let file = Repository.recipes.appending("\(recipe.rawValue).recipe")
        let text = try String(contentsOfFile: file.string, encoding: .utf8)
        #expect(try Self.formatter.format(Array(text.utf8), file: file.string) == text)
    }

    @Test("what a recipe says, and its comments, stay", arguments: try SampleRecipes.files())
    func property(_ file: FilePath) throws {
        let bytes = try RecipeFile.read(file)
        let text: String
        do {
            text = try Self.formatter.format(bytes, file: file.string)
        } catch {
            #expect(error.diagnostics[0].code == "not-formattable")
            return
        }
        let directory = try TemporaryDirectory()
        // Paths are relative to the recipe, so the copy lies beside it in name only.
        let copy = try directory.write(text.utf8, to: "web.recipe")
        var before = try RecipeLoader().load(file)
        var after = try RecipeLoader().load(copy)
        (before.digest, after.digest) = ("", "")
        (before.file, after.file) = ("", "")
        (before.warnings, after.warnings) = ([], [])
        #expect(before.secrets.map(\.source) == after.secrets.map(\.source))
        (before.secrets, after.secrets) = ([], [])
        #expect(before == after)
        #expect(try Self.formatter.format(Array(text.utf8), file: "") == text)
        let comments = [String(decoding: bytes, as: UTF8.self), text].map { text in
            text.split(separator: "\n").filter { $0.drop { $0 == " " }.hasPrefix("#") }.map {
                $0.trimmingCharacters(in: .whitespaces)
            }
        }
        #expect(comments[0].sorted() == comments[1].sorted())
    }

    @Test(
        "what cannot be kept is refused, with its line",
        arguments: [
            ("version: &a 1\n", "1:10"), ("version: 1\nmachine:\n  <<: {vcpus: 2}\n", "3:3"), ("a: [1, *b]\n", "1:8"),
            ("a: !!binary aGk=\n", "1:4"), ("? a\n: b\n", "1:1"), ("%YAML 1.1\n---\na: b\n", "1:1"),
            ("a: !mine [1]\n", "1:4"),
            ("a: b\na: c\n", "2:1"), ("a: [\n", "2:1"),
        ]
    )
    func refused(_ text: String, place: String) throws {
        let problems = #expect(throws: RecipeProblems.self) {
            try Self.formatter.format(Array(text.utf8), file: "web.recipe")
        }
        #expect(problems?.exitStatus == 65)
        let problem = try #require(problems?.diagnostics.first)
        #expect("\(problem.line):\(problem.column)" == place, "\(problem)")
    }

    @Test("a file is replaced whole: its mode stays, a link stays a link, nothing else is left")
    func replaced() throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write("old".utf8, to: "web.recipe")
        #expect(chmod(file.string, 0o640) == 0)
        let link = directory.path.appending("link.recipe")
        #expect(symlink("web.recipe", link.string) == 0)
        try RecipeFile.replace(link, with: "new\n")
        var status = stat()
        #expect(lstat(link.string, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
        #expect(stat(file.string, &status) == 0 && status.st_mode & 0o777 == 0o640)
        #expect(try String(contentsOfFile: file.string, encoding: .utf8) == "new\n")
        let names = try FileManager.default.contentsOfDirectory(atPath: directory.path.string)
        #expect(names.sorted() == ["link.recipe", "web.recipe"])
    }

    @Test("a file that is there is created only when it is to be replaced")
    func created() throws {
        let directory = try TemporaryDirectory()
        let file = directory.path.appending("web.recipe")
        try RecipeFile.create(file, with: "one", overwrites: false)
        let problems = #expect(throws: RecipeProblems.self) {
            try RecipeFile.create(file, with: "two", overwrites: false)
        }
        #expect(problems?.exitStatus == 64)
        #expect(try String(contentsOfFile: file.string, encoding: .utf8) == "one")
        try RecipeFile.create(file, with: "two", overwrites: true)
        #expect(try String(contentsOfFile: file.string, encoding: .utf8) == "two")
        let missing = #expect(throws: RecipeProblems.self) {
            try RecipeFile.create(directory.path.appending("no/web.recipe"), with: "", overwrites: false)
        }
        #expect(missing?.exitStatus == 66)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path.string) == ["web.recipe"])
    }
}
