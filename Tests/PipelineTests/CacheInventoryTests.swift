import Foundation
import Recipes
import SystemPackage
import TestSupport
import Testing

@testable import Pipeline

@Suite("Eviction from the cache")
struct CacheInventoryTests {
    private struct Product: Codable {}

    private let scratch: Scratch
    private let home: Home
    private let cache: StageCache

    init() throws {
        scratch = try Scratch()
        home = try Home(environment: ["IMAGEBAKE_HOME": scratch.path.string], isRoot: false)
        cache = StageCache(root: home.stages)
    }

    /// Adds an entry of some 64 KiB that was used `age` seconds ago.
    private func add(
        _ stage: StageName,
        _ recipe: String,
        age: Int,
        from origin: StageCache.Entry? = nil
    ) async throws -> StageCache.Entry {
        let file = try scratch.write(UUID().uuidString, noise(64 << 10))
        let entry = try await cache.add(
            stage,
            Fingerprint(["recipe": recipe]),
            recipe: recipe,
            product: Product(),
            files: ["disk": file],
            from: origin,
            needsOrigin: origin != nil
        )
        for lease in entry.leases { lease.release() }
        var times = [timeval](repeating: timeval(tv_sec: time(nil) - age, tv_usec: 0), count: 2)
        #expect(utimes(entry.directory.string, &times) == 0)
        return entry
    }

    private var names: Set<String> { Set(cache.names) }

    @Test("What was used longest ago goes first, until the rest is small enough")
    func leastRecentlyUsed() async throws {
        let old = try await add(.convert, "old", age: 300)
        let middle = try await add(.convert, "middle", age: 200)
        let new = try await add(.convert, "new", age: 100)
        let inventory = CacheInventory(home: home)
        let all = try inventory.items()
        #expect(all.map(\.origin) == ["old", "middle", "new"])
        let one = try #require(all.first).size
        #expect(try inventory.prune(maxSize: one * 3) == [])
        #expect(try inventory.prune(maxSize: one * 2, isDryRun: true).map(\.origin) == ["old"])
        #expect(names == [old.name, middle.name, new.name])
        #expect(try inventory.prune(maxSize: one * 2).map(\.origin) == ["old"])
        #expect(names == [middle.name, new.name])
        #expect(try inventory.prune(maxSize: .max, maxAge: .seconds(150)).map(\.origin) == ["middle"])
        #expect(names == [new.name])
    }

    @Test("What is in use stays, however old, and so does the disk below an overlay in use")
    func inUse() async throws {
        let base = try await add(.install, "base", age: 900)
        let overlay = try await add(.sysprep, "base", age: 800, from: base)
        let other = try await add(.convert, "other", age: 10)
        let used = try #require(cache.entry(.sysprep, Fingerprint(["recipe": "base"])))
        let inventory = CacheInventory(home: home)
        #expect(try inventory.items().filter(\.isInUse).map(\.kind) == [.install, .sysprep])
        #expect(try inventory.prune(maxSize: 0).map(\.id) == [other.id])
        #expect(names == [base.name, overlay.name])
        for lease in used.leases { lease.release() }
        // The overlay is worth nothing without its disk, and goes first.
        #expect(try inventory.prune(maxSize: 0).map(\.id) == [overlay.id, base.id])
        #expect(names == [])
    }

    @Test("A newer imagebake's entry stays; a torn one goes")
    func foreign() async throws {
        let newer = try await add(.install, "newer", age: 900)
        let torn = try await add(.install, "torn", age: 800)
        let text = String(decoding: try Files.read(newer.file("product.json")), as: UTF8.self)
        try Files.write(text.replacing("\"layout\" : 2", with: "\"layout\" : 3"), to: newer.file("product.json"))
        truncate(torn.file("product.json").string, 10)
        let inventory = CacheInventory(home: home)
        #expect(Set(try inventory.items().map(\.kind)) == [.unknown, .install])
        #expect(try inventory.prune(maxSize: 0).map(\.id) == [torn.id])
        #expect(names == [newer.name])
    }

    @Test("An entry is found by its id and by a beginning of its own")
    func find() async throws {
        let entry = try await add(.install, "a", age: 1)
        _ = try await add(.install, "b", age: 1)
        let inventory = CacheInventory(home: home)
        #expect(try inventory.find(entry.id).path == entry.directory.string)
        #expect(try inventory.find(entry.name).id == entry.id)
        #expect(inventory.inputs(of: try inventory.find(entry.id)) == ["recipe": "a"])
        #expect(try #require(throws: Failure.self) { try inventory.find("install-") }.status == .usage)
        #expect(try #require(throws: Failure.self) { try inventory.find("nothing") }.status == .inputMissing)
        #expect(try #require(throws: Failure.self) { try inventory.find("") }.status == .inputMissing)
    }

    @Test("The bound is the variable's, which must be a size")
    func bound() throws {
        #expect(try CacheBound(home: home, environment: ["IMAGEBAKE_CACHE_SIZE": "3 GiB"]).bytes() == 3 << 30)
        let standard = try CacheBound(home: home, environment: [:]).bytes()
        #expect(0 < standard && standard <= 64 << 30)
        let failure = try #require(throws: Failure.self) {
            try CacheBound(home: home, environment: ["IMAGEBAKE_CACHE_SIZE": "much"]).bytes()
        }
        #expect(failure.status == .badConfiguration)
    }
}
