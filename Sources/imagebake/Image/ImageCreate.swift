import ArgumentParser
import DiskImages
import Foundation
import Pipeline
import Publish
import SystemPackage

/// `imagebake image create`.
struct ImageCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make an image, of a file or without bytes.",
        discussion: """
            An image of a file is private until its bytes are there and were compared with the file's; where that fails, it is \
            deleted again. Without --file the image waits for its bytes ('image stage', 'image import'). Standard input is never read.
            """
    )

    @Argument(help: "The name.")
    var name: String

    @Option(help: "The file.", completion: .file())
    var file: String?

    @Option(help: "The id; else the registry chooses one.")
    var id: ImageID?

    @Option(help: "ami, ari, aki, vhd, vhdx, vmdk, raw, qcow2, vdi, ploop or iso.")
    var diskFormat = "raw"

    @Option(
        help:
            "ami, ari, aki, bare, ovf, ova, docker or compressed; bare, and for ami, ari and aki the same as the disk's."
    )
    var containerFormat: String?

    @OptionGroup
    var metadata: ImageOptions

    @Option(help: "The project that owns it; for administrators.")
    var project: String?

    @Option(help: "The domain of that project.")
    var projectDomain: String?

    @Option(help: "Into which store its bytes go.")
    var store: String?

    @Flag(name: .customLong("import"), help: "Stage the bytes and import them, in place of an upload.")
    var isImport = false

    @OptionGroup(title: "Output options")
    var format: ShowOptions

    @OptionGroup
    var options: RegistryOptions

    mutating func validate() throws {
        guard file != nil || !isImport else { throw ValidationError("--import takes --file") }
        try format.check(ImageShow.fields)
    }

    mutating func run() async throws {
        try await options.with { registry in
            var draft = metadata.draft(named: name)
            draft.id = id
            draft.diskFormat = DiskFormatName(rawValue: diskFormat)
            draft.containerFormat =
                containerFormat.map(ContainerFormatName.init) ?? .usual(for: DiskFormatName(rawValue: diskFormat))
            if let project { draft.owner = try await registry.project(project, domain: projectDomain) }
            let image: Image
            if let file {
                let (draft, isImport, store) = (draft, isImport, store)
                image = try await withSignals {
                    try await ImageTransfer(registry: registry, isImport: isImport, store: store).create(
                        draft,
                        of: FilePath(file)
                    )
                }
            } else {
                image = try await registry.create(draft)
            }
            try ImageShow.print(image, format)
        }
    }
}
