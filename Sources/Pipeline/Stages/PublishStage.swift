import DiskImages
import InstallTrees
import Publish
import Recipes
import SystemPackage

/// Puts each artefact into each registry that the recipe names, several at once.
struct PublishStage: Stage {
    static let name = StageName.publish

    let fingerprint: Fingerprint
    let treeTrust: TreeTrust

    func run(_ artefacts: Artefacts, _ bake: BakeContext, _ channel: StageChannel) async throws -> PublishedImages {
        let warn: @Sendable (String) -> Void = { channel.warning($0) }
        let images = try await Registries.with(bake.recipe, home: bake.home, warn: warn) { registries in
            let publications = RecipePublications(recipe: bake.recipe, registries: registries)
            var orders = try await publications.orders(artefacts.sources)
            try await complete(&orders, artefacts, bake, channel)
            let batch = PublicationBatch(orders: orders, home: bake.home, report: PublicationReport(channel))
            return zip(orders, try await batch.run()).map { (registry: $0.registryName, image: $1.image) }
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

    /// Says what only a bake knows, and converts what a store wants in another format.
    private func complete(
        _ orders: inout [PublicationOrder],
        _ artefacts: Artefacts,
        _ bake: BakeContext,
        _ channel: StageChannel
    ) async throws {
        for index in orders.indices {
            orders[index].request.architecture = artefacts.record.architecture
            orders[index].request.bakeID = bake.id
            orders[index].request.treeTrust = treeTrust.rawValue
            orders[index].request.documents = ImageDocuments(bake: bake).drafts(of: orders[index].source, artefacts)
            // A registry without room for documents has at least which report it was.
            if let report = artefacts.entry.manifest.files[HygieneProof.reports[0]] {
                orders[index].request.hygiene = "passed sha256:\(report.sha256)"
            }
        }
        let report = PublicationReport(channel)
        try await PublicationConversion(qemuImg: bake.qemuImg, work: bake.work, report: report).run(&orders)
    }
}

extension Artefacts {
    /// The files to publish.
    var sources: [RecipePublications.Source] {
        record.artefacts.map { artefact in
            RecipePublications.Source(
                file: entry.file(artefact.name),
                format: artefact.format,
                boot: artefact.boot.map { boot in
                    BootFiles(
                        kernel: entry.file(boot.kernel),
                        ramdisk: entry.file(boot.ramdisk),
                        commandLine: boot.commandLine
                    )
                },
                created: entry.manifest.created,
                digests: entry.manifest.files[artefact.name]?.digests
            )
        }
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

    /// The images in their registries, where all of them still have their names; nil where one is gone, or something took its name.
    ///
    /// - Throws: ``Failure`` for a registry that is not open; `RegistryError` where it cannot be asked.
    func standing(in registries: Registries) async throws -> [(registry: String, image: Image)]? {
        var standing: [(registry: String, image: Image)] = []
        for entry in images {
            do {
                let image = try await registries.registry(entry.registry).show(entry.id)
                guard image.holdsItsName else { return nil }
                // One whose kernel somebody deleted starts no server.
                for part in image.partIDs {
                    guard try await registries.registry(entry.registry).show(part.description).hasData else {
                        return nil
                    }
                }
                standing.append((entry.registry, image))
            } catch let error as RegistryError where error.code == .notFound {
                return nil
            }
        }
        return standing
    }
}

/// The images that a bake published.
struct PublishedImages: StageProduct {
    let images: [Image]

    var summary: String {
        images.map { [$0.name, $0.id.description].compactMap(\.self).joined(separator: " ") }.joined(separator: ", ")
    }
}
