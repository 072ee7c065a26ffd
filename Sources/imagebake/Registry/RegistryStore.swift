import ArgumentParser
import Pipeline
import Publish
import SystemPackage

/// `imagebake registry store`.
struct RegistryStore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store",
        abstract: "Let the registry of this machine keep bytes in other directories too.",
        discussion: "'imagebake image stores list' shows the stores.",
        subcommands: [Add.self, Remove.self]
    )

    /// `imagebake registry store add`.
    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add",
            abstract: "Add a directory as a store, for 'image create --store', 'image import --store' and copy-image."
        )

        @Argument(help: "Its name.")
        var name: String

        @Argument(help: "The directory; it is made where it is missing.", completion: .directory)
        var directory: String

        @Option(help: "What it is.")
        var description: String?

        mutating func run() async throws {
            let registry = LocalRegistry(root: try Home().registry)
            try await registry.addStore(name, at: FilePath(directory), description: description)
        }
    }

    /// `imagebake registry store remove`.
    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove",
            abstract: "Forget a store that has no image's bytes; its directory stays."
        )

        @Argument(help: "Its name.")
        var name: String

        mutating func run() async throws {
            try await LocalRegistry(root: try Home().registry).removeStore(name)
        }
    }
}
