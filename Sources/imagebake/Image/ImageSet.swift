import ArgumentParser
import Pipeline
import Publish

/// `imagebake image set`.
struct ImageSet: AsyncParsableCommand {
    /// Whether it may be used.
    enum Activity: EnumerableFlag {
        case activate, deactivate
    }

    /// What a project makes of an image that is shared with it.
    enum Answer: EnumerableFlag {
        case accept, reject, pending

        var status: ImageMember.Status {
            switch self {
            case .accept: .accepted
            case .reject: .rejected
            case .pending: .pending
            }
        }
    }

    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Change an image, or what a project makes of one that is shared with it."
    )

    @Argument(help: "The image's id, or its name where only one image has it.")
    var image: String

    @Option(help: "The new name.")
    var name: String?

    @Option(help: "The format, while it has no bytes.")
    var diskFormat: String?

    @Option(help: "The container format, while it has no bytes.")
    var containerFormat: String?

    @OptionGroup
    var metadata: ImageOptions

    @Option(help: "The property architecture.")
    var architecture: String?

    @Option(
        name: [.customLong("instance-id"), .customLong("instance-uuid", withSingleDash: false)],
        help: "The property instance_id: the server that it was made of."
    )
    var instanceId: String?

    @Option(help: "The property kernel_id.")
    var kernelId: String?

    @Option(help: "The property ramdisk_id.")
    var ramdiskId: String?

    @Option(help: "The property os_distro.")
    var osDistro: String?

    @Option(help: "The property os_version.")
    var osVersion: String?

    @Flag(help: "Whether it may be used.")
    var activity: Activity?

    @Option(help: "Its new owner, for administrators; with --accept and the like, the project that answers.")
    var project: String?

    @Option(help: "The domain of that project.")
    var projectDomain: String?

    @Flag(help: "What the project makes of it.")
    var answer: Answer?

    @OptionGroup
    var options: RegistryOptions

    mutating func run() async throws {
        try await options.with { registry in
            let image = try await registry.show(image)
            let project: String? =
                if let project { try await registry.project(project, domain: projectDomain) } else { nil }
            if let answer {
                var member = project
                if member == nil { member = try await registry.ownProject() }
                guard let member else {
                    throw Failure(.usage, "which project answers is not known", ["next": "name it with --project"])
                }
                try await registry.setMember(member, of: image.id, to: answer.status)
            }
            if let activity { try await registry.setActive(activity == .activate, image.id) }
            var update = metadata.update
            update.name = name
            update.diskFormat = diskFormat.map(DiskFormatName.init)
            update.containerFormat = containerFormat.map(ContainerFormatName.init)
            update.owner = answer == nil ? project : nil
            for (name, value) in [
                ("architecture", architecture), ("instance_id", instanceId), ("kernel_id", kernelId),
                ("ramdisk_id", ramdiskId), ("os_distro", osDistro), ("os_version", osVersion),
            ] {
                if let value { update.properties[name] = value }
            }
            if !update.isEmpty { try await registry.update(image.id, update) }
        }
    }
}
