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

    @Option(help: ArgumentHelp("The smallest disk that it fits on.", valueName: "GiB"))
    var minDisk: Int?

    @Option(help: ArgumentHelp("The least memory that it needs.", valueName: "MiB"))
    var minRam = 0

    @Flag(help: "Whether it can be deleted.")
    var protection: Protection?

    @Flag(help: "Whether lists leave it out.")
    var hiding: Hiding?

    @OptionGroup
    var visibility: VisibilityOptions

    @Option(help: ArgumentHelp("A property; may be given several times.", valueName: "key=value"))
    var property: [KeyValue] = []

    @Option(help: "A tag; may be given several times.")
    var tag: [String] = []

    @Option(help: "The project that owns it; for administrators.")
    var project: String?

    @Option(help: "The domain of that project.")
    var projectDomain: String?

    @Option(help: "Into which store its bytes go.")
    var store: String?

    @Flag(name: .customLong("import"), help: "Stage the bytes and import them, in place of an upload.")
    var isImport = false

    @OptionGroup
    var format: FormatOptions

    @OptionGroup
    var options: RegistryOptions

    mutating func validate() throws {
        guard file != nil || !isImport else { throw ValidationError("--import takes --file") }
    }

    mutating func run() async throws {
        try await options.with { registry in
            var draft = ImageDraft(name: name)
            draft.id = id
            draft.diskFormat = DiskFormatName(rawValue: diskFormat)
            draft.containerFormat =
                containerFormat.map(ContainerFormatName.init) ?? .usual(for: DiskFormatName(rawValue: diskFormat))
            draft.visibility = visibility.visibility
            draft.isProtected = protection == .protected
            draft.isHidden = hiding == .hidden
            draft.minRAM = minRam
            draft.minDisk = minDisk ?? 0
            draft.tags = tag
            draft.properties = property.dictionary
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
            try ImageShow.print(image, format.format)
        }
    }
}
