import ArgumentParser
import DiskImages
import Foundation
import Pipeline
import Publish
import SystemPackage

/// `imagebake publish`.
struct PublishCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Publish finished files or images, or show a published image to more people.",
        discussion: """
            Each file, or image of the local registry, goes to each registry as a transaction: it is private until its bytes are \
            there and were compared with the file's, and only then takes its name. Bytes that are there are not sent again. \
            With --keep the name moves: older images get their dates, and those beyond so many are retired.
            With --promote the arguments are images of the registry, which more people see from now on: private, shared, \
            community, public.
            """
    )

    @Argument(help: ArgumentHelp("Files, or images by name or id.", valueName: "image|file"), completion: .file())
    var images: [String]

    @Option(
        help: ArgumentHelp(
            "The registry: 'local', a cloud of clouds.yaml, or 'envvars'; may be given several times.",
            valueName: "local|cloud"
        )
    )
    var registry: [String] = []

    @Option(help: "Show the images to more people: shared, community or public.")
    var promote: Publish.Visibility?

    @Option(help: "The name; else that of the image, or of the file without its extension.")
    var name: String?

    @Option(help: "qcow2 or raw; else what the file is.")
    var diskFormat: DiskImages.DiskFormat?

    @Option(
        help:
            "The kernel that the file, a root file system without a partition table, starts with: an ami and two more images.",
        completion: .file()
    )
    var kernel: String?

    @Option(help: "The initrd that goes with --kernel.", completion: .file())
    var ramdisk: String?

    @OptionGroup
    var visibility: VisibilityOptions

    @Flag(help: "Whether it can be deleted.")
    var protection: Protection?

    @Option(help: ArgumentHelp("A property; may be given several times.", valueName: "key=value"))
    var property: [KeyValue] = []

    @Option(help: "A tag; may be given several times.")
    var tag: [String] = []

    @Option(help: ArgumentHelp("The smallest disk that it fits on; else computed.", valueName: "GiB"))
    var minDisk: Int?

    @Option(help: ArgumentHelp("The least memory that it needs; else by its os_distro.", valueName: "MiB"))
    var minRam: Int?

    @Option(help: "How many images stay in use under the name, the newest among them.")
    var keep: Int?

    @Option(help: "What becomes of older ones: hide, deactivate, delete or community.")
    var retire = RetireAction.hide

    @Option(help: "Into which store of the cloud.")
    var store: String?

    @Option(help: "A standard whose properties are asked for: scs-0102.")
    var profile: PropertyProfile?

    @Flag(help: "Say what would be done, and change nothing.")
    var dryRun = false

    @OptionGroup(title: "Output options")
    var format: ListOptions

    @OptionGroup(title: "Progress options")
    var progress: ProgressOptions

    mutating func validate() throws {
        if let keep, !(1...100).contains(keep) { throw ValidationError("--keep takes a number from 1 to 100") }
        if promote == .private { throw ValidationError("--promote takes shared, community or public") }
        if promote != nil, keep != nil || name != nil || store != nil || diskFormat != nil {
            throw ValidationError("--promote changes who sees an image, and nothing else")
        }
        if (kernel == nil) != (ramdisk == nil) { throw ValidationError("--kernel and --ramdisk go together") }
        if kernel != nil, images.count > 1 || promote != nil || diskFormat == .qcow2 {
            throw ValidationError("--kernel and --ramdisk are those of one raw file")
        }
        if keep != nil, retire == .delete, protection == .protected {
            throw ValidationError("--retire delete never deletes what is --protected")
        }
        if keep != nil, retire == .community, visibility.visibility != .public {
            throw ValidationError("--retire community takes public images out of everybody's list: it needs --public")
        }
        try format.check(StepListing.columns)
    }

    mutating func run() async throws {
        let registries = registry.isEmpty ? ["local"] : registry
        if let promote { return try await self.promote(to: promote, registries) }
        var order = FilePublication.Order()
        order.subjects = images
        order.registries = registries
        order.name = name
        order.diskFormat = diskFormat
        if let kernel, let ramdisk {
            order.boot = BootFiles(kernel: FilePath(kernel), ramdisk: FilePath(ramdisk), commandLine: nil)
        }
        order.visibility = visibility.visibility
        order.isProtected = protection == .protected
        order.tags = tag
        order.properties = property.dictionary
        order.minDisk = minDisk
        order.minRAM = minRam
        order.keep = keep
        order.retire = retire
        order.store = store
        order.profile = profile
        let home = try Home()
        for leftover in await Sweeper(home: home).sweep() { Output.error("warning: \(leftover)") }
        let isQuiet = progress.quiet || progress.progress == .none
        let meter = TransferMeter(isShown: !isQuiet)
        let publication = FilePublication(
            order,
            home: home,
            activity: { if !isQuiet { meter.say($0) } },
            warn: { meter.say("warning: \($0)") },
            step: { if !isQuiet { meter.say($0.text) } },
            bytes: { meter.report($0, of: $1) }
        )
        if dryRun { return try StepListing.print(try await publication.preview(), format) }
        let outcomes = try await withSignals { try await publication.run() }
        meter.finish()
        switch format.format {
        case .table where format.layout.column.isEmpty, .value where format.layout.column.isEmpty:
            for outcome in outcomes { Output.data(outcome.image.id.description) }
        default: try StepListing.print(outcomes.flatMap(\.steps), format)
        }
    }

    private func promote(to visibility: Publish.Visibility, _ registries: [String]) async throws {
        var steps: [PublicationStep] = []
        for name in registries {
            // One that was not parsed has no values, not even its defaults.
            let options = try RegistryOptions.parse(["--registry=\(name)"])
            steps += try await options.with { registry in
                let promotion = ImagePromotion(to: visibility, in: registry, profile: profile)
                var steps: [PublicationStep] = []
                // All of them can be, before one is.
                for image in images {
                    if let step = try await promotion.preview(image) {
                        steps.append(step)
                    } else {
                        steps.append(.unchanged(try await registry.show(image), in: name))
                    }
                }
                if !dryRun { for image in images { _ = try await promotion.run(image) } }
                return steps
            }
        }
        try StepListing.print(steps, format)
    }
}
