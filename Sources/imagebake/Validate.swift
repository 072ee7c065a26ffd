import ArgumentParser
import Pipeline
import Recipes
import SystemPackage

/// `imagebake validate`.
struct Validate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Check recipes and print every problem at once.")

    @Argument(help: ArgumentHelp("The recipe files.", valueName: "recipe"), completion: .file(extensions: ["recipe"]))
    var recipes: [String]

    @OptionGroup(title: "Variable options")
    var variables: VariableOptions

    mutating func run() async throws {
        let resources = try Resources()
        let renderer = try Renderer(templates: resources.templates)
        let loader = RecipeLoader.forBakes(resources)
        var overrides = RecipeOverrides()
        variables.apply(to: &overrides)
        var status: Int32 = 0
        for file in recipes {
            do {
                let recipe = try loader.load(FilePath(file), overrides: overrides)
                _ = try renderer.fingerprintText(recipe)
                for warning in recipe.warnings { Output.error(warning.description) }
                Output.error("\(file): valid")
            } catch let problems as RecipeProblems {
                Output.error(problems.description)
                status = problems.exitStatus
            }
        }
        if status != 0 { throw ExitCode(status) }
    }
}
