import ArgumentParser
import Pipeline
import Publish

/// `imagebake image member`.
struct ImageMemberCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "member",
        abstract: "See with whom an image is shared.",
        subcommands: [List.self, Get.self]
    )

    /// `imagebake image member list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List the projects with which an image is shared."
        )

        @Argument(help: "The image's id, or its name where only one image has it.")
        var image: String

        @OptionGroup(title: "Output options")
        var format: ListOptions

        @OptionGroup
        var options: RegistryOptions

        mutating func run() async throws {
            let members = try await options.with { try await $0.members(of: $0.show(image).id) }
            try format.print(Listing(columns: Self.columns, items: members))
        }

        private static var columns: [Column<ImageMember>] {
            [
                Column("Image ID") { .text($0.image.description) },
                Column("Member ID") { .text($0.project) },
                Column("Status") { .text($0.status.rawValue) },
                Column("Created At", isUsual: false) { .text(Timestamp.text($0.createdAt)) },
                Column("Updated At", isUsual: false) { .text(Timestamp.text($0.updatedAt)) },
            ]
        }
    }

    /// `imagebake image member get`.
    struct Get: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "get",
            abstract: "Show what a project makes of an image."
        )

        @OptionGroup
        var sharing: SharingOptions

        @OptionGroup(title: "Output options")
        var format: ShowOptions

        mutating func run() async throws {
            try await sharing.with { registry, id, project in
                guard let member = try await registry.members(of: id).first(where: { $0.project == project }) else {
                    throw RegistryError(.notFound, "image \(id) is not shared with the project '\(project)'")
                }
                try ImageMemberCommand.print(member, format)
            }
        }
    }

    /// The names of a member's fields.
    static let fields = ["created_at", "image_id", "member_id", "status", "updated_at"]

    /// Prints all of a member.
    static func print(_ member: ImageMember, _ format: ShowOptions) throws {
        let values = [
            Timestamp.text(member.createdAt), member.image.description, member.project, member.status.rawValue,
            Timestamp.text(member.updatedAt),
        ]
        try format.print(Record(zip(fields, values).map { ($0, .text($1)) }))
    }
}
