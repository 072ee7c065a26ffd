import ArgumentParser
import Pipeline
import Recipes
import SystemPackage

/// `imagebake validate`.
struct Validate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Check recipes and print every problem at once.")

    @Argument(help: ArgumentHelp("The recipe files.", valueName: "recipe"), completion: .file(extensions: ["recipe"]))
    var recipes: [String]

    mutating func run() async throws {
        let renderer = try Renderer(templates: try Resources().templates)
        var status: Int32 = 0
        for file in recipes {
            do {
                let recipe = try RecipeLoader.forBakes.load(FilePath(file))
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
