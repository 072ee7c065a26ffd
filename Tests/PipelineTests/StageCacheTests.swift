import Foundation
import SystemPackage
import Testing

@testable import Pipeline

@Suite("The stage cache")
struct StageCacheTests {
    private struct Product: Codable, Equatable {
        let text: String
    }

    private let root: FilePath
    private let cache: StageCache

    init() throws {
        root = FilePath(FileManager.default.temporaryDirectory.appending(path: "stages-\(UUID().uuidString)").path)
        try Files.makeDirectory(root)
        cache = StageCache(root: root.appending("stages"))
    }

    @Test("What was added is found, with its files, and stays where it was too")
    func roundTrip() throws {
        defer { try? Files.remove(root) }
        let disk = root.appending("disk")
        try Files.write("bytes", to: disk)
        let print = Fingerprint(["recipe": "web", "a": "1"])
        #expect(cache.entry(.install, print) == nil)
        try cache.add(.install, print, product: Product(text: "x"), files: ["disk.qcow2": disk])
        let entry = try #require(cache.entry(.install, print))
        #expect(try cache.product(Product.self, of: entry) == Product(text: "x"))
        #expect(try Files.read(entry.file("disk.qcow2")) == Data("bytes".utf8))
        #expect(Files.exists(disk))
        #expect(cache.entry(.convert, print) == nil)
    }

    @Test("A product that cannot be added leaves nothing that looks like one")
    func failure() throws {
        defer { try? Files.remove(root) }
        let print = Fingerprint(["recipe": "web"])
        let missing = ["disk.qcow2": root.appending("missing")]
        #expect(throws: Failure.self) { try cache.add(.install, print, product: Product(text: ""), files: missing) }
        #expect(cache.entry(.install, print) == nil)
        #expect(Files.names(in: root.appending("stages")).isEmpty)
    }

    @Test("What a dead process left half-made is swept, what a living one makes is not")
    func sweep() throws {
        defer { try? Files.remove(root) }
        let stages = root.appending("stages")
        try Files.makeDirectory(stages.appending(".install-dead.4194304"))  // above the largest pid
        try Files.makeDirectory(stages.appending(".install-alive.\(getpid())"))
        cache.sweep()
        #expect(Files.names(in: stages) == [".install-alive.\(getpid())"])
    }

    @Test("What changed since the last product of the recipe is named")
    func changes() throws {
        defer { try? Files.remove(root) }
        try cache.add(.install, Fingerprint(["recipe": "web", "kickstart": "1"]), product: Product(text: ""))
        #expect(cache.changes(.install, Fingerprint(["recipe": "web", "kickstart": "2"])) == ["kickstart"])
        #expect(cache.changes(.install, Fingerprint(["recipe": "other", "kickstart": "2"])) == nil)
    }
}
