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

    @Option(help: "The same, and the less of both where --limit is given too: pages are no matter here.")
    var maxItems: Int?

    @Option(help: ArgumentHelp("Begin after this image.", valueName: "image"))
    var marker: String?

    @Flag(help: "More columns.")
    var long = false

    @OptionGroup(title: "Output options")
    var format: ListOptions

    @OptionGroup
    var options: RegistryOptions

    mutating func validate() throws {
        _ = try Self.sorting(sort)
        for (name, number) in [("--limit", limit), ("--max-items", maxItems)] {
            if let number, number < 0 { throw ValidationError("\(name) is a number of images, not \(number)") }
        }
        try format.check(columns.map(\.name))
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
            query.limit = [limit, maxItems].compactMap(\.self).min()
            query.fields = fields
            if let marker { query.marker = try await registry.show(marker).id }
            let images = try await registry.list(query)
            try format.print(Listing(columns: columns, items: images))
            if images.isEmpty, format.format == .table { Output.error("no images") }
        }
    }

    /// The columns of `openstack image list`, and more on demand.
    private var columns: [Column<Image>] {
        [
            Column("ID") { .text($0.id.description) },
            Column("Name") { Cell($0.name) },
            Column("Disk Format", isUsual: long) { Cell($0.diskFormat?.rawValue) },
            Column("Container Format", isUsual: long) { Cell($0.containerFormat?.rawValue) },
            Column("Size", isUsual: long) { Cell($0.size) },
            Column("Checksum", isUsual: long) { Cell($0.checksum) },
            Column("Status") { .text($0.status.rawValue) },
            Column("Visibility", isUsual: long) { .text($0.visibility.rawValue) },
            Column("Protected", isUsual: long) { .flag($0.isProtected) },
            Column("Project", isUsual: long) { Cell($0.owner) },
            Column("Hash Algorithm", isUsual: long) { Cell($0.osHashAlgorithm) },
            Column("Hash Value", isUsual: long) { Cell($0.osHashValue) },
            Column("Tags", isUsual: long) { .list($0.tags) },
            Column("Hidden", isUsual: false) { .flag($0.isHidden) },
            Column("Min Disk", isUsual: false) { .number(Int64($0.minDisk)) },
            Column("Min RAM", isUsual: false) { .number(Int64($0.minRAM)) },
            Column("Virtual Size", isUsual: false) { Cell($0.virtualSize) },
            Column("SHA256", isUsual: false) { Cell($0.sha256) },
            Column("Properties", isUsual: false) { .mapping($0.properties) },
            Column("Stores", isUsual: false) { .list($0.stores) },
            Column("Documents", isUsual: false) { .list($0.documents.map(\.name)) },
            Column("Created At", isUsual: false) { .text(Timestamp.text($0.createdAt)) },
            Column("Updated At", isUsual: false) { .text(Timestamp.text($0.updatedAt)) },
        ]
    }

    /// What is printed, beyond what each row of a registry has.
    private var fields: ImageFields {
        let parts: [(String, ImageFields)] = [
            ("Checksum", .digests), ("Hash Algorithm", .digests), ("Hash Value", .digests), ("SHA256", .digests),
            ("Tags", .tags), ("Properties", .properties), ("Stores", [.stores, .digests]), ("Documents", .documents),
        ]
        let usual = Set(columns.filter(\.isUsual).map(\.name))
        return parts.reduce(into: []) { fields, part in
            if format.needs(part.0, isUsual: usual.contains(part.0)) { fields.formUnion(part.1) }
        }
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
