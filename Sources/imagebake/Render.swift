import ArgumentParser
import Pipeline
import Recipes
import SystemPackage

/// `imagebake render`.
struct Render: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a recipe's kickstart, cloud.cfg, domain definition and kernel command line.",
        discussion: "Without --output the kickstart is printed."
    )

    @Argument(help: "The recipe file.", completion: .file(extensions: ["recipe"]))
    var recipe: String

    @Option(name: .shortAndLong, help: "The directory to write ks.cfg, cloud.cfg, domain.xml and cmdline into.")
    var output: String?

    @OptionGroup(title: "Recipe options")
    var recipeOptions: RecipeOptions

    @OptionGroup(title: "Variable options")
    var variables: VariableOptions

    mutating func run() async throws {
        let resources = try Resources()
        let recipe = try recipeOptions.load(recipe, variables, resources)
        let preview = try await Preview(recipe, home: try Home(), resources: resources)
        for warning in recipe.warnings { Output.error(warning.description) }
        for note in preview.notes { Output.error("note: \(note)") }
        guard let output else {
            Output.data(preview.kickstart)
            return
        }
        try preview.write(to: FilePath(output))
        Output.error("wrote ks.cfg, cloud.cfg, domain.xml and cmdline to \(output)")
    }
}
