import Publish
import Recipes

/// The registries that something is published to, each opened once.
struct Registries: Sendable {
    private let opened: [String: any ImageRegistry]
    private let clouds: [GlanceRegistry]

    /// Opens registries by their names; nothing is asked of a cloud yet.
    ///
    /// - Parameter warn: Told of what a person has to know, such as that certificates are not checked.
    /// - Throws: ``RegistryError`` for a cloud of which nothing is known.
    init(_ names: some Sequence<String>, home: Home, warn: @escaping @Sendable (String) -> Void) throws {
        var opened: [String: any ImageRegistry] = [:]
        var clouds: [GlanceRegistry] = []
        do {
            for name in Set(names).sorted() {
                if name == Recipe.Publication.Registry.local.name {
                    opened[name] = LocalRegistry(root: home.registry) { warn("\(name): \($0)") }
                    continue
                }
                let cloud = try CloudsConfiguration().cloud(name)
                for warning in cloud.warnings { warn(warning) }
                let registry = try GlanceRegistry(cloud) { warn("\(name): \($0)") }
                opened[name] = registry
                clouds.append(registry)
            }
        } catch let error as OpenStackError {
            throw RegistryError(error)
        }
        self.opened = opened
        self.clouds = clouds
    }

    /// Runs something with the registries of a recipe, and closes them.
    static func with<Value: Sendable>(
        _ recipe: Recipe,
        home: Home,
        warn: @escaping @Sendable (String) -> Void,
        _ body: (Registries) async throws -> Value
    ) async throws -> Value {
        try await with(recipe.publish.map(\.registry.name), home: home, warn: warn, body)
    }

    /// Runs something with registries, and closes them.
    static func with<Value: Sendable>(
        _ names: some Sequence<String>,
        home: Home,
        warn: @escaping @Sendable (String) -> Void,
        _ body: (Registries) async throws -> Value
    ) async throws -> Value {
        let registries = try Registries(names, home: home, warn: warn)
        do {
            let value = try await body(registries)
            await registries.close()
            return value
        } catch {
            await registries.close()
            throw error
        }
    }

    /// A registry of the recipe.
    func registry(_ name: String) throws(Failure) -> any ImageRegistry {
        guard let registry = opened[name] else { throw Failure(.bug, "the registry '\(name)' was not opened") }
        return registry
    }

    /// Logs in to each cloud, so that a wrong password is found before an hour's install and not after it.
    func logIn() async throws {
        for cloud in clouds { _ = try await cloud.ownProject() }
    }

    private func close() async {
        for cloud in clouds { await cloud.close() }
    }
}
