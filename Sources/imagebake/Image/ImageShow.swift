import ArgumentParser
import DiskImages
import Foundation
import Pipeline
import Publish

/// `imagebake image show`.
struct ImageShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show all of an image's fields.")

    @Argument(help: "The image's id, or its name where only one image has it.")
    var image: String

    @OptionGroup
    var format: FormatOptions

    mutating func run() async throws {
        let image = try await ImageCommand.registry().show(image)
        try Listing(columns: ["Field", "Value"], rows: Self.rows(image), payload: image).print(format.format)
    }

    private static func rows(_ image: Image) -> [[String]] {
        let properties = image.properties.sorted { $0.key < $1.key }.map { "\($0.key)='\($0.value)'" }
        return [
            ["checksum", image.checksum],
            ["container_format", image.containerFormat],
            ["created_at", image.createdAt.formatted(.iso8601)],
            ["disk_format", image.diskFormat.rawValue],
            ["id", image.id.description],
            ["min_disk", String(image.minDisk)],
            ["min_ram", String(image.minRAM)],
            ["name", image.name],
            ["os_hash_algo", image.osHashAlgorithm],
            ["os_hash_value", image.osHashValue],
            ["properties", properties.joined(separator: ", ")],
            ["protected", String(image.isProtected)],
            ["sha256", image.sha256],
            ["size", String(image.size)],
            ["status", image.status.rawValue],
            ["tags", image.tags.joined(separator: ", ")],
            ["updated_at", image.updatedAt.formatted(.iso8601)],
            ["virtual_size", String(image.virtualSize)],
            ["visibility", image.visibility.rawValue],
        ]
    }
}
