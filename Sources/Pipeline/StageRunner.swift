import DiskImages
import Foundation
import Publish
import Recipes

/// Runs stages, or finds their products in the cache, and says so.
struct StageRunner: Sendable {
    let bake: BakeContext
    let events: EventStream

    /// Runs a stage between its events.
    func perform<S: Stage>(_ stage: S, on input: S.Input) async throws -> S.Product {
        let channel = events.channel(S.name)
        channel.emit(.started)
        let begin = ContinuousClock.now
        do {
            try Task.checkCancellation()
            let product = try await stage.run(input, bake, channel)
            let duration = (ContinuousClock.now - begin).components
            let seconds = Double(duration.seconds) + Double(duration.attoseconds) / 1e18
            channel.emit(.finished(seconds: seconds, isCached: false, summary: product.summary))
            return product
        } catch {
            // In a cancelled task any error is a consequence of the cancellation: a killed child, a closed stream.
            let failure = Task.isCancelled ? Failure.interrupted : Failure(error, stage: S.name)
            channel.emit(.failed(message: failure.message))
            throw failure
        }
    }

    /// The images of an unchanged recipe, where the registry still has all of them.
    func cached(published prints: Fingerprints) async throws -> PublishedImages? {
        guard let entry = entry(.publish, prints.publish) else { return nil }
        let record = try bake.cache.product(PublishedRecord.self, of: entry)
        let registry = LocalRegistry(root: bake.home.registry)
        var images: [Image] = []
        for id in record.ids {
            do {
                images.append(try await registry.show(id))
            } catch let error as RegistryError where error.code == .notFound {
                return nil
            }
        }
        guard !images.isEmpty else { return nil }
        let published = PublishedImages(images: images)
        for stage in [StageName.install, .sysprep, .convert] { skip(stage, "") }
        skip(.publish, published.summary)
        return published
    }

    /// The finished image files.
    func cached(artefacts prints: Fingerprints) throws -> Artefacts? {
        guard let entry = entry(.convert, prints.convert) else { return nil }
        let artefacts = Artefacts(entry: entry, record: try bake.cache.product(ArtefactsRecord.self, of: entry))
        for stage in [StageName.install, .sysprep] { skip(stage, "") }
        skip(.convert, artefacts.summary)
        return artefacts
    }

    /// The installed disk.
    func cached(install prints: Fingerprints) throws -> InstalledDisk? {
        guard let entry = entry(.install, prints.install) else { return nil }
        let record = try bake.cache.product(InstallRecord.self, of: entry)
        let installed = InstalledDisk(
            disk: entry.file("disk.qcow2"),
            stamp: record.stamp,
            seconds: record.seconds,
            cacheEntry: entry,
            fingerprint: prints.install
        )
        skip(.install, installed.summary)
        return installed
    }

    private func entry(_ stage: StageName, _ fingerprint: Fingerprint) -> StageCache.Entry? {
        bake.options.ignoresCache ? nil : bake.cache.entry(stage, fingerprint)
    }

    private func skip(_ stage: StageName, _ summary: String) {
        events.channel(stage).emit(.finished(seconds: 0, isCached: true, summary: summary))
    }
}
