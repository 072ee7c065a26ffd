import ArgumentParser
import Pipeline
import Recipes
import SystemPackage

/// What the command line says of a recipe.
struct RecipeOptions: ParsableArguments {
    @Option(help: "The install tree: a URL, a directory, or 'built-in'. Overrides the recipe's.")
    var location: String?

    @Option(help: "The memory of the installer's guest, such as '4 GiB'.")
    var memory: String?

    @Option(help: "The virtual processors of the installer's guest.")
    var vcpus: Int?

    @Option(help: "How long the install may take, such as '45m'.")
    var deadline: String?

    @Option(
        help: ArgumentHelp(
            "Publish to this registry in place of the recipe's: local, or a cloud of clouds.yaml; may be given several times.",
            valueName: "local|cloud"
        )
    )
    var publish: [String] = []

    /// Loads a recipe with these options.
    func load(_ file: String, _ variables: VariableOptions, _ resources: Resources) throws -> Recipe {
        var overrides = RecipeOverrides()
        overrides.location = location
        overrides.memory = memory
        overrides.vcpus = vcpus
        overrides.deadline = deadline
        overrides.registries = publish
        if let problem = overrides.problem { throw Failure(.usage, problem) }
        variables.apply(to: &overrides)
        return try RecipeLoader.forBakes(resources).load(FilePath(file), overrides: overrides)
    }
}
