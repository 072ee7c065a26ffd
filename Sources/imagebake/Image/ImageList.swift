import ArgumentParser
import DiskImages
import Foundation
import Pipeline
import Publish

/// `imagebake image list`.
struct ImageList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List images, the newest first.")

    @Option(help: "Only images of this name.")
    var name: String?

    @Option(help: "Only images with this tag; may be given several times.")
    var tag: [String] = []

    @Flag(help: "More columns.")
    var long = false

    @OptionGroup
    var format: FormatOptions

    mutating func run() async throws {
        var filter = ImageFilter()
        filter.name = name
        filter.tags = tag
        let images = try await ImageCommand.registry().list(filter)
        var columns = ["ID", "Name", "Status", "Disk Format", "Size", "Created At"]
        if long { columns += ["Visibility", "Protected", "Min Disk", "Checksum", "Tags"] }
        let rows = images.map { image in
            var row = [
                image.id.description, image.name, image.status.rawValue, image.diskFormat.rawValue,
                ByteText.text(image.size), image.createdAt.formatted(.iso8601),
            ]
            if long {
                row += [
                    image.visibility.rawValue, String(image.isProtected), String(image.minDisk), image.checksum,
                    image.tags.joined(separator: ","),
                ]
            }
            return row
        }
        try Listing(columns: columns, rows: rows, payload: images).print(format.format)
        if images.isEmpty, format.format == .table { Output.error("no images") }
    }
}
