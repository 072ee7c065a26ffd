import DiskImages
import Foundation
import GRDB
import SystemPackage
import TestSupport
import Testing

@testable import Publish

/// That a lost, damaged or older index, and a directory that two use, cost nobody's bytes.
@Suite("What the local registry does not remove")
struct SafetyTests {
    private let fixture: Fixture
    private var registry: LocalRegistry { fixture.registry }
    private var root: FilePath { fixture.registry.root }
    private var index: FilePath { root.appending("index.sqlite") }
    private var mark: FilePath { root.appending("index.incomplete") }
    private var second: FilePath { fixture.scratch.appending("second") }

    init() throws {
        fixture = try Fixture()
    }

    private func exists(_ path: FilePath) -> Bool { FileManager.default.fileExists(atPath: path.string) }

    private func loseIndex() throws {
        for suffix in ["", "-wal", "-shm"] { try FileIO.remove(FilePath(index.string + suffix)) }
    }

    private func unlisted(_ root: FilePath) -> [String] {
        (try? FileIO.names(in: root.appending("unlisted-blobs"))) ?? []
    }

    private func leavePartial() throws {
        let path = root.appending("ingest").appending(".image.1x.imagebake-partial")
        try Data("x".utf8).write(to: URL(filePath: path.string))
    }

    private func code(_ location: SourceLocation = #_sourceLocation, _ body: () async throws -> Void) async
        -> RegistryError.Code?
    {
        await #expect(throws: RegistryError.self, sourceLocation: location) { try await body() }?.code
    }

    // MARK: - The index

    @Test("an empty index is a lost one, not one without images")
    func emptyIndex() async throws {
        let image = try await registry.publish(try fixture.request("web"))
        try loseIndex()
        try Data().write(to: URL(filePath: index.string))
        for isRepairing in [false, true] {
            let check = try await registry.check(isRepairing: isRepairing)
            #expect(check.remaining.map(\.kind) == [.index] && check.problems.count == 1)
            #expect(check.remaining.first?.message.contains("is empty") == true)
            #expect(exists(mark) == isRepairing, "without a repair nothing is changed")
        }
        try FileIO.remove(mark)
        try leavePartial()
        let report = try await registry.sweepLeftovers()
        #expect(report.blobs == 0 && report.ingestFiles == 1)
        #expect(exists(fixture.blob(image)) && exists(mark))
    }

    @Test("after a lost index the blobs stay until each is an image again or was put aside")
    func lostIndex() async throws {
        let first = try await registry.publish(try fixture.request("first", seed: 1))
        let other = try await registry.publish(try fixture.request("other", seed: 2))
        var draft = ImageDraft(name: "staged")
        draft.diskFormat = DiskFormatName(.raw)
        draft.containerFormat = .bare
        let waiting = try await registry.create(draft)
        try await registry.stage(try fixture.image(), for: waiting.id, progress: nil)
        try loseIndex()
        try await registry.publish(try fixture.request("first", seed: 1))
        #expect(exists(mark))
        try leavePartial()
        #expect(try await registry.sweepLeftovers().blobs == 0)
        // Nor does a deletion: the lost rows may have had the same bytes.
        try await registry.delete("first")
        #expect(exists(fixture.blob(first)) && exists(fixture.blob(other)))
        #expect(exists(root.appending("staging/\(waiting.id)")))

        let found = try await registry.check()
        #expect(found.problems.map(\.kind) == [.unusedBlob, .unusedBlob, .unusedStaging, .index])
        let repaired = try await registry.check(isRepairing: true)
        #expect(repaired.remaining == [] && !exists(mark))
        #expect(unlisted(root) == [first.sha256 ?? "", other.sha256 ?? "", waiting.id.description].sorted())
        #expect(try await registry.check(isVerifying: true).problems == [])
        // What is lost from here on is nobody's again.
        let again = try await registry.publish(try fixture.request("first", seed: 1))
        try await registry.delete("first")
        #expect(!exists(fixture.blob(again)))
        #expect(unlisted(root).count == 3)
    }

    @Test("an older index that is brought back costs no newer bytes")
    func olderIndex() async throws {
        try await registry.publish(try fixture.request("web", seed: 1))
        let backup = fixture.scratch.appending("backup.sqlite")
        let queue = try DatabaseQueue(path: index.string)
        try await queue.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        try queue.close()
        try FileManager.default.copyItem(atPath: index.string, toPath: backup.string)
        let newer = try await registry.publish(try fixture.request("newer", seed: 2))
        try loseIndex()
        try await registry.sweepLeftovers()
        try FileManager.default.copyItem(atPath: backup.string, toPath: index.string)
        try leavePartial()
        #expect(try await registry.sweepLeftovers().blobs == 0)
        #expect(try await registry.list().map(\.name) == ["web"])
        #expect(exists(fixture.blob(newer)))
        #expect(try await registry.check(isRepairing: true).remaining == [])
        #expect(unlisted(root) == [newer.sha256])
    }

    @Test("rows that a damaged page had do not cost their bytes, in whatever run and however it is repaired")
    func salvage() async throws {
        var images: [Image] = []
        for number in 0..<60 {
            var request = try fixture.request("web", seed: UInt64(number))
            request.file = try fixture.image("small.raw", size: 1 << 12, seed: UInt64(number))
            images.append(try await registry.publish(request))
        }
        let queue = try DatabaseQueue(path: index.string)
        try await queue.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        try queue.close()
        var bytes = try contents(index)
        let lost = images[30]
        let place = try #require(bytes.range(of: Data((lost.id.description + "web").utf8))).lowerBound / 4096 * 4096
        // A page of the table that says that it has no rows: SQLite's REINDEX is content with it then.
        bytes[place + 3] = 0
        bytes[place + 4] = 0
        try bytes.write(to: URL(filePath: index.string))
        let repaired = try await registry.check(isRepairing: true)
        #expect(repaired.remaining == [], "\(repaired)")
        #expect(try await registry.list().count < 60)
        for _ in 0..<2 {
            try leavePartial()
            try await registry.sweepLeftovers()
            #expect(try await registry.check(isRepairing: true).remaining == [])
        }
        let kept = Set(fixture.files.compactMap { FilePath($0).lastComponent?.string } + unlisted(root))
        #expect(kept.isSuperset(of: images.compactMap(\.sha256)), "the bytes of all are there")
    }

    @Test("a process that is killed before the salvage's end leaves the mark, and no other removes the bytes")
    func markStands() async throws {
        let image = try await registry.publish(try fixture.request("web"))
        try RegistryLayout(root: root).incomplete.set()
        let directory = fixture.blob(image).removingLastComponent()
        let orphan = directory.appending(String(repeating: "0", count: 64))
        try Data("x".utf8).write(to: URL(filePath: orphan.string))
        try leavePartial()
        try await registry.sweepLeftovers()
        #expect(exists(orphan))
        // Not lifted while something else is wrong.
        try FileManager.default.removeItem(atPath: fixture.blob(image).string)
        #expect(try await registry.check(isRepairing: true).remaining.map(\.kind) == [.missingBlob, .index])
        #expect(!exists(orphan) && unlisted(root).count == 1 && exists(mark))
        // Nor is one put in the place of another.
        try Data("y".utf8).write(to: URL(filePath: orphan.string))
        try await registry.publish(try fixture.request("web"))
        #expect(try await registry.check(isRepairing: true).remaining == [])
        #expect(unlisted(root).count == 2 && !exists(mark))
    }

    @Test("a salvage waits for whoever has the index open, so that no row comes in between")
    func salvageIsAlone() async throws {
        try await registry.publish(try fixture.request("web"))
        let index = RegistryIndex(
            layout: RegistryLayout(root: root),
            patience: 0.2,
            cancellation: CancellationFlag()
        )
        let alone = try index.openAlone()
        let impatient = LocalRegistry(root: root, patience: 0.2)
        #expect(await code { _ = try await impatient.create(ImageDraft(name: "other")) } == .busy)
        try alone.close()
        _ = try await impatient.create(ImageDraft(name: "other"))
    }

    // MARK: - Stores

    @Test("a directory that is another store's or registry's, inside or above one, is refused")
    func places() async throws {
        let other = LocalRegistry(root: fixture.scratch.appending("other"))
        try await registry.addStore("second", at: second)
        try await registry.addStore("again", at: fixture.scratch.appending("again"))
        let link = fixture.scratch.appending("link")
        try FileManager.default.createSymbolicLink(atPath: link.string, withDestinationPath: second.string)
        for path in [link, second.appending("below"), fixture.scratch.path, root, root.appending("x")] {
            #expect(await code { try await registry.addStore("third", at: path) } == .conflict, "\(path)")
        }
        #expect(await code { try await other.addStore("second", at: second) } == .conflict, "another registry's")
        #expect(await code { try await other.addStore("second", at: root) } == .conflict, "a registry")
        let used = fixture.scratch.appending("used")
        try FileIO.createDirectories(used.appending("blobs/sha256/ab"))
        try Data("x".utf8).write(to: URL(filePath: used.appending("blobs/sha256/ab/abcd").string))
        #expect(await code { try await other.addStore("second", at: used) } == .conflict, "nobody knows whose")
        #expect(await code { _ = try await LocalRegistry(root: second).create(ImageDraft(name: "web")) } == .conflict)
        // An empty one is free again.
        try await registry.removeStore("second")
        try await other.addStore("second", at: second)
    }

    @Test("nothing is removed from a store that is not this registry's, and nothing is written there")
    func foreignStore() async throws {
        try await registry.addStore("second", at: second)
        let image = try await registry.publish(try fixture.request("web"))
        try await registry.importData(.copy, into: image.id, stores: .all, allMustSucceed: true)
        let owner = second.appending(".imagebake-store")
        let id = try contents(owner)
        try Data("\(ImageID())\n".utf8).write(to: URL(filePath: owner.string))
        let digest = image.sha256 ?? ""
        let copy = second.appending("blobs/sha256/\(digest.prefix(2))/\(digest)")
        try await registry.delete("web")
        try await registry.sweepLeftovers()
        #expect(exists(copy) && !exists(fixture.blob(image)))
        let check = try await registry.check(isRepairing: true)
        #expect(check.remaining.map(\.kind) == [.row] && exists(copy))
        let next = try await registry.publish(try fixture.request("next", seed: 2))
        #expect(
            await code {
                try await registry.importData(.copy, into: next.id, stores: .named(["second"]), allMustSucceed: true)
            } == .unavailable
        )
        try id.write(to: URL(filePath: owner.string))
        #expect(try await registry.check(isRepairing: true).remaining == [])
        #expect(!exists(copy))
    }

    @Test("a store with bytes that comes back to a registry without its rows does not lose them")
    func storeComesBack() async throws {
        try await registry.addStore("second", at: second)
        let image = try await registry.publish(try fixture.request("web"))
        try await registry.importData(.copy, into: image.id, stores: .named(["second"]), allMustSucceed: true)
        try await registry.delete(image.id, from: "local")
        try loseIndex()
        try await registry.addStore("second", at: second)
        try leavePartial()
        try await registry.sweepLeftovers()
        #expect(try await registry.check(isRepairing: true).remaining == [])
        #expect(unlisted(second) == [image.sha256])
    }

    @Test("an image in a store that is not known is named, and no store goes while it is filled")
    func unknownStore() async throws {
        try await registry.addStore("second", at: second)
        let image = try await registry.publish(try fixture.request("web"))
        try await registry.importData(.copy, into: image.id, stores: .named(["second"]), allMustSucceed: true)
        let queue = try DatabaseQueue(path: index.string)
        try await queue.write { try $0.execute(sql: "DELETE FROM store") }
        try queue.close()
        let check = try await registry.check(isRepairing: true)
        #expect(check.remaining.map(\.kind) == [.row] && check.remaining.first?.subject == image.id.description)
        #expect(check.remaining.first?.next?.contains("registry store add second") == true)
        let plain = RegistryIndex(layout: RegistryLayout(root: root), patience: 1, cancellation: CancellationFlag())
        let error = #expect(throws: RegistryError.self) {
            try plain.write { try plain.requirePresent([LocalStore(id: "second", root: second)], $0) }
        }
        #expect(error?.code == .conflict)
        try await registry.addStore("second", at: second)
        #expect(try await registry.check(isVerifying: true).remaining.allSatisfy { $0.kind == .index })
        #expect(try await registry.check(isRepairing: true, isVerifying: true).remaining == [])
        #expect(try await registry.show("web").stores == ["local", "second"])
    }

    // MARK: - What is left of a check

    @Test("a blob that cannot be opened does not end the reading of the others")
    func unreadable() async throws {
        let image = try await registry.publish(try fixture.request("web", seed: 1))
        let other = try await registry.publish(try fixture.request("other", seed: 2))
        let index = RegistryIndex(layout: RegistryLayout(root: root), patience: 1, cancellation: CancellationFlag())
        var inspector = RegistryInspector(index: index, isRepairing: false)
        try inspector.inspect()
        // Deleted meanwhile with its image, and lost meanwhile.
        try await registry.delete("other")
        try FileManager.default.removeItem(atPath: fixture.blob(image).string)
        try inspector.verify(CancellationFlag(), nil)
        #expect(inspector.report.problems.map(\.kind) == [.missingBlob] && inspector.report.isVerified)
        #expect(!exists(fixture.blob(other)))
        // What is no file any more cannot be read.
        inspector = RegistryInspector(index: index, isRepairing: false)
        try await registry.publish(try fixture.request("web", seed: 1))
        try inspector.inspect()
        try FileManager.default.removeItem(atPath: fixture.blob(image).string)
        try FileIO.createDirectories(fixture.blob(image))
        try inspector.verify(CancellationFlag(), nil)
        #expect(inspector.report.problems.map(\.kind) == [.wrongDigest])
    }

    @Test("an older index with a row of no image is brought up to date, and repaired")
    func olderIndexWithAForeignRow() async throws {
        try FileIO.createDirectories(root)
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        let queue = try DatabaseQueue(path: index.string, configuration: configuration)
        try RegistrySchema.migrator.migrate(queue, upTo: "2 documents")
        try await queue.write { try $0.execute(sql: "INSERT INTO image_tag VALUES ('gone', 'a')") }
        try queue.close()
        #expect(try await registry.list() == [])
        let check = try await registry.check(isRepairing: true)
        #expect(check.problems.map(\.kind) == [.foreignRow] && check.remaining == [])
    }

    @Test("a null where none can be is a damaged row, not the end of the process")
    func nullInARow() async throws {
        let image = try await registry.publish(try fixture.request("web"))
        let queue = try DatabaseQueue(path: index.string)
        try await queue.writeWithoutTransaction { database in
            try database.execute(
                sql: """
                    PRAGMA writable_schema = ON;
                    UPDATE sqlite_master SET sql = replace(sql, 'min_disk INTEGER NOT NULL', 'min_disk INTEGER')
                        WHERE name = 'image';
                    PRAGMA writable_schema = RESET;
                    UPDATE image SET min_disk = NULL;
                    """
            )
        }
        try queue.close()
        #expect(await code { _ = try await registry.list() } == .corrupt)
        let check = try await registry.check()
        #expect(check.problems.map(\.kind) == [.row] && check.problems.first?.subject == image.id.description)
    }

    @Test(.enabled(if: SmallFileSystem.isPossible, "only root may become somebody else"))
    func aRepairOfAnIndexThatMayNotBeWrittenRemovesNothing() async throws {
        try await registry.publish(try fixture.request("web"))
        try leavePartial()
        for path in [root, root.appending("ingest")] {
            try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: path.string)
        }
        let root = root.string
        await #expect(processExitsWith: .success) { [root = root as String] in
            guard setgid(65534) == 0, setuid(65534) == 0 else { exit(1) }
            do {
                _ = try await LocalRegistry(root: FilePath(root)).check(isRepairing: true)
                exit(2)
            } catch let error as RegistryError {
                guard error.code == .permission else { exit(3) }
            }
        }
        #expect(try FileIO.names(in: self.root.appending("ingest")).count == 1)
    }
}
