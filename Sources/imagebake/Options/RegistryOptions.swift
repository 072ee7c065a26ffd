public import ArgumentParser
import Foundation
import Pipeline
public import Publish

extension LocalActor.Role: ExpressibleByArgument {}
extension Publish.Visibility: EnumerableFlag {}
extension ImageStatus: ExpressibleByArgument {}
extension ImageID: ExpressibleByArgument {
    /// Reads an id.
    public init?(argument: String) { self.init(argument) }
}

/// Which registry, and who asks.
struct RegistryOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The registry: 'local' for that of this machine, else a cloud of clouds.yaml or 'envvars' for the OS_* variables.",
            valueName: "local|cloud"
        )
    )
    var registry = "local"

    @Option(help: ArgumentHelp("Ask for this project.", valueName: "project"))
    var osProjectName: String?

    @Option(
        help: ArgumentHelp(
            "The role in that project, in the local registry: admin, member or reader.",
            discussion: "Without a project admin, else member.",
            valueName: "role"
        )
    )
    var role: LocalActor.Role?

    /// Runs something with the registry.
    ///
    /// The local one is swept of what a killed process left; a cloud's connections are closed in the end.
    func with<Value: Sendable>(_ body: (any ImageRegistry) async throws -> Value) async throws -> Value {
        guard registry != "local" else { return try await body(local()) }
        guard role == nil else {
            throw Failure(.usage, "--role is for the local registry: a cloud knows its users' roles")
        }
        let cloud = try cloud()
        for warning in cloud.warnings { Output.error("warning: \(warning)") }
        let glance = try GlanceRegistry(cloud) { retry in Output.error("warning: \(retry)") }
        do {
            let value = try await body(glance)
            await glance.close()
            return value
        } catch {
            await glance.close()
            throw error
        }
    }

    private func cloud() throws -> Cloud {
        guard osProjectName == nil else {
            throw Failure(
                .usage,
                "a cloud's project is what clouds.yaml says",
                ["next": "name another cloud with --registry, one for each project"]
            )
        }
        do {
            return try CloudsConfiguration().cloud(registry)
        } catch let error as OpenStackError {
            throw RegistryError(error)
        }
    }

    /// The local registry, for what only it can do.
    func local() async throws -> LocalRegistry {
        guard registry == "local" else {
            throw Failure(.usage, "only the local registry can do this", ["next": "leave out '--registry \(registry)'"])
        }
        let home = try Home()
        for leftover in await Sweeper(home: home).sweep() { Output.error("warning: \(leftover)") }
        let filter = try ImportFilter(environment: ProcessInfo.processInfo.environment)
        return LocalRegistry(root: home.registry, actor: actor, importFilter: filter) { warning in
            Output.error("warning: \(warning)")
        }
    }

    private var actor: LocalActor {
        guard let project = osProjectName else {
            return LocalActor(project: LocalActor.usualProject, role: role ?? .admin)
        }
        return LocalActor(project: project, role: role ?? .member)
    }
}

/// Who may see an image: one of four flags.
struct VisibilityOptions: ParsableArguments {
    @Flag(help: "Who may see it: everybody, its project, everybody who knows it, or its project and those it names.")
    var visibility: Publish.Visibility?
}

/// Whether an image can be deleted.
enum Protection: EnumerableFlag {
    case protected, unprotected
}

/// Whether lists leave an image out.
enum Hiding: EnumerableFlag {
    case hidden, unhidden
}

/// `KEY=VALUE` on the command line.
struct KeyValue: ExpressibleByArgument {
    let key: String
    let value: String

    init?(argument: String) {
        guard let index = argument.firstIndex(of: "="), index > argument.startIndex else { return nil }
        key = String(argument[..<index])
        value = String(argument[argument.index(after: index)...])
    }
}

extension [KeyValue] {
    /// The same as a dictionary; of a key that is given twice the last value counts.
    var dictionary: [String: String] { Dictionary(map { ($0.key, $0.value) }) { $1 } }
}
