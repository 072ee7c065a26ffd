import ArgumentParser
import Pipeline
import Publish

/// `imagebake rollback`.
struct RollbackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Give a name back to the image that had it before.",
        discussion: """
            The earlier image takes the name before the newest gives it up. That one is marked as withdrawn, so that the same \
            bytes are not published under the name again, and retired.
            """
    )

    @Argument(help: "The name that the images were published under.")
    var name: String

    @Option(help: "What becomes of the image that has the name now: hide, deactivate, delete or community.")
    var retire = RetireAction.hide

    @Flag(help: "Say what would be done, and change nothing.")
    var dryRun = false

    @OptionGroup(title: "Output options")
    var format: ListOptions

    @OptionGroup
    var options: RegistryOptions

    func validate() throws { try format.check(StepListing.columns) }

    mutating func run() async throws {
        let (name, retire, isDry, registryName) = (name, retire, dryRun, options.registry)
        let steps = try await options.with { registry in
            // A publication of the same name would take it back meanwhile.
            let lock =
                try await isDry
                ? nil : PublicationLock(name, in: registryName, home: Home()) { Output.error($0) }
            defer { withExtendedLifetime(lock) {} }
            let rollback = ImageRollback(
                of: name,
                in: registry,
                retire: retire,
                warn: { Output.error("warning: \($0)") }
            )
            return try await isDry ? rollback.preview() : rollback.run()
        }
        try StepListing.print(steps, format)
    }
}
