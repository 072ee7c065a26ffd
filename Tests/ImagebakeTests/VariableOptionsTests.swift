import ArgumentParser
import Recipes
import SystemPackage
import Testing

@testable import imagebake

@Suite("Options for variables")
struct VariableOptionsTests {
    @Test("values may hold any character, and come in their order")
    func values() throws {
        let options = try VariableOptions.parse([
            "--var", "a=b=c", "--var", "a=", "--var", "x=--var y", "--var-file", "one.yaml", "--var-file", "two.yaml",
        ])
        var overrides = RecipeOverrides()
        options.apply(to: &overrides)
        let expected = [("a", "b=c"), ("a", ""), ("x", "--var y")]
        #expect(overrides.variables == expected.map { RecipeOverrides.Variable(name: $0.0, value: $0.1) })
        #expect(overrides.variableFiles == ["one.yaml", "two.yaml"])
    }

    @Test("what is no setting is wrong usage", arguments: ["a", "=b", ""])
    func wrong(_ text: String) {
        let error = #expect(throws: (any Error).self) { try VariableOptions.parse(["--var", text]) }
        #expect(error.map { VariableOptions.exitCode(for: $0) } == .validationFailure)
    }
}
