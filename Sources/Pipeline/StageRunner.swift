import DiskImages
import Foundation
import Publish
import Recipes
import SystemPackage

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

    /// The product of a stage: from the cache, or from another bake that makes it just now, or made here.
    ///
    /// - Parameters:
    ///   - stage: The stage.
    ///   - fingerprint: What goes into it.
    ///   - load: Makes the product of a cache entry; nil where that is worth nothing any more.
    ///   - make: Runs the stage, while nobody else does.
    func product<Product: StageProduct>(
        _ stage: StageName,
        _ fingerprint: Fingerprint,
        load: (StageCache.Entry) async throws -> Product?,
        make: () async throws -> Product
    ) async throws -> Product {
        let (product, right) = try await obtain(stage, fingerprint, load: load, make: make)
        right?.giveUp()
        return product
    }

    /// The same for a stage whose product is not in the cache when it ends: the right to make it is handed over too.
    func obtain<Product: StageProduct>(
        _ stage: StageName,
        _ fingerprint: Fingerprint,
        load: (StageCache.Entry) async throws -> Product?,
        make: () async throws -> Product
    ) async throws -> (Product, right: FileLock?) {
        if let product = try await cached(stage, fingerprint, load) { return (product, nil) }
        let right = try await right(to: stage, fingerprint)
        do {
            // Whoever had the right before us may have made it.
            if let product = try await cached(stage, fingerprint, load) {
                right.giveUp()
                return (product, nil)
            }
            return (try await make(), right)
        } catch {
            right.giveUp()
            throw error
        }
    }

    private func cached<Product: StageProduct>(
        _ stage: StageName,
        _ fingerprint: Fingerprint,
        _ load: (StageCache.Entry) async throws -> Product?
    ) async throws -> Product? {
        let channel = events.channel(stage)
        let freshness = bake.options.freshness(stage, began: bake.began)
        let entry = try await bake.cache.verified(stage, fingerprint, freshness, warn: { channel.warning($0) })
        guard let entry, let product = try await load(entry) else { return nil }
        for earlier in StageName.allCases where (StageName.install.position..<stage.position).contains(earlier.position)
        {
            events.channel(earlier).emit(.finished(seconds: 0, isCached: true, summary: ""))
        }
        channel.emit(.finished(seconds: 0, isCached: true, summary: product.summary))
        return product
    }

    /// Waits for the right to make a stage's product.
    private func right(to stage: StageName, _ fingerprint: Fingerprint) async throws -> FileLock {
        let file = bake.home.locks.appending("stage-\(stage.rawValue)-\(fingerprint.digest.prefix(40)).lock")
        var isTold = false
        while true {
            if let lock = try FileLock(file) {
                lock.note("\(bake.id) (process \(getpid()))")
                return lock
            }
            if !isTold {
                let holder = (try? Files.read(file)).map { String(decoding: $0, as: UTF8.self) } ?? ""
                let who = holder.isEmpty ? "another bake" : "the bake \(holder)"
                events.channel(stage).note("waiting for \(who), which makes the same product")
                isTold = true
            }
            try await Task.sleep(for: .milliseconds(200))
        }
    }
}
