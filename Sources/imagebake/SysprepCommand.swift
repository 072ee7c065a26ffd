import ArgumentParser
import DiskImages
import Foundation
import Guestfs
import Pipeline
import SystemPackage

/// `imagebake sysprep`.
struct SysprepCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sysprep",
        abstract: "Take everything machine-specific out of an image, whoever made it.",
        discussion: """
            Writes a new file unless told otherwise, and prints what was changed. The image itself is only read; with --in-place it is \
            written to when all has gone well. docs/sysprep-images.md says which images are taken and which are refused.
            """
    )

    @Argument(help: "The image.", completion: .file())
    var image: String?

    @Option(help: "The image's format, raw or qcow2. A raw disk has to be told: its content is the guest's.")
    var imageFormat: ImageFormat?

    @Option(help: "The new file. Default: NAME-sysprep.FORMAT beside the image.", completion: .file())
    var output: String?

    @Option(help: "The format of the new file. Default: the image's.")
    var outputFormat: ImageFormat?

    @Flag(help: "Replace the new file where it is there already.")
    var force = false

    @Flag(help: "Change the image itself.")
    var inPlace = false

    @Flag(name: [.customShort("n"), .long], help: "Say what would be changed, and change nothing.")
    var dryRun = false

    @Option(
        help: "The operations, between commas: names, 'defaults', 'all'; '-NAME' takes one away ('defaults,-logfiles')."
    )
    var operations: String?

    @Option(help: "Operations to add, between commas.")
    var enable: [String] = []

    @Option(help: "Operations to leave out, between commas.")
    var disable: [String] = []

    @Flag(help: "List the operations.")
    var listOperations = false

    @Option(
        help: ArgumentHelp(
            "Steps to carry out first, as a recipe's 'customize' has them: docs/customize.md.",
            valueName: "file"
        ),
        completion: .file()
    )
    var customize: String?

    @Flag(help: "Make the last file system and the disk as small as they can be, with some room left.")
    var shrink = false

    @OptionGroup(title: "Disk options")
    var disk: DiskOptions

    @OptionGroup(title: "Progress options")
    var progress: ProgressOptions

    @OptionGroup(title: "Output options")
    var format: ListOptions

    /// The formats of images.
    enum ImageFormat: String, CaseIterable, ExpressibleByArgument {
        case qcow2, raw

        var format: DiskImages.DiskFormat { self == .raw ? .raw : .qcow2 }
    }

    private var columns: [String] {
        listOperations ? ["name", "default", "heading"] : ["operation", dryRun ? "would" : "change"]
    }

    func validate() throws {
        try format.check(columns)
        guard !listOperations else { return }
        if image == nil { throw ValidationError("Missing expected argument '<image>'") }
        if inPlace || dryRun, output != nil || outputFormat != nil || force {
            let flag = inPlace ? "--in-place" : "--dry-run"
            throw ValidationError("\(flag) writes no new file, so nothing can be said of one")
        }
        if dryRun, customize != nil {
            throw ValidationError("--dry-run does not know what the commands of --customize would do: give one of them")
        }
        if inPlace, dryRun {
            throw ValidationError("--dry-run changes nothing, --in-place the image: give one of them")
        }
    }

    mutating func run() async throws {
        guard let image, !listOperations else { return try list() }
        let selection = try OperationSelection(operations: operations, enable: enable, disable: disable)
        var sysprep = ImageSysprep(image: image, format: imageFormat?.format, target: target, selection: selection)
        sysprep.root = disk.root
        sysprep.keys = disk.keys
        sysprep.sectorSize = disk.sectorSize
        sysprep.shrinks = shrink
        sysprep.customization = customize
        sysprep.deadline = disk.deadline.duration
        let home = try Home()
        let readers = progress.reader().map { [$0] } ?? []
        let task = sysprep
        let report = try await withSignals { try await task.run(home: home, readers: readers) }
        try format.print(Listing(columns: columns, rows: report.changes, document: report))
    }

    private var target: ImageSysprep.Target {
        if dryRun { return .nowhere }
        if inPlace { return .inPlace }
        return .file(output, format: outputFormat?.format, replaces: force)
    }

    private func list() throws {
        guard format.format != .table || !format.layout.column.isEmpty else {
            return Output.raw(toData: Sysprep.listOfOperations())
        }
        let operations = Sysprep.listing.sorted { $0.name < $1.name }
        let rows = operations.map { [$0.name, $0.enabledByDefault ? "*" : "", $0.heading] }
        try format.print(Listing(columns: columns, rows: rows, document: operations))
    }
}
