import ArgumentParser
import Publish

/// `imagebake image add`.
struct ImageAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Share an image.",
        subcommands: [Project.self]
    )

    /// `imagebake image add project`.
    struct Project: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "project",
            abstract: "Share an image with a project, which has to accept it."
        )

        @OptionGroup
        var sharing: SharingOptions

        @OptionGroup(title: "Output options")
        var format: ShowOptions

        func validate() throws { try format.check(ImageMemberCommand.fields) }

        mutating func run() async throws {
            try await sharing.with { registry, id, project in
                try ImageMemberCommand.print(try await registry.addMember(project, to: id), format)
            }
        }
    }
}

/// `imagebake image remove`.
struct ImageRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Share an image no longer.",
        subcommands: [Project.self]
    )

    /// `imagebake image remove project`.
    struct Project: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "project",
            abstract: "Share an image with a project no longer."
        )

        @OptionGroup
        var sharing: SharingOptions

        mutating func run() async throws {
            try await sharing.with { registry, id, project in try await registry.removeMember(project, from: id) }
        }
    }
}

/// An image, and a project.
struct SharingOptions: ParsableArguments {
    @Argument(help: "The image's id, or its name where only one image has it.")
    var image: String

    @Argument(help: "The project.")
    var project: String

    @Option(help: "The domain of the project.")
    var projectDomain: String?

    @OptionGroup
    var options: RegistryOptions

    /// Runs something with the registry, the image's id and the project's.
    func with(_ body: (any ImageRegistry, ImageID, String) async throws -> Void) async throws {
        try await options.with { registry in
            let id = try await registry.show(image).id
            try await body(registry, id, registry.project(project, domain: projectDomain))
        }
    }
}
