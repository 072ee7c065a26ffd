import ArgumentParser
import DiskImages
import Pipeline
import Publish

/// `imagebake image list`.
struct ImageList: AsyncParsableCommand {
    /// Of shared images, which.
    enum MemberStatus: String, CaseIterable, ExpressibleByArgument {
        case accepted, pending, rejected, all
    }

    /// What `openstack image list` calls the visibilities.
    enum Visible: String, EnumerableFlag {
        case `public`, `private`, community, shared, all
    }

    static let configuration = CommandConfiguration(commandName: "list", abstract: "List images, the newest first.")

    @Option(help: "Only images of this name.")
    var name: String?

    @Option(help: "Only images with this tag; may be given several times.")
    var tag: [String] = []

    @Option(help: ArgumentHelp("Only images with this property; may be given several times.", valueName: "key=value"))
    var property: [KeyValue] = []

    @Option(help: "Only images in this state.")
    var status: ImageStatus?

    @Flag(help: "Only images of this visibility, or all that may be seen.")
    var visible: Visible?

    @Option(help: "Of shared images, those whose state this is for the project: accepted, pending, rejected or all.")
    var memberStatus = MemberStatus.accepted

    @Option(help: "Only images of this project.")
    var project: String?

    @Option(help: "The domain of that project.")
    var projectDomain: String?

    @Flag(help: "Only hidden images.")
    var hidden = false

    @Option(
        help: ArgumentHelp(
            "Order by these: name, status, container_format, disk_format, size, id, created_at, updated_at, each with ':asc' or ':desc'.",
            valueName: "key:direction,..."
        )
    )
    var sort: String?

    @Option(help: "How many at most.")
    var limit: Int?

    @Option(help: ArgumentHelp("Begin after this image.", valueName: "image"))
    var marker: String?

    @Flag(help: "More columns.")
    var long = false

    @OptionGroup
    var format: FormatOptions

    @OptionGroup
    var options: RegistryOptions

    mutating func validate() throws {
        _ = try Self.sorting(sort)
        if let limit, limit < 0 { throw ValidationError("--limit is a number of images, not \(limit)") }
    }

    mutating func run() async throws {
        try await options.with { registry in
            var query = ImageQuery()
            query.name = name
            query.tags = tag
            query.properties = property.dictionary
            query.status = status
            query.visibility = visible.flatMap { visible in
                visible == .all ? .all : Publish.Visibility(rawValue: visible.rawValue).map { .only($0) }
            }
            query.memberStatus = ImageMember.Status(rawValue: memberStatus.rawValue)
            if let project { query.owner = try await registry.project(project, domain: projectDomain) }
            query.isHidden = hidden
            query.sort = try Self.sorting(sort)
            query.limit = limit
            query.fields = fields
            if let marker { query.marker = try await registry.show(marker).id }
            let images = try await registry.list(query)
            try Listing(columns: columns, rows: images.map(row), payload: images).print(format.format)
            if images.isEmpty, format.format == .table { Output.error("no images") }
        }
    }

    /// What is printed, beyond what each row of a registry has.
    private var fields: ImageFields {
        switch format.format {
        case .json, .yaml: .all
        case .table, .value: long ? [.digests, .tags] : []
        }
    }

    private var columns: [String] {
        guard long else { return ["ID", "Name", "Status", "Disk Format", "Size", "Created At"] }
        return [
            "ID", "Name", "Disk Format", "Container Format", "Size", "Checksum", "Status", "Visibility", "Protected",
            "Project",
            "Min Disk", "Created At", "Tags",
        ]
    }

    private func row(_ image: Image) -> [String] {
        let size = image.size.map { ByteText.text($0) } ?? ""
        let created = Timestamp.text(image.createdAt)
        guard long else {
            return [
                image.id.description, image.name ?? "", image.status.rawValue, image.diskFormat?.rawValue ?? "", size,
                created,
            ]
        }
        return [
            image.id.description, image.name ?? "", image.diskFormat?.rawValue ?? "",
            image.containerFormat?.rawValue ?? "",
            size, image.checksum ?? "", image.status.rawValue, image.visibility.rawValue, String(image.isProtected),
            image.owner ?? "", String(image.minDisk), created, image.tags.joined(separator: ","),
        ]
    }

    private static func sorting(_ text: String?) throws -> [ImageSort] {
        try (text?.split(separator: ",") ?? []).map { part in
            let words = part.split(separator: ":", maxSplits: 1)
            guard
                let key = words.first.flatMap({ ImageSort.Key(rawValue: String($0)) }),
                words.count == 1 || ["asc", "desc"].contains(words[1])
            else { throw ValidationError("'\(part)' is nothing to sort by; see --help") }
            return ImageSort(key, isDescending: words.count == 2 && words[1] == "desc")
        }
    }
}
