import DiskImages
import InstallTrees
import Publish
import Recipes

/// Puts each artefact into each registry that the recipe names.
struct PublishStage: Stage {
    static let name = StageName.publish

    let fingerprint: Fingerprint
    let treeTrust: TreeTrust

    func run(_ artefacts: Artefacts, _ bake: BakeContext, _ channel: StageChannel) async throws -> PublishedImages {
        let warn: @Sendable (String) -> Void = { channel.warning($0) }
        let images = try await Registries.with(bake.recipe, home: bake.home, warn: warn) { registries in
            try await publish(artefacts, bake, channel, registries)
        }
        let record = PublishedRecord(
            images: images.map { PublishedRecord.Entry(registry: $0.registry, id: $0.image.id.description) }
        )
        try await bake.cache.add(
            .publish,
            fingerprint,
            recipe: bake.recipe.name,
            product: record,
            from: artefacts.entry
        )
        return PublishedImages(images: images.map(\.image))
    }

    private func publish(
        _ artefacts: Artefacts,
        _ bake: BakeContext,
        _ channel: StageChannel,
        _ registries: Registries
    ) async throws -> [(registry: String, image: Image)] {
        var images: [(registry: String, image: Image)] = []
        for publication in bake.recipe.publish {
            let registry = try registries.registry(publication.registry.name)
            for index in artefacts.record.artefacts.indices {
                let request = request(publication, index, artefacts, bake)
                channel.activity("publishing '\(request.name)' to \(registry.name)")
                let image = try await registry.publish(request) { channel.bytes($0.completed, of: $0.total) }
                images.append((publication.registry.name, image))
            }
        }
        return images
    }

    private func request(
        _ publication: Recipe.Publication,
        _ index: Int,
        _ artefacts: Artefacts,
        _ bake: BakeContext
    ) -> ImageRequest {
        let artefact = artefacts.record.artefacts[index]
        var request = ImageRequest(
            file: artefacts.entry.file(artefact.name),
            name: publication.name ?? bake.recipe.name,
            diskFormat: artefact.format,
            sharing: .hardLink
        )
        request.visibility = Publish.Visibility(rawValue: publication.visibility.rawValue) ?? .private
        request.isProtected = publication.protected
        request.tags = publication.tags
        request.properties = publication.properties
        request.minRAM = Int(publication.minRAM?.mebibytes ?? 0)
        request.osDistro = bake.recipe.os.distribution
        request.osVersion = bake.recipe.os.version
        request.architecture = artefacts.record.architecture
        request.bakeID = bake.id
        request.recipeDigest = bake.recipe.digest
        request.treeTrust = treeTrust.rawValue
        request.documents = ImageDocuments(bake: bake).drafts(of: index, artefacts)
        // A registry without room for documents has at least which report it was.
        if let report = artefacts.entry.manifest.files[HygieneProof.reports[0]] {
            request.hygiene = "passed sha256:\(report.sha256)"
        }
        return request
    }
}

/// What the cache knows of a publication.
struct PublishedRecord: Codable {
    /// One image.
    struct Entry: Codable {
        let registry: String
        let id: String
    }

    let images: [Entry]
}

/// The images that a bake published.
struct PublishedImages: StageProduct {
    let images: [Image]

    var summary: String {
        images.map { [$0.name, $0.id.description].compactMap(\.self).joined(separator: " ") }.joined(separator: ", ")
    }
}
