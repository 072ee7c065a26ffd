import ArgumentParser
import Foundation
import Pipeline
import Publish
import Recipes

/// `imagebake build`.
struct Build: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bake recipes and publish the images.",
        discussion: """
            Prints the id of each published image. What is in the cache is not made again: an unchanged recipe whose \
            image is still in the registry runs nothing. Of several recipes each is baked, whatever becomes of the others; \
            the exit status is that of the first that failed, in their order.
            """
    )

    @Argument(help: ArgumentHelp("The recipe files.", valueName: "recipe"), completion: .file(extensions: ["recipe"]))
    var recipes: [String]

    @OptionGroup(title: "Recipe options")
    var recipeOptions: RecipeOptions

    @OptionGroup(title: "Variable options")
    var variables: VariableOptions

    @OptionGroup(title: "Progress options")
    var progress: ProgressOptions

    @Option(help: "The libvirt URI. Default: LIBVIRT_DEFAULT_URI, else one that needs no set-up.")
    var connect: String?

    @Option(help: "The storage pool on a remote host. Default: 'default', else one that the bake makes and removes.")
    var storagePool: String?

    @Option(help: "How many bakes run at once, as far as memory, processors and disk allow it.")
    var jobs = 1

    @OptionGroup(title: "Cache options")
    var cache: CacheOptions

    @Flag(help: "Use a tree over plain http that neither checksums nor a pin vouch for; recorded with the image.")
    var allowUnverifiedTree = false

    @Option(
        help: ArgumentHelp(
            "What becomes of guest and disk when a bake fails: cleanup, keep, or ask, which needs a terminal.",
            valueName: "what"
        )
    )
    var onError = OnErrorWord.cleanup

    @Flag(help: "Say what would be run, sent, renamed and retired, and do nothing of it.")
    var dryRun = false

    @OptionGroup(title: "Output options, of --dry-run")
    var format: ListOptions

    func validate() throws {
        if jobs < 1 { throw ValidationError("--jobs takes a number from 1") }
        guard onError != .ask || Questioner.isPossible else {
            throw ValidationError("--on-error ask needs a terminal to ask on")
        }
        try format.check(Self.columns)
    }

    private static let columns = ["recipe", "where", "action", "image", "detail"]

    private func preview(
        _ loaded: [Recipe],
        _ options: BakeOptions,
        _ home: Home,
        _ resources: Resources
    ) async throws {
        var previews: [PublicationPreview] = []
        for recipe in loaded {
            let preview = try await PublicationPreview(recipe, options: options, home: home, resources: resources)
            for warning in preview.warnings { Output.error("warning: \(warning)") }
            previews.append(preview)
        }
        let rows = previews.flatMap { preview in
            preview.plan.steps.map { [preview.plan.recipe, $0.stage.rawValue, $0.action.rawValue, "-", $0.reason] }
                + preview.publication.map { step in
                    let name = step.name.isEmpty ? "" : "'\(step.name)' "
                    let detail = name + step.detail
                    return [preview.plan.recipe, step.registry, step.action.rawValue, step.image ?? "-", detail]
                }
        }
        try format.print(Listing(columns: Self.columns, rows: rows, document: previews))
    }

    private func bakeOptions() -> BakeOptions {
        var options = BakeOptions(
            connect: connect,
            storagePool: storagePool,
            allowsUnverifiedTree: allowUnverifiedTree,
            onError: onError.meaning
        )
        cache.apply(to: &options)
        return options
    }

    mutating func run() async throws {
        // All recipes are read before the first is baked: a typo in the last is found at once.
        let resources = try Resources()
        let loaded = try recipes.map { try recipeOptions.load($0, variables, resources) }
        let home = try Home()
        var options = bakeOptions()
        if dryRun { return try await preview(loaded, options, home, resources) }
        let leftovers = await Sweeper(home: home).sweep()
        let report = BatchReport(names: loaded.map(\.name), progress: progress, jobs: jobs)
        let desk = QuestionDesk(pause: { report.pause() }, resume: { report.resume() })
        options.ask = { await desk.ask($0) }
        let batch = BakeBatch(recipes: loaded, options: options, home: home, resources: resources, jobs: jobs)
        let results = try await withSignals {
            await batch.run(
                leftovers: leftovers,
                readers: { report.readers($0) },
                ended: { report.ended($0, $1) }
            )
        }
        report.finish()
        if loaded.count > 1, !progress.quiet { report.summary(of: results).forEach(Output.error) }
        for case .failure(let failure) in results {
            // With others it was printed when it happened, and the summary has it too.
            if loaded.count == 1 { throw failure }
            throw ExitCode(failure.status.rawValue)
        }
    }
}

/// The words of `--on-error`.
enum OnErrorWord: String, CaseIterable, ExpressibleByArgument {
    case cleanup, keep, ask

    var meaning: BakeOptions.OnError {
        switch self {
        case .cleanup: .cleanup
        case .keep: .keep
        case .ask: .ask
        }
    }
}
