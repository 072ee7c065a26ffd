import DiskImages
import Foundation
import GRDB
import SystemPackage
import TestSupport
import Testing

@testable import Publish

/// What `registry fsck` finds, repairs, and cannot repair.
@Suite("The check of a local registry")
struct CheckTests {
    private let fixture: Fixture
    private var registry: LocalRegistry { fixture.registry }
    private var root: FilePath { fixture.registry.root }

    init() throws {
        fixture = try Fixture()
    }

    private func kinds(_ check: RegistryCheck) -> [RegistryProblem.Kind] { check.problems.map(\.kind) }

    /// Checks without and with repair: the same is found, then it is gone.
    private func expectRepaired(
        _ kinds: [RegistryProblem.Kind],
        _ location: SourceLocation = #_sourceLocation
    ) async throws {
        let found = try await registry.check()
        #expect(self.kinds(found) == kinds, "\(found.problems)", sourceLocation: location)
        #expect(found.remaining.allSatisfy { $0.next?.contains("--repair") == true }, sourceLocation: location)
        #expect(found.remaining.count == kinds.count, "a look changes nothing", sourceLocation: location)
        let repaired = try await registry.check(isRepairing: true)
        #expect(self.kinds(repaired) == kinds && repaired.remaining == [], "\(repaired)", sourceLocation: location)
        #expect(try await registry.check(isVerifying: true).problems == [], sourceLocation: location)
    }

    private func write(_ sql: String, foreignKeys: Bool = true) async throws {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = foreignKeys
        let queue = try DatabaseQueue(path: root.appending("index.sqlite").string, configuration: configuration)
        try await queue.write { try $0.execute(sql: sql) }
        try queue.close()
    }

    @Test("a registry that is not there, one that is empty and one that is well have no problem")
    func well() async throws {
        #expect(try await registry.check(isRepairing: true).problems == [])
        let request = try fixture.request("web")
        let image = try await registry.publish(request)
        try await registry.publish(request)
        let check = try await registry.check(isVerifying: true)
        #expect(check.problems == [] && check.images == 2 && check.blobs == 1 && check.bytes == 1 << 20)
        #expect(check.isVerified)
        try await registry.delete(image.id.description)
        try await registry.delete("web")
        #expect(try await registry.check(isVerifying: true).problems == [])
    }

    @Test("bytes of no image go")
    func unusedBlob() async throws {
        let image = try await registry.publish(try fixture.request("web"))
        let directory = fixture.blob(image).removingLastComponent()
        try Data("x".utf8).write(to: URL(filePath: directory.appending(String(repeating: "0", count: 64)).string))
        try await expectRepaired([.unusedBlob])
        #expect(try await registry.list() == [image])
    }

    @Test("half-made files of the dead go, those of the living stay")
    func leftovers() async throws {
        try await registry.publish(try fixture.request("web"))
        let ingest = root.appending("ingest")
        let staging = root.appending("staging")
        try FileIO.createDirectories(staging)
        let alive = try PartialFile.create(in: ingest, for: "image")
        defer { alive.discard() }
        for path in [ingest, staging] {
            try Data("x".utf8).write(to: URL(filePath: path.appending(".image.1x.imagebake-partial").string))
        }
        try Data("x".utf8).write(to: URL(filePath: staging.appending(ImageID().description).string))
        try await expectRepaired([.leftover, .leftover, .unusedStaging])
        #expect(try FileIO.status(at: alive.path) != nil)
    }

    @Test(
        "a state that no process is in becomes the one before, as after a failed upload to a Glance",
        arguments: ["saving", "importing", "uploading"]
    )
    func states(status: String) async throws {
        let image = try await registry.create(ImageDraft(name: "web"))
        try await write("UPDATE image SET status = '\(status)', size = 5")
        try FileIO.createDirectories(root.appending("staging"))
        let alive = try PartialFile.create(in: root.appending("staging"), for: image.id.description)
        #expect(try await registry.check(isRepairing: true).problems == [], "a living process is at work with it")
        alive.discard()
        try await expectRepaired([.state])
        let queued = try await registry.show("web")
        #expect(queued.status == .queued && queued.size == nil)
    }

    @Test("an active image without bytes can get them again")
    func activeWithoutBytes() async throws {
        let image = try await registry.publish(try fixture.request("web"))
        try await write("UPDATE image SET sha256 = NULL")
        let check = try await registry.check(isRepairing: true)
        #expect(Set(kinds(check)) == [.state, .unusedBlob] && check.remaining == [])
        #expect(try await registry.show("web").status == .queued)
        try await registry.upload(try fixture.image(), to: image.id)
        #expect(try await registry.check(isVerifying: true).problems == [])
    }

    @Test("staged bytes that are waited for are no problem, and lost ones are")
    func staged() async throws {
        var draft = ImageDraft(name: "web")
        draft.diskFormat = DiskFormatName(.raw)
        draft.containerFormat = .bare
        let image = try await registry.create(draft)
        try await registry.stage(try fixture.image(), for: image.id, progress: nil)
        #expect(try await registry.check().problems == [])
        try FileManager.default.removeItem(atPath: root.appending("staging/\(image.id)").string)
        try await expectRepaired([.state])
    }

    @Test("rows of an image that is not there go")
    func foreignRows() async throws {
        let image = try await registry.publish(try fixture.request("web"))
        try await write(
            """
            INSERT INTO image_tag VALUES ('gone', 'a'), ('gone', 'b');
            INSERT INTO image_member VALUES ('gone', 'p', 'pending', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z');
            """,
            foreignKeys: false
        )
        try await expectRepaired([.foreignRow, .foreignRow])
        #expect(try await registry.list() == [image])
    }

    @Test("lost, cut and rotten bytes, of an image or a document, are named and cannot be made up")
    func damage() async throws {
        var request = try fixture.request("web")
        request.documents = [.init(name: "bom.json", file: try fixture.scratch.write("bom.json", Data("{}".utf8)))]
        let image = try await registry.publish(request)
        let blob = fixture.blob(image)
        let document = try #require(image.documents.first).sha256
        let documentBlob = root.appending("blobs/sha256/\(document.prefix(2))/\(document)")
        try FileManager.default.removeItem(atPath: documentBlob.string)
        var check = try await registry.check(isRepairing: true, isVerifying: true)
        #expect(kinds(check) == [.missingBlob])
        #expect(check.remaining.first?.message.contains("the document 'bom.json'") == true)

        var bytes = try contents(blob)
        bytes[77] ^= 1
        try FileManager.default.removeItem(atPath: blob.string)
        try bytes.write(to: URL(filePath: blob.string))
        #expect(try await registry.check().problems.count == 1, "only reading finds it")
        check = try await registry.check(isRepairing: true, isVerifying: true)
        #expect(kinds(check) == [.missingBlob, .wrongDigest] && check.remaining.count == 2)
        #expect(check.problems.allSatisfy { $0.subject == image.id.description })

        try Data("short".utf8).write(to: URL(filePath: blob.string))
        #expect(kinds(try await registry.check(isVerifying: true)).contains(.wrongSize))
        // What the message says to do.
        try await registry.publish(request)
        #expect(try await registry.check(isVerifying: true).problems == [])
    }

    @Test("a row of another program's is named")
    func unknownRow() async throws {
        try await registry.publish(try fixture.request("web"))
        try await write("UPDATE image SET visibility = 'secret'")
        let check = try await registry.check(isRepairing: true)
        #expect(kinds(check) == [.row] && check.remaining.count == 1)
    }

    // MARK: - The index

    /// Where an index or a table of the database begins, and the size of its pages.
    private func page(of name: String) async throws -> (offset: Int, size: Int) {
        let queue = try DatabaseQueue(path: root.appending("index.sqlite").string)
        let found = try await queue.writeWithoutTransaction { database in
            try database.checkpoint(.truncate)
            return (
                try Int.fetchOne(database, sql: "SELECT rootpage FROM sqlite_master WHERE name = ?", arguments: [name]),
                try Int.fetchOne(database, sql: "PRAGMA page_size")
            )
        }
        try queue.close()
        let (number, size) = (try #require(found.0), try #require(found.1))
        return ((number - 1) * size, size)
    }

    private func overwrite(_ offset: Int, _ bytes: Data) throws {
        let file = try FileHandle(forUpdating: URL(filePath: root.appending("index.sqlite").string))
        try file.seek(toOffset: UInt64(offset))
        try file.write(contentsOf: bytes)
        try file.close()
    }

    @Test("an index of SQLite's that is damaged is made again from its table")
    func damagedIndex() async throws {
        let image = try await registry.publish(try fixture.request("web"))
        let (offset, size) = try await page(of: "image_name")
        // An empty leaf: the row is missing from the index.
        var leaf = try Data(contents(root.appending("index.sqlite"))[offset..<(offset + size)])
        leaf[3] = 0
        leaf[4] = 0
        try overwrite(offset, leaf)
        try await expectRepaired([.index])
        #expect(try await registry.show("web") == image)
        #expect(try FileManager.default.contentsOfDirectory(atPath: root.string).allSatisfy { !$0.contains("damaged") })
    }

    @Test("of a damaged table what can be read is kept, and bytes without a row are put aside, not removed")
    func damagedTable() async throws {
        var images: [Image] = []
        for number in 0..<60 {
            var request = try fixture.request("web\(number % 2)", seed: UInt64(number % 3))
            request.tags = ["golden"]
            images.append(try await registry.publish(request))
        }
        // A leaf in the middle of the table: the last page that has the id of an image there.
        _ = try await page(of: "image")
        let bytes = try contents(root.appending("index.sqlite"))
        let lost = images[30].id.description
        let place = try #require(bytes.range(of: Data((lost + "web").utf8))).lowerBound
        try overwrite(place / 4096 * 4096, noise(4096))
        let found = try await registry.check()
        #expect(kinds(found) == [.index] && found.remaining.count == 1)
        let repaired = try await registry.check(isRepairing: true)
        #expect(repaired.remaining == [], "\(repaired)")
        let kept = try await registry.list()
        #expect(kept.count > 20 && kept.count < 60)
        #expect(kept.allSatisfy { image in images.contains(image) })
        #expect(try await registry.check(isVerifying: true).problems == [])
        let names = try FileManager.default.contentsOfDirectory(atPath: root.string)
        #expect(names.contains { $0.hasPrefix("index.sqlite.damaged-") })
        try await registry.publish(try fixture.request("new", seed: 9))
        #expect(try await registry.list().count == kept.count + 1)
    }

    @Test("an index that is no database costs no bytes")
    func noDatabase() async throws {
        let image = try await registry.publish(try fixture.request("web"))
        try noise(8192).write(to: URL(filePath: root.appending("index.sqlite").string))
        for isRepairing in [false, true] {
            let check = try await registry.check(isRepairing: isRepairing)
            #expect(kinds(check) == [.index] && check.remaining.count == 1)
        }
        for suffix in ["", "-wal", "-shm"] { _ = try? FileIO.remove(root.appending("index.sqlite" + suffix)) }
        let check = try await registry.check(isRepairing: true)
        #expect(kinds(check) == [.index] && check.remaining.first?.message.contains("is missing") == true)
        #expect(try FileIO.status(at: fixture.blob(image)) != nil)
    }

    @Test("a newer index is left alone")
    func newer() async throws {
        try await registry.publish(try fixture.request("web"))
        try await write("INSERT INTO grdb_migrations VALUES ('99 future')")
        let error = await #expect(throws: RegistryError.self) { try await registry.check(isRepairing: true) }
        #expect(error?.code == .schema)
    }

    @Test(.enabled(if: SmallFileSystem.isPossible, "only root may mount a tmpfs"))
    func aReadOnlyRegistryIsLookedAtAndNotRepaired() async throws {
        let file = try fixture.image()
        try await SmallFileSystem.with("size=8m", in: fixture.scratch) { mount in
            let registry = LocalRegistry(root: mount.appending("registry"))
            let image = try await registry.publish(ImageRequest(file: file, name: "web", diskFormat: .raw))
            let digest = image.sha256 ?? ""
            let blob = registry.root.appending("blobs/sha256/\(digest.prefix(2))/\(digest)")
            try FileManager.default.removeItem(atPath: blob.string)
            try await command("mount", ["-o", "remount,ro", mount.string])
            let check = try await registry.check(isVerifying: true)
            #expect(check.problems.map(\.kind) == [.missingBlob])
            let error = await #expect(throws: RegistryError.self) { try await registry.check(isRepairing: true) }
            #expect(error?.code == .permission)
        }
    }

    @Test(.enabled(if: SmallFileSystem.isPossible, "only root may mount a tmpfs"))
    func aFullDiskCanBeRepaired() async throws {
        let file = try fixture.image("small.raw", size: 1 << 16)
        try await SmallFileSystem.with("size=1m", in: fixture.scratch) { mount in
            let registry = LocalRegistry(root: mount.appending("registry"))
            let image = try await registry.publish(ImageRequest(file: file, name: "web", diskFormat: .raw))
            let filler = registry.root.appending("ingest").appending(".image.1x.imagebake-partial")
            try await command("dd", ["if=/dev/zero", "of=\(filler)", "bs=4k", "status=none"], accepted: [1])
            let check = try await registry.check(isRepairing: true)
            #expect(check.problems.map(\.kind) == [.leftover] && check.remaining == [])
            let images = try await registry.list()
            #expect(images == [image])
            try await registry.publish(ImageRequest(file: file, name: "web", diskFormat: .raw))
        }
    }
}
