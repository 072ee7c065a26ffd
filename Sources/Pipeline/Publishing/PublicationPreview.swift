import DiskImages
import Foundation
public import Publish
public import Recipes
import Synchronization
import SystemPackage

/// What a build would do, up to the last change in a registry; nothing is baked, sent or changed.
public struct PublicationPreview: Codable, Sendable {
    /// The stages.
    public let plan: Plan
    /// What would be done in the registries, in this order for each.
    public let publication: [PublicationStep]
    /// What deserves a look.
    public let warnings: [String]

    /// Asks cache and registries.
    ///
    /// - Throws: ``Failure``, also where a registry cannot be asked.
    public init(
        _ recipe: Recipe,
        options: BakeOptions = BakeOptions(),
        home: Home,
        resources: Resources
    ) async throws(Failure) {
        let plan = try await Plan(recipe, options: options, home: home, resources: resources)
        let warnings = Mutex<[String]>([])
        do {
            let isPublished = plan.steps.contains { $0.stage == .publish && $0.action == .cached }
            publication = try await Registries.with(
                recipe,
                home: home,
                warn: { warning in warnings.withLock { $0.append(warning) } }
            ) { registries in
                if isPublished, let steps = try await Self.unchanged(plan, registries, home) { return steps }
                return try await Self.steps(recipe, plan, registries, home) { warning in
                    warnings.withLock { $0.append(warning) }
                }
            }
        } catch {
            throw Failure(error, stage: .publish)
        }
        self.plan = plan
        self.warnings = plan.warnings + warnings.withLock { $0 }
    }

    private static func steps(
        _ recipe: Recipe,
        _ plan: Plan,
        _ registries: Registries,
        _ home: Home,
        _ warn: @escaping @Sendable (String) -> Void
    ) async throws -> [PublicationStep] {
        let cache = StageCache(root: home.stages)
        let isMade = plan.steps.contains { $0.stage == .convert && $0.action == .cached }
        let entry = isMade ? plan.artefacts.flatMap { cache.entry(.convert, $0) } : nil
        var sources = recipe.outputs.map { output in
            output.format == .ami
                ? RecipePublications.Source(root: "/")
                : RecipePublications.Source(
                    file: "/",
                    format: DiskFormat(rawValue: output.format.rawValue) ?? .qcow2,
                    created: Date()
                )
        }
        if let entry {
            sources = Artefacts(entry: entry, record: try cache.product(ArtefactsRecord.self, of: entry)).sources
        }
        let publications = RecipePublications(recipe: recipe, registries: registries)
        var steps: [PublicationStep] = []
        for order in try await publications.orders(sources) {
            let publisher = try order.publisher(PublisherIdentity(home: home), warn: warn)
            steps += try await publisher.preview(
                order.request,
                isFileThere: entry != nil && order.convertedFrom == nil
            )
        }
        return steps
    }

    /// Where nothing has changed since the images were published, and all of them still have their names.
    private static func unchanged(
        _ plan: Plan,
        _ registries: Registries,
        _ home: Home
    ) async throws -> [PublicationStep]? {
        let cache = StageCache(root: home.stages)
        guard let print = plan.publication, let entry = cache.entry(.publish, print) else { return nil }
        let record = try cache.product(PublishedRecord.self, of: entry)
        return try await record.standing(in: registries)?.map { .unchanged($0.image, in: $0.registry) }
    }
}
