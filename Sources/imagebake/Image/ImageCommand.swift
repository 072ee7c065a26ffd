import ArgumentParser
import Pipeline
import Publish

/// `imagebake image`.
struct ImageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "image",
        abstract: "Work with published images, with the verbs of 'openstack image'.",
        subcommands: [ImageList.self, ImageShow.self, ImageSave.self, ImageDelete.self]
    )

    /// The local registry, swept of what a killed process left.
    static func registry() async throws -> LocalRegistry {
        let home = try Home()
        for leftover in await Sweeper(home: home).sweep() { Output.error("warning: \(leftover)") }
        return LocalRegistry(root: home.registry)
    }
}
