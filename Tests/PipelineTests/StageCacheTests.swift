import DiskImages
import Foundation
import SystemPackage
import Testing

@testable import Pipeline

@Suite("The stage cache")
struct StageCacheTests {
    private struct Product: Codable, Equatable {
        var text = ""
    }

    private let root: FilePath
    private let cache: StageCache
    private let print = Fingerprint(["a": "1"])

    init() throws {
        root = FilePath(FileManager.default.temporaryDirectory.appending(path: "stages-\(UUID().uuidString)").path)
        try Files.makeDirectory(root)
        cache = StageCache(root: root.appending("stages"))
    }

    private func file(_ text: String) throws -> FilePath {
        let file = root.appending("file-\(UUID().uuidString)")
        try Files.write(text, to: file)
        return file
    }

    /// Adds an entry that nobody uses.
    private func add(
        _ stage: StageName = .install,
        _ print: Fingerprint? = nil,
        text: String = "bytes",
        from origin: StageCache.Entry? = nil
    ) async throws -> StageCache.Entry {
        let entry = try await cache.add(
            stage,
            print ?? self.print,
            recipe: "web",
            product: Product(text: "x"),
            files: ["disk.qcow2": file(text)],
            from: origin,
            needsOrigin: origin != nil
        )
        for lease in entry.leases { lease.release() }
        return entry
    }

    private func verified(_ stage: StageName = .install) async throws -> (entry: StageCache.Entry?, warnings: [String])
    {
        var warnings: [String] = []
        let entry = try await cache.verified(stage, print, warn: { warnings.append($0) })
        return (entry, warnings)
    }

    private var names: [String] { Files.names(in: root.appending("stages")) }

    @Test("What was added is found, with its files and their digests, and stays where it was too")
    func roundTrip() async throws {
        defer { try? Files.remove(root) }
        let disk = try file("bytes")
        #expect(cache.entry(.install, print) == nil)
        try await cache.add(.install, print, recipe: "web", product: Product(text: "x"), files: ["disk.qcow2": disk])
        let (found, warnings) = try await verified()
        let entry = try #require(found)
        #expect(warnings == [])
        #expect(try cache.product(Product.self, of: entry) == Product(text: "x"))
        #expect(try Files.read(entry.file("disk.qcow2")) == Data("bytes".utf8))
        // printf bytes | sha256sum
        #expect(
            entry.manifest.files["disk.qcow2"]
                == StageManifest.File(
                    size: 5,
                    sha256: "277089d91c0bdf4f2e6862ba7e4a07605119431f5d13f726dd352b06f1b206a9"
                )
        )
        #expect(Files.exists(disk))
        #expect(cache.entry(.convert, print) == nil)
    }

    @Test("Of what is published all digests are known, of the rest the one that the cache itself needs")
    func publishedDigests() async throws {
        defer { try? Files.remove(root) }
        let files = ["image-0.raw": try file("bytes"), "inventory.json": try file("other")]
        try await cache.add(
            .convert,
            print,
            recipe: "web",
            product: Product(),
            files: files,
            published: ["image-0.raw"]
        )
        let entry = try #require(cache.entry(.convert, print))
        let digests = try await FileDigester.digest(entry.file("image-0.raw"))
        #expect(entry.manifest.files["image-0.raw"]?.digests == digests)
        #expect(entry.manifest.files["inventory.json"]?.digests == nil)
    }

    @Test("A product that cannot be added leaves nothing that looks like one")
    func failure() async throws {
        defer { try? Files.remove(root) }
        let missing = ["disk.qcow2": root.appending("missing")]
        await #expect(throws: Failure.self) {
            try await cache.add(.install, print, recipe: "web", product: Product(), files: missing)
        }
        #expect(cache.entry(.install, print) == nil)
        #expect(names.isEmpty)
    }

    /// What may become of an entry's bytes.
    enum Harm: CaseIterable {
        case bitFlipped, truncated, grown, fileGone, manifestTorn, manifestGone, manifestEmpty
    }

    @Test(
        "An entry whose bytes are not those that were written is never used, and goes with a warning",
        arguments: Harm.allCases
    )
    func damaged(harm: Harm) async throws {
        defer { try? Files.remove(root) }
        let entry = try await add(text: String(repeating: "disk ", count: 10_000))
        let disk = entry.file("disk.qcow2")
        let manifest = entry.file("product.json")
        var bytes = try Files.read(disk)
        switch harm {
        case .bitFlipped:
            bytes[25_000] ^= 1
            try bytes.write(to: URL(filePath: disk.string))
        case .truncated: truncate(disk.string, 49_999)
        case .grown: truncate(disk.string, 50_001)
        case .fileGone: try Files.remove(disk)
        case .manifestTorn: truncate(manifest.string, 20)
        case .manifestGone: try Files.remove(manifest)
        case .manifestEmpty: truncate(manifest.string, 0)
        }
        let (found, warnings) = try await verified()
        #expect(found == nil)
        #expect(warnings.count == 1, "\(warnings)")
        #expect(names == [])
    }

    @Test("An overlay whose backing disk is damaged goes with it; one whose disk is gone too")
    func damagedBelow() async throws {
        defer { try? Files.remove(root) }
        for isGone in [false, true] {
            let base = try await add()
            _ = try await add(.sysprep, text: "overlay", from: base)
            #expect(try await verified(.sysprep).entry?.manifest.needs == [base.name])
            if isGone { try Files.remove(base.directory) } else { truncate(base.file("disk.qcow2").string, 2) }
            let (found, warnings) = try await verified(.sysprep)
            #expect(found == nil)
            #expect(warnings.count == 1, "\(warnings)")
            #expect(names == [])
        }
    }

    @Test("An entry of a newer layout is neither used nor removed; one of the layout before is not used")
    func layouts() async throws {
        defer { try? Files.remove(root) }
        let entry = try await add()
        let manifest = entry.file("product.json")
        let text = String(decoding: try Files.read(manifest), as: UTF8.self)
        for layout in [1, StageManifest.layout + 1] {
            try Files.write(text.replacing(#/"layout" : \d+/#, with: "\"layout\" : \(layout)"), to: manifest)
            let (found, warnings) = try await verified()
            #expect(found == nil)
            #expect(warnings == [])
            #expect(names == [entry.name])
        }
        #expect(!cache.removeNow(entry.name))
        #expect(names == [entry.name])
    }

    @Test("What is made anew stands beside the old one while something lies on that, and else replaces it")
    func generations() async throws {
        defer { try? Files.remove(root) }
        let first = try await add(text: "1")
        let second = try await add(text: "2")
        #expect(names == [second.name])
        _ = first
        let overlay = try await add(.sysprep, text: "overlay", from: second)
        let third = try await add(text: "3")
        #expect(Set(names) == [second.name, overlay.name, third.name])
        let newest = try #require(cache.entry(.install, print))
        #expect(newest == third)
        #expect(try await verified(.sysprep).entry == overlay)
    }

    @Test("An entry in use, and what it needs, is not removed")
    func leases() async throws {
        defer { try? Files.remove(root) }
        let base = try await add()
        let overlay = try await add(.sysprep, text: "overlay", from: base)
        try await withLease(.sysprep) {
            #expect(cache.isInUse(base.name) && cache.isInUse(overlay.name))
            #expect(!cache.removeNow(base.name) && !cache.removeNow(overlay.name))
        }
        await cache.remove(overlay.name)
        await cache.remove(base.name)
        #expect(names == [])
    }

    private func withLease(_ stage: StageName, _ body: () throws -> Void) async throws {
        let entry = try #require(cache.entry(stage, print))
        try body()
        for lease in entry.leases { lease.release() }
    }

    @Test(
        "Age counts from the oldest of what went into a product, and from the bake's beginning where all is made anew"
    )
    func freshness() async throws {
        defer { try? Files.remove(root) }
        let before = Date()
        let base = try await add()
        let between = Date()
        let overlay = try await add(.sysprep, text: "overlay", from: base)
        #expect(overlay.manifest.oldest == base.manifest.created)
        #expect(cache.entry(.sysprep, print, Freshness(oldest: before)) != nil)
        #expect(cache.entry(.sysprep, print, Freshness(oldest: between)) == nil)
        #expect(cache.entry(.sysprep, print, Freshness(created: between)) != nil)
        #expect(cache.entry(.install, print, Freshness(created: between)) == nil)
    }

    @Test("What a dead process left half-made is swept, what a living one makes is not")
    func sweep() throws {
        defer { try? Files.remove(root) }
        let stages = root.appending("stages")
        try Files.makeDirectory(stages.appending(".draft-dead"))
        try Files.makeDirectory(stages.appending(".draft-alive"))
        let lock = try #require(FileLock(directory: stages.appending(".draft-alive"), mode: .exclusive))
        cache.sweep()
        withExtendedLifetime(lock) { #expect(names == [".draft-alive"]) }
    }

    @Test("What changed since the last product of the recipe is named")
    func changes() async throws {
        defer { try? Files.remove(root) }
        _ = try await add(.install, Fingerprint(["kickstart": "1", "repository epel": "a"]))
        let now = Fingerprint(["kickstart": "2", "repository epel": "b"])
        #expect(cache.changes(.install, now, recipe: "web") == ["kickstart", "repository epel"])
        #expect(cache.changes(.install, now, recipe: "other") == nil)
    }
}
