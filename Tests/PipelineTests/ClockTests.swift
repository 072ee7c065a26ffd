import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Pipeline

/// Times in the cache that a clock wrote which was wrong.
@Suite("Times that are still to come")
struct ClockTests {
    private let now = Date()
    private var future: Date { now.addingTimeInterval(400 * 86_400) }

    @Test("what must be new must not be of the future; what may be of any age may")
    func freshness() {
        let demands = [
            Freshness(created: now.addingTimeInterval(-60)), Freshness(oldest: now.addingTimeInterval(-60)),
        ]
        for demand in demands {
            #expect(demand.admits(created: now, oldest: now, now: now))
            // Between two clocks, or in the rounding of a file system.
            #expect(demand.admits(created: now.addingTimeInterval(1), oldest: now.addingTimeInterval(1), now: now))
            #expect(!demand.admits(created: future, oldest: future, now: now))
            #expect(!demand.admits(created: now.addingTimeInterval(-61), oldest: now.addingTimeInterval(-61), now: now))
        }
        #expect(Freshness.any.admits(created: future, oldest: future, now: now))
    }

    @Test(
        "a product of the future is used where any is, made anew where a new one is asked for, and not preferred to that"
    )
    func products() async throws {
        let scratch = try Scratch()
        let cache = StageCache(root: scratch.appending("stages"))
        let print = Fingerprint(["a": "1"])
        let old = try await cache.add(.install, print, recipe: "web", product: "x")
        // A lease on it keeps it beside the newer one.
        let file = old.file(StageCache.productName)
        let text = String(decoding: try Files.read(file), as: UTF8.self)
        let changed = text.replacing(#/("created"|"oldest") : [0-9.]+/#) { "\($0.1) : \(future.timeIntervalSince1970)" }
        try #require(changed != text)
        try Files.write(changed, to: file)
        #expect(cache.entry(.install, print) == old)
        #expect(cache.entry(.install, print, Freshness(oldest: now.addingTimeInterval(-3600))) == nil)
        #expect(cache.entry(.install, print, Freshness(created: now)) == nil)
        let new = try await cache.add(.install, print, recipe: "web", product: "x")
        #expect(cache.entry(.install, print) == new)
        #expect(cache.entry(.install, print, Freshness(created: now)) == new)
    }

    @Test("pruning by age does not take what was used in the future, and counts its age from now on")
    func pruning() async throws {
        let scratch = try Scratch()
        let home = try Home(environment: ["IMAGEBAKE_HOME": scratch.path.string])
        let cache = StageCache(root: home.stages)
        let entry = try await cache.add(.install, Fingerprint(["a": "1"]), recipe: "web", product: "x")
        for lease in entry.leases { lease.release() }
        var times = [timeval(tv_sec: time_t(future.timeIntervalSince1970), tv_usec: 0)]
        times.append(times[0])
        utimes(entry.directory.string, times)
        let inventory = CacheInventory(home: home)
        #expect(try inventory.prune(maxSize: .max, maxAge: .seconds(3600), isDryRun: true) == [])
        #expect(try #require(inventory.items().first).lastUsed > now.addingTimeInterval(86_400))
        #expect(try inventory.prune(maxSize: .max, maxAge: .seconds(3600)) == [])
        let used = try #require(inventory.items().first).lastUsed
        #expect((now.addingTimeInterval(-2)...now.addingTimeInterval(60)).contains(used))
        // Later.
        try await Task.sleep(for: .milliseconds(1100))
        #expect(try inventory.prune(maxSize: .max, maxAge: .seconds(1)).map(\.path) == [entry.directory.string])
    }

    @Test("the time of events is that of the day, and only grows")
    func steady() async throws {
        let first = SteadyTime.now
        #expect(abs(first.timeIntervalSince(Date())) < 5)
        try await Task.sleep(for: .milliseconds(20))
        let second = SteadyTime.now
        #expect((0.01..<30).contains(second.timeIntervalSince(first)))
    }
}
