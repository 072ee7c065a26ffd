import DiskImages
import Foundation
import Publish
import Recipes
import SystemPackage

/// What a recipe's `publish` asks for, image by image and registry by registry.
struct RecipePublications {
    /// A finished file.
    struct Source {
        let file: FilePath
        let format: DiskImages.DiskFormat
        /// What it starts with; nil for a disk that starts by itself.
        var boot: BootFiles?
        let created: Date
        /// The file's digests, where they are known.
        var digests: FileDigests?

        /// The format of the image that it becomes as it is.
        var formatName: DiskFormatName {
            boot == nil ? DiskFormatName(format) : DiskFormatName(rawValue: BootRole.root.rawValue)
        }
    }

    let recipe: Recipe
    let registries: Registries
    /// Whether the store that an image goes to wants it raw.
    var wantsRaw: @Sendable (any ImageRegistry, String?) async throws -> Bool = { try await $0.wantsRaw(in: $1) }

    /// The orders, in the recipe's order.
    ///
    /// - Parameter sources: The artefacts, or what the recipe's outputs will be.
    func orders(_ sources: [Source]) async throws -> [PublicationOrder] {
        var orders: [PublicationOrder] = []
        for publication in recipe.publish {
            let registry = try registries.registry(publication.registry.name)
            let files: [(source: Int, format: DiskImages.DiskFormat)]
            var obstacle: RegistryError?
            do {
                files = try await self.files(for: publication, sources, registry)
            } catch let error as RegistryError {
                files = sources.indices.map { ($0, sources[$0].format) }
                obstacle = error
            }
            let formats = Set(files.map { sources[$0].boot == nil ? DiskFormatName($1) : sources[$0].formatName })
            for (index, format) in files {
                let name = publication.name ?? recipe.name
                let source = sources[index]
                let request = request(publication, source, format, name)
                let rule = RotationRule(
                    name: name,
                    keep: publication.keep,
                    retire: RetireAction(rawValue: publication.retire.rawValue) ?? .hide,
                    format: formats.count > 1 ? request.formatName : nil
                )
                orders.append(
                    PublicationOrder(
                        registryName: publication.registry.name,
                        registry: registry,
                        request: request,
                        rule: rule,
                        profile: publication.profile.flatMap { PropertyProfile(rawValue: $0.rawValue) },
                        source: index,
                        convertedFrom: source.format == format ? nil : source.format,
                        obstacle: obstacle
                    )
                )
            }
        }
        return orders
    }

    /// Says what will be refused for its metadata, before anything is made.
    ///
    /// - Throws: ``Failure`` with ``ExitStatus/badRecipe``.
    func check() throws {
        for publication in recipe.publish {
            let name = publication.name ?? recipe.name
            // What is set for a root file system as well, where one goes there.
            let isRoot =
                publication.format == .ami || publication.format == nil && recipe.outputs.contains { $0.format == .ami }
            let source = isRoot ? Source(root: "/") : Source(file: "/", format: .qcow2, created: Date())
            let order = PublicationOrder(
                registryName: publication.registry.name,
                registry: try registries.registry(publication.registry.name),
                request: request(publication, source, source.format, name),
                rule: RotationRule(name: name),
                profile: publication.profile.flatMap { PropertyProfile(rawValue: $0.rawValue) },
                source: 0,
                convertedFrom: nil
            )
            do {
                try order.publisher(PublisherIdentity(text: ""), warn: { _ in }).check(order.request)
            } catch let error as RegistryError {
                throw Failure(
                    .badRecipe,
                    "\(recipe.file): error: the image for '\(publication.registry.name)' would be refused: \(error.message)"
                )
            }
        }
    }

    /// Which of the files go to a registry, in which format each.
    private func files(
        for publication: Recipe.Publication,
        _ sources: [Source],
        _ registry: any ImageRegistry
    ) async throws -> [(source: Int, format: DiskImages.DiskFormat)] {
        let roots = sources.indices.filter { sources[$0].boot != nil }
        let disks = sources.indices.filter { sources[$0].boot == nil }
        // A file system without a partition table is nothing that others could be made of, and is raw already.
        if publication.format == .ami { return roots.map { ($0, sources[$0].format) } }
        let others = publication.format == nil ? roots.map { ($0, sources[$0].format) } : []
        var wanted = publication.format.flatMap { DiskImages.DiskFormat(rawValue: $0.rawValue) }
        if wanted == nil, try await wantsRaw(registry, publication.store) { wanted = .raw }
        guard let wanted, let first = disks.first else { return sources.indices.map { ($0, sources[$0].format) } }
        let fitting = disks.filter { sources[$0].format == wanted }
        // All are the same disk, so that any of them will do.
        return (fitting.isEmpty ? [(first, wanted)] : fitting.map { ($0, wanted) }) + others
    }

    private func request(
        _ publication: Recipe.Publication,
        _ source: Source,
        _ format: DiskImages.DiskFormat,
        _ name: String
    ) -> ImageRequest {
        var request = ImageRequest(file: source.file, name: name, diskFormat: format, sharing: .hardLink)
        request.boot = source.boot
        // What is converted on the way has others.
        request.digests = source.format == format ? source.digests : nil
        request.visibility = Publish.Visibility(rawValue: publication.visibility.rawValue) ?? .private
        request.isProtected = publication.protected
        request.tags = publication.tags
        request.properties = publication.properties
        request.minRAM = Int(publication.minRAM?.mebibytes ?? 0)
        request.store = publication.store
        request.osDistro = recipe.os.distribution
        request.osVersion = recipe.os.version
        request.architecture = recipe.architecture.rawValue
        request.recipeDigest = recipe.digest
        if publication.profile != nil {
            // What a recipe, which stays as it is from bake to bake, cannot know or has said already.
            let date = source.created.formatted(Date.ISO8601FormatStyle().year().month().day())
            request.properties["image_build_date"] = publication.properties["image_build_date"] ?? date
            request.properties["image_original_user"] =
                publication.properties["image_original_user"] ?? recipe.cloudInit.defaultUser.name
        }
        return request
    }
}

extension RecipePublications.Source {
    /// A root file system that is not made yet.
    init(root file: FilePath) {
        self.init(
            file: file,
            format: .raw,
            boot: BootFiles(kernel: file, ramdisk: file, commandLine: nil),
            created: Date()
        )
    }
}
