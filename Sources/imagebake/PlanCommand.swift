import ArgumentParser
import Pipeline
import Recipes

/// `imagebake plan`.
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Say what a build would run, what is cached, and where it would publish."
    )

    @Argument(help: "The recipe file.", completion: .file(extensions: ["recipe"]))
    var recipe: String

    @OptionGroup(title: "Recipe options")
    var recipeOptions: RecipeOptions

    @OptionGroup(title: "Variable options")
    var variables: VariableOptions

    @Option(
        help: "The libvirt URI that the build would use. Default: LIBVIRT_DEFAULT_URI, else one that needs no set-up."
    )
    var connect: String?

    @OptionGroup(title: "Cache options")
    var cache: CacheOptions

    @OptionGroup(title: "Output options")
    var format: ListOptions

    mutating func run() async throws {
        let resources = try Resources()
        let recipe = try recipeOptions.load(recipe, variables, resources)
        let home = try Home()
        for leftover in await Sweeper(home: home).sweep() { Output.error("warning: \(leftover)") }
        var options = BakeOptions()
        options.connect = connect
        cache.apply(to: &options)
        let plan = try await Plan(recipe, options: options, home: home, resources: resources)
        for warning in plan.warnings { Output.error("warning: \(warning)") }
        let rows =
            plan.steps.map { [$0.stage.rawValue, $0.action.rawValue, $0.reason] }
            + plan.publishes.map { ["image", "to", $0] }
        try format.print(Listing(columns: ["stage", "action", "reason"], rows: rows, document: plan))
    }
}
