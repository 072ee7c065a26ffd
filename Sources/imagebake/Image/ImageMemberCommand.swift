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

        @OptionGroup
        var format: FormatOptions

        @OptionGroup
        var options: RegistryOptions

        mutating func run() async throws {
            let members = try await options.with { try await $0.members(of: $0.show(image).id) }
            let rows = members.map { [$0.image.description, $0.project, $0.status.rawValue] }
            try Listing(columns: ["Image ID", "Member ID", "Status"], rows: rows, payload: members).print(format.format)
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

        @OptionGroup
        var format: FormatOptions

        mutating func run() async throws {
            try await sharing.with { registry, id, project in
                guard let member = try await registry.members(of: id).first(where: { $0.project == project }) else {
                    throw RegistryError(.notFound, "image \(id) is not shared with the project '\(project)'")
                }
                try ImageMemberCommand.print(member, format.format)
            }
        }
    }

    /// Prints all of a member.
    static func print(_ member: ImageMember, _ format: OutputFormat) throws {
        let rows = [
            ["created_at", Timestamp.text(member.createdAt)], ["image_id", member.image.description],
            ["member_id", member.project], ["status", member.status.rawValue],
            ["updated_at", Timestamp.text(member.updatedAt)],
        ]
        try Listing(columns: ["Field", "Value"], rows: rows, payload: member).print(format)
    }
}
