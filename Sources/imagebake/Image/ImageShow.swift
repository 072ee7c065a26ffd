import ArgumentParser
import DiskImages
import Pipeline
import Publish

/// `imagebake image show`.
struct ImageShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show all of an image's fields.")

    @Argument(help: "The image's id, or its name where only one image has it.")
    var image: String

    @OptionGroup
    var format: FormatOptions

    @OptionGroup
    var options: RegistryOptions

    mutating func run() async throws {
        try await options.with { try await Self.print($0.show(image), format.format) }
    }

    /// Prints all fields of an image, as every command does that changes one.
    static func print(_ image: Image, _ format: OutputFormat) throws {
        try Listing(columns: ["Field", "Value"], rows: rows(image), payload: image).print(format)
    }

    private static func rows(_ image: Image) -> [[String]] {
        let properties = image.properties.sorted { $0.key < $1.key }.map { "\($0.key)='\($0.value)'" }
        let fields: [(String, String?)] = [
            ("checksum", image.checksum),
            ("container_format", image.containerFormat?.rawValue),
            ("created_at", Timestamp.text(image.createdAt)),
            ("disk_format", image.diskFormat?.rawValue),
            ("documents", image.documents.map(\.name).joined(separator: ", ")),
            ("id", image.id.description),
            ("min_disk", String(image.minDisk)),
            ("min_ram", String(image.minRAM)),
            ("name", image.name),
            ("os_hash_algo", image.osHashAlgorithm),
            ("os_hash_value", image.osHashValue),
            ("os_hidden", String(image.isHidden)),
            ("owner", image.owner),
            ("properties", properties.joined(separator: ", ")),
            ("protected", String(image.isProtected)),
            ("sha256", image.sha256),
            ("size", image.size.map { String($0) }),
            ("status", image.status.rawValue),
            ("stores", image.stores.isEmpty ? nil : image.stores.joined(separator: ",")),
            ("tags", image.tags.joined(separator: ", ")),
            ("updated_at", Timestamp.text(image.updatedAt)),
            ("virtual_size", image.virtualSize.map { String($0) }),
            ("visibility", image.visibility.rawValue),
        ]
        return fields.compactMap { name, value in value.map { [name, $0] } }
    }
}
