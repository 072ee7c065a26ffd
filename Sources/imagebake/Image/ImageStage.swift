import ArgumentParser
import Publish
import SystemPackage

/// `imagebake image stage`.
struct ImageStage: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stage",
        abstract: "Put a file into the staging area of an image without bytes, for 'image import'."
    )

    @Argument(help: "The image's id, or its name where only one image has it.")
    var image: String

    @Option(help: "The file.", completion: .file())
    var file: String

    @OptionGroup
    var options: RegistryOptions

    mutating func run() async throws {
        let (options, reference, file) = (options, image, FilePath(file))
        try await withSignals {
            try await options.with { registry in
                try await registry.stage(file, for: registry.show(reference).id, progress: nil)
            }
        }
    }
}
