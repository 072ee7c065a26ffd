import Foundation
import Recipes
import SystemPackage
import Testing

/// What is said about bases, variables and secrets that are wrong.
@Suite("Wrong bases, variables and secrets")
struct WrongLanguageTests {
    private func problems(of input: WrongLanguage) throws -> (lines: [String], exitStatus: Int32) {
        let directory = try TemporaryDirectory()
        try directory.write(input.files)
        var overrides = RecipeOverrides()
        overrides.variables = input.variables.map { RecipeOverrides.Variable(name: $0.0, value: $0.1) }
        overrides.variableFiles = input.variableFiles.map { directory.path.appending($0) }
        do throws(RecipeProblems) {
            _ = try RecipeLoader(shipped: directory.path.appending("shipped"), environment: [:])
                .load(directory.path.appending("web.recipe"), overrides: overrides)
            return ([], 0)
        } catch {
            let prefix = directory.path.string + "/"
            return (error.diagnostics.map { $0.description.replacing(prefix, with: "") }, error.exitStatus)
        }
    }

    @Test("each has its exact messages, at the place in its own file", arguments: WrongLanguage.all)
    func message(_ input: WrongLanguage) throws {
        if Golden.update { return }
        let (lines, exitStatus) = try problems(of: input)
        let expected = try #require(try Golden.sections(of: "wrong-language.txt")[input.testDescription])
        #expect(!lines.isEmpty)
        #expect(lines == expected)
        #expect(!lines.joined().contains("hunter2"))
        #expect(exitStatus == (input.testDescription == "a variable file that is not there" ? 66 : 65))
    }

    @Test("the golden file has just the messages of these")
    func goldenFile() throws {
        var text = ""
        for input in WrongLanguage.all {
            text += "== \(input.testDescription)\n"
            text += try problems(of: input).lines.map { "\($0)\n" }.joined()
        }
        #expect(Set(WrongLanguage.all.map(\.testDescription)).count == WrongLanguage.all.count)
        #expect(WrongLanguage.all.count >= 150)
        try Golden.expect(text, in: "wrong-language.txt")
    }
}
