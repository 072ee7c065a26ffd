import ArgumentParser
import DiskImages
import Pipeline
import Publish

/// `imagebake image show`.
struct ImageShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show all of an image's fields.")

    @Argument(help: "The image's id, or its name where only one image has it.")
    var image: String

    @Flag(help: "The size as people read it, 1.5M for 1,500,000 bytes; in every format.")
    var humanReadable = false

    @OptionGroup(title: "Output options")
    var format: ShowOptions

    @OptionGroup
    var options: RegistryOptions

    func validate() throws { try format.check(Self.fields) }

    mutating func run() async throws {
        let shown = try await options.with { try await $0.show(image) }
        try Self.print(shown, format, isHumanReadable: humanReadable)
    }

    /// The names of an image's fields.
    static let fields = table.map(\.name)

    /// Prints all fields of an image, as every command does that changes one.
    static func print(_ image: Image, _ format: ShowOptions, isHumanReadable: Bool = false) throws {
        let fields = table.map { field in
            let isSize = field.name == "size" && isHumanReadable
            return (field.name, isSize ? .text(DecimalSize.text(image.size ?? 0)) : field.cell(image))
        }
        try format.print(Record(fields, document: isHumanReadable ? nil : image))
    }

    private static let table: [(name: String, cell: @Sendable (Image) -> Cell)] = [
        ("checksum", { Cell($0.checksum) }),
        ("container_format", { Cell($0.containerFormat?.rawValue) }),
        ("created_at", { .text(Timestamp.text($0.createdAt)) }),
        ("disk_format", { Cell($0.diskFormat?.rawValue) }),
        ("documents", { $0.documents.isEmpty ? .nothing : .list($0.documents.map(\.name)) }),
        ("id", { .text($0.id.description) }),
        ("min_disk", { .number(Int64($0.minDisk)) }),
        ("min_ram", { .number(Int64($0.minRAM)) }),
        ("name", { Cell($0.name) }),
        ("os_hash_algo", { Cell($0.osHashAlgorithm) }),
        ("os_hash_value", { Cell($0.osHashValue) }),
        ("os_hidden", { .flag($0.isHidden) }),
        ("owner", { Cell($0.owner) }),
        ("properties", { $0.properties.isEmpty ? .nothing : .mapping($0.properties) }),
        ("protected", { .flag($0.isProtected) }),
        ("sha256", { Cell($0.sha256) }),
        ("size", { Cell($0.size) }),
        ("status", { .text($0.status.rawValue) }),
        ("stores", { $0.stores.isEmpty ? .nothing : .list($0.stores) }),
        ("tags", { .list($0.tags) }),
        ("updated_at", { .text(Timestamp.text($0.updatedAt)) }),
        ("virtual_size", { Cell($0.virtualSize) }),
        ("visibility", { .text($0.visibility.rawValue) }),
    ]
}
