import ArgumentParser
import Recipes
import SystemPackage

/// The values of a recipe's variables.
struct VariableOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Give a variable of the recipe a value; the items of a list stand between commas.",
            discussion: "Goes before --var-file, that before IMAGEBAKE_VAR_NAME, and that before the recipe.",
            valueName: "name=value"
        ),
        transform: Self.setting
    )
    var `var`: [RecipeOverrides.Variable] = []

    @Option(
        help: ArgumentHelp(
            "Take values of variables from a YAML file, a mapping of names to values.",
            valueName: "file"
        ),
        completion: .file(extensions: ["yaml", "yml"])
    )
    var varFile: [String] = []

    /// Puts the values where the loader of recipes looks for them.
    func apply(to overrides: inout RecipeOverrides) {
        overrides.variables = `var`
        overrides.variableFiles = varFile.map { FilePath($0) }
    }

    private static func setting(_ text: String) throws -> RecipeOverrides.Variable {
        guard let sign = text.firstIndex(of: "="), sign > text.startIndex else {
            throw ValidationError("--var takes NAME=VALUE")
        }
        return RecipeOverrides.Variable(name: String(text[..<sign]), value: String(text[text.index(after: sign)...]))
    }
}
