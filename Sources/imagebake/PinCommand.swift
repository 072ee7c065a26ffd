import ArgumentParser
import Pipeline
import Recipes
import SystemPackage

/// `imagebake pin`.
struct PinCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pin",
        abstract: "Write the digest of a recipe's install tree or medium into the recipe.",
        discussion: """
            From then on a tree that differs is refused before anything boots. Look first whether this is the tree that you mean: \
            what is there now is taken for the right one, if it is a tree of the recipe's 'os' and its signature, where the recipe \
            names one, is good.
            """
    )

    @Argument(help: ArgumentHelp("The recipe files.", valueName: "recipe"), completion: .file(extensions: ["recipe"]))
    var recipes: [String]

    @OptionGroup(title: "Variable options")
    var variables: VariableOptions

    @OptionGroup(title: "Progress options")
    var progress: ProgressOptions

    mutating func run() async throws {
        let resources = try Resources()
        let loader = RecipeLoader.forBakes(resources)
        var overrides = RecipeOverrides()
        variables.apply(to: &overrides)
        let given = overrides
        let home = try Home()
        for file in recipes {
            let recipe = try loader.load(FilePath(file), overrides: given)
            let readers = progress.reader().map { [$0] } ?? []
            let pin = try await RecipePin(recipe, home: home, resources: resources, readers: readers) { path in
                try loader.load(path, overrides: given)
            }
            Output.data(pin.digest)
            guard !progress.quiet, progress.progress != .json else { continue }
            Output.error(pin.isUnchanged ? "\(file): pinned already" : "\(file): 'install.pin.\(pin.key)' written")
        }
    }
}
