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
            image is still in the registry runs nothing.
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

    @Flag(help: "Use nothing from the cache; make all of it anew.")
    var noCache = false

    @Flag(help: "Use a tree over plain http that neither checksums nor a pin vouch for; recorded with the image.")
    var allowUnverifiedTree = false

    @Option(
        help: ArgumentHelp(
            "What becomes of guest and disk when a bake fails: cleanup, keep, or ask, which needs a terminal.",
            valueName: "what"
        )
    )
    var onError = OnErrorWord.cleanup

    func validate() throws {
        guard onError != .ask || Questioner.isPossible else {
            throw ValidationError("--on-error ask needs a terminal to ask on")
        }
    }

    private func bakeOptions() -> BakeOptions {
        var options = BakeOptions(
            connect: connect,
            storagePool: storagePool,
            ignoresCache: noCache,
            allowsUnverifiedTree: allowUnverifiedTree,
            onError: onError.meaning
        )
        options.ask = { question in
            Output.error(question)
            let answer = try? Questioner().ask("yes or no", default: "no") { answer in
                ["yes", "no", "y", "n"].contains(answer) ? nil : "answer yes or no"
            }
            return answer?.hasPrefix("y") == true
        }
        return options
    }

    mutating func run() async throws {
        // All recipes are read before the first is baked: a typo in the last is found at once.
        let resources = try Resources()
        let loaded = try recipes.map { try recipeOptions.load($0, variables, resources) }
        let home = try Home()
        let options = bakeOptions()
        let progress = progress
        let leftovers = await Sweeper(home: home).sweep()
        for (index, recipe) in loaded.enumerated() {
            let begin = Date()
            let outcome = try await withSignals {
                try await Bake(recipe: recipe, options: options, home: home, resources: resources)
                    .run(readers: progress.reader().map { [$0] } ?? [], leftovers: index == 0 ? leftovers : [])
            }
            for image in outcome.images { Output.data(image.id.description) }
            guard !progress.quiet, progress.progress != .json, progress.progress != .none else { continue }
            let names = Set(outcome.images.map(\.name)).sorted().joined(separator: ", ")
            let time = ProgressText.duration(Date().timeIntervalSince(begin))
            Output.error(
                outcome.isUnchanged ? "unchanged: \(names) is published already" : "published \(names) in \(time)"
            )
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
