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
        var images: [Image] = []
        for publication in bake.recipe.publish {
            let registry = LocalRegistry(root: bake.home.registry)
            for artefact in artefacts.record.artefacts {
                let request = request(publication, artefact, artefacts, bake)
                channel.activity("publishing '\(request.name)' to \(registry.name)")
                images.append(
                    try await registry.publish(request) { channel.bytes($0.completed, of: $0.total) }
                )
            }
        }
        let record = PublishedRecord(ids: images.map(\.id.description))
        try await bake.cache.add(
            .publish,
            fingerprint,
            recipe: bake.recipe.name,
            product: record,
            from: artefacts.entry
        )
        return PublishedImages(images: images)
    }

    private func request(
        _ publication: Recipe.Publication,
        _ artefact: ArtefactRecord,
        _ artefacts: Artefacts,
        _ bake: BakeContext
    ) -> ImageRequest {
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
        return request
    }
}

/// What the cache knows of a publication.
struct PublishedRecord: Codable {
    let ids: [String]
}

/// The images that a bake published.
struct PublishedImages: StageProduct {
    let images: [Image]

    var summary: String {
        images.map { "\($0.name) \($0.id)" }.joined(separator: ", ")
    }
}
