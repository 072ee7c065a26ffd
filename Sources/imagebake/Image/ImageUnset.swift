import ArgumentParser
import Publish

/// `imagebake image unset`.
struct ImageUnset: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unset",
        abstract: "Take tags and properties from an image."
    )

    @Argument(help: "The image's id, or its name where only one image has it.")
    var image: String

    @Option(help: "A tag; may be given several times.")
    var tag: [String] = []

    @Option(help: "A property; may be given several times.")
    var property: [String] = []

    @OptionGroup
    var options: RegistryOptions

    mutating func validate() throws {
        guard !tag.isEmpty || !property.isEmpty else {
            throw ValidationError("name what to take with --tag or --property")
        }
    }

    mutating func run() async throws {
        try await options.with { registry in
            var update = ImageUpdate()
            update.removedTags = tag
            update.removedProperties = property
            try await registry.update(registry.show(image).id, update)
        }
    }
}
