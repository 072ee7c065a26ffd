import ArgumentParser
import Pipeline
import Publish

/// `imagebake registry quota`.
struct RegistryQuota: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quota",
        abstract: "Limit what projects may use of the registry of this machine.",
        discussion: "The limits are those of a Glance with unified limits; without any nothing is limited.",
        subcommands: [Set.self, Show.self, Delete.self]
    )

    /// `imagebake registry quota set`.
    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "set",
            abstract: "Limit what a project may use from now on; what it has stays."
        )

        @Argument(help: "The project; without one the limits are for all that have none of their own.")
        var project: String?

        @Option(help: ArgumentHelp("The size of all its images, -1 for no limit.", valueName: "MiB"))
        var imageSizeTotal: Int?

        @Option(help: ArgumentHelp("The size of what it has staged, -1 for no limit.", valueName: "MiB"))
        var imageStageTotal: Int?

        @Option(help: "How many images it may own, -1 for no limit.")
        var imageCountTotal: Int?

        @Option(help: "How many images may be on their way in at once, -1 for no limit.")
        var imageCountUploading: Int?

        private var limits: [Quota: Int] {
            let all: [Quota: Int?] = [
                .sizeTotal: imageSizeTotal, .stageTotal: imageStageTotal, .countTotal: imageCountTotal,
                .countUploading: imageCountUploading,
            ]
            return all.compactMapValues(\.self)
        }

        mutating func validate() throws {
            guard !limits.isEmpty else { throw ValidationError("name what to limit, such as --image-count-total 10") }
        }

        mutating func run() async throws {
            try await LocalRegistry(root: try Home().registry).setQuotas(limits, of: project)
        }
    }

    /// `imagebake registry quota show`.
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show a project's limits, and what it uses; the sizes are in MiB."
        )

        @Argument(help: "The project.")
        var project = LocalActor.usualProject

        @OptionGroup(title: "Output options")
        var format: ListOptions

        mutating func run() async throws {
            let usages = try await LocalRegistry(root: try Home().registry).quotas(of: project)
            let rows = Quota.allCases.compactMap { quota in
                usages[quota].map { usage -> [Cell] in
                    [.text(quota.rawValue), .number(Int64(usage.limit)), .number(Int64(usage.usage))]
                }
            }
            // The shape of Glance's /v2/info/usage.
            let payload = Dictionary(uniqueKeysWithValues: usages.map { ($0.key.rawValue, $0.value) })
            try format.print(Listing(columns: ["Quota", "Limit", "Usage"], rows: rows, document: payload))
        }
    }

    /// `imagebake registry quota delete`.
    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "delete",
            abstract: "Take a project's own limits away; without a project, those for all."
        )

        @Argument(help: "The project.")
        var project: String?

        mutating func run() async throws {
            try await LocalRegistry(root: try Home().registry).removeQuotas(of: project)
        }
    }
}
