import DiskImages
import Foundation
import Publish
import Synchronization
import SystemPackage
import TestSupport
import Testing

/// A local registry with a second directory for bytes.
@Suite("Stores of the local registry")
struct StoreTests {
    private let fixture: Fixture
    private var registry: LocalRegistry { fixture.registry }
    private var second: FilePath { fixture.scratch.appending("second") }

    init() throws {
        fixture = try Fixture()
    }

    private func draft(_ name: String = "web") -> ImageDraft {
        var draft = ImageDraft(name: name)
        draft.diskFormat = DiskFormatName(.raw)
        draft.containerFormat = .bare
        return draft
    }

    private func member() -> LocalRegistry {
        LocalRegistry(root: registry.root, actor: LocalActor(project: "default", role: .member))
    }

    private func code(_ location: SourceLocation = #_sourceLocation, _ body: () async throws -> Void) async
        -> RegistryError.Code?
    {
        await #expect(throws: RegistryError.self, sourceLocation: location) { try await body() }?.code
    }

    private func blob(_ image: Image, in root: FilePath) -> FilePath {
        let digest = image.sha256 ?? ""
        return root.appending("blobs/sha256/\(digest.prefix(2))/\(digest)")
    }

    private func exists(_ path: FilePath) -> Bool { FileManager.default.fileExists(atPath: path.string) }

    private func copy(_ image: Image, _ stores: StoreChoice, allMustSucceed: Bool = true) async throws {
        try await registry.importData(.copy, into: image.id, stores: stores, allMustSucceed: allMustSucceed)
    }

    @Test("stores are added, listed and removed by an administrator")
    func life() async throws {
        #expect(try await registry.stores(detailed: true).map(\.id) == ["local"])
        try await registry.addStore("second", at: second, description: "the other disk")
        let stores = try await registry.stores(detailed: true)
        #expect(stores.map(\.id) == ["local", "second"] && stores.map(\.isDefault) == [true, false])
        #expect(stores.map(\.type) == ["file", "file"] && stores.last?.description == "the other disk")
        #expect(try await member().stores(detailed: true).allSatisfy { $0.type == nil })
        #expect(await code { try await registry.addStore("second", at: "/nowhere") } == .conflict)
        #expect(await code { try await registry.addStore("third", at: second) } == .conflict)
        #expect(await code { try await registry.addStore("a/b", at: second) } == .invalid)
        #expect(await code { try await member().addStore("third", at: "/nowhere") } == .forbidden)
        #expect(await code { try await registry.removeStore("local") } == .notFound)
        try await registry.removeStore("second")
        #expect(try await registry.stores(detailed: false).map(\.id) == ["local"])
    }

    @Test("an upload goes into the store that it names, and is saved from there")
    func upload() async throws {
        try await registry.addStore("second", at: second)
        let image = try await registry.create(draft())
        let file = try fixture.image()
        #expect(
            await code { try await registry.upload(file, to: image.id, store: "no", digests: nil, progress: nil) }
                == .invalid
        )
        let filled = try await registry.upload(file, to: image.id, store: "second", digests: nil, progress: nil)
        #expect(filled.stores == ["second"] && filled.status == .active)
        #expect(exists(blob(filled, in: second)) && !exists(fixture.blob(filled)))
        try await registry.save("web", to: .file(fixture.scratch.appending("saved")))
        #expect(try contents(fixture.scratch.appending("saved")) == contents(file))
        try await registry.verify(image.id)
        #expect(await code { try await registry.removeStore("second") } == .conflict)
        #expect(try await registry.check(isVerifying: true).problems == [])
        #expect(try await registry.sweepLeftovers() == SweepReport())
        try await registry.delete("web")
        #expect(!exists(blob(filled, in: second)))
    }

    @Test("an image is copied into other stores, and deleted from them but for its last copy")
    func copying() async throws {
        try await registry.addStore("second", at: second)
        let image = try await registry.publish(try fixture.request("web"))
        #expect(try await registry.show("web").stores == ["local"])
        #expect(await code { try await copy(image, .usual) } == .invalid)
        #expect(await code { try await copy(image, .named(["no"])) } == .conflict)
        let queued = try await registry.create(draft("queued"))
        #expect(await code { try await copy(queued, .all) } == .conflict)
        #expect(
            await code {
                try await member().importData(.copy, into: image.id, stores: .all, allMustSucceed: true)
            } == .forbidden
        )
        try await copy(image, .named(["second"]))
        #expect(try await registry.show("web").stores == ["local", "second"])
        #expect(await code { try await copy(image, .named(["second"])) } == .invalid)
        try await copy(image, .all)
        #expect(exists(blob(image, in: second)) && exists(fixture.blob(image)))
        #expect(try await registry.check(isVerifying: true).problems == [])

        #expect(await code { try await registry.delete(image.id, from: "no") } == .conflict)
        try await registry.delete(image.id, from: "local")
        #expect(!exists(fixture.blob(image)))
        #expect(try await registry.show("web").stores == ["second"])
        #expect(await code { try await registry.delete(image.id, from: "second") } == .forbidden)
        try await registry.save("web", to: .file(fixture.scratch.appending("saved")))
        #expect(try await registry.check(isVerifying: true).problems == [])
    }

    @Test("of two images with the same bytes each has its own stores")
    func sameBytes() async throws {
        try await registry.addStore("second", at: second)
        let first = try await registry.publish(try fixture.request("web"))
        let other = try await registry.publish(try fixture.request("web"))
        try await copy(other, .named(["second"]))
        try await registry.delete(other.id, from: "local")
        #expect(exists(fixture.blob(first)), "the other image needs it")
        try await registry.delete(first.id.description)
        #expect(!exists(fixture.blob(first)) && exists(blob(other, in: second)))
        #expect(try await registry.check(isVerifying: true).problems == [])
    }

    @Test("a rotten copy is not copied on, and the good one is saved where the other is gone")
    func damage() async throws {
        try await registry.addStore("second", at: second)
        let image = try await registry.publish(try fixture.request("web"))
        try await copy(image, .all)
        try FileManager.default.removeItem(atPath: fixture.blob(image).string)
        try await registry.save("web", to: .file(fixture.scratch.appending("saved")))
        #expect(try await registry.check().problems.map(\.kind) == [.missingBlob])
        #expect(await code { try await registry.verify(image.id) } == .corrupt)
        try await registry.delete(image.id, from: "local")
        var bytes = try contents(blob(image, in: second))
        bytes[5] ^= 1
        try FileManager.default.removeItem(atPath: blob(image, in: second).string)
        try bytes.write(to: URL(filePath: blob(image, in: second).string))
        #expect(await code { try await copy(image, .named(["local"])) } == .corrupt)
        #expect(try await registry.check(isVerifying: true).problems.map(\.kind) == [.wrongDigest])
        #expect(fixture.files == [])
    }

    /// Alters a byte of a copy.
    private func spoil(_ image: Image, in root: FilePath) throws {
        let path = blob(image, in: root)
        var bytes = try contents(path)
        bytes[5] ^= 1
        try FileManager.default.removeItem(atPath: path.string)
        try bytes.write(to: URL(filePath: path.string))
    }

    @Test(
        "where the first copy is rotten the next is saved, and that is said; a repair makes the first anew",
        arguments: ["file", "resumable", "pipe"]
    )
    func rottenFirst(kind: String) async throws {
        let warnings = Mutex<[String]>([])
        let registry = LocalRegistry(root: registry.root) { warning in warnings.withLock { $0.append(warning) } }
        try await registry.addStore("second", at: second)
        let request = try fixture.request("web")
        let image = try await registry.publish(request)
        try await copy(image, .all)
        try spoil(image, in: registry.root)
        let file = fixture.scratch.appending("saved")
        switch kind {
        case "file": try await registry.save("web", to: .file(file))
        case "resumable": try await registry.save("web", to: .resumable(file, onEvent: { _ in }))
        default:
            let output = try FileDescriptor.open(
                file,
                .writeOnly,
                options: .create,
                permissions: .ownerReadWrite
            )
            try await registry.save("web", to: .descriptor(output))
            try output.close()
        }
        #expect(try contents(file) == contents(request.file))
        #expect(fixture.scratch.names.filter { $0.hasSuffix(".part") } == [])
        let warning = try #require(warnings.withLock(\.self).first)
        #expect(warning.contains("\(blob(image, in: registry.root))") && warning.contains("store 'second' is good"))
        let found = try await registry.check(isVerifying: true)
        #expect(found.problems.map(\.kind) == [.wrongDigest] && found.remaining.count == 1)
        #expect(found.problems.first?.next?.contains("--verify --repair") == true)
        let repaired = try await registry.check(isRepairing: true, isVerifying: true)
        #expect(repaired.problems.map(\.kind) == [.wrongDigest] && repaired.remaining == [])
        #expect(repaired.problems.first?.message.contains("copy in the store 'second'") == true)
        #expect(try await registry.check(isVerifying: true).problems == [])
        #expect(try contents(blob(image, in: registry.root)) == contents(request.file))
    }

    @Test("a lost copy is made anew of a good one, and none of a rotten one")
    func repair() async throws {
        try await registry.addStore("second", at: second)
        let image = try await registry.publish(try fixture.request("web"))
        try await copy(image, .all)
        try FileManager.default.removeItem(atPath: blob(image, in: second).string)
        #expect(try await registry.check(isRepairing: true).remaining == [])
        #expect(try await registry.check(isVerifying: true).problems == [])
        try FileManager.default.removeItem(atPath: blob(image, in: second).string)
        try spoil(image, in: registry.root)
        let check = try await registry.check(isRepairing: true, isVerifying: true)
        #expect(check.remaining.map(\.kind) == [.missingBlob, .wrongDigest])
        #expect(!exists(blob(image, in: second)))
        let left = try FileManager.default.contentsOfDirectory(atPath: second.appending("ingest").string)
        #expect(left == [])
        #expect(
            await code { try await registry.save("web", to: .file(fixture.scratch.appending("saved"))) } == .corrupt
        )
    }

    @Test("an image is copied from the next store where the first one's copy is rotten")
    func copyFromGood() async throws {
        try await registry.addStore("second", at: second)
        try await registry.addStore("third", at: fixture.scratch.appending("third"))
        let image = try await registry.publish(try fixture.request("web"))
        try await copy(image, .named(["second"]))
        try spoil(image, in: registry.root)
        try await copy(image, .named(["third"]))
        #expect(try await registry.show("web").stores == ["local", "second", "third"])
        #expect(try await registry.check(isVerifying: true).problems.count == 1)
    }

    /// An image of which a copy takes its time.
    private func largeImage() async throws -> Image {
        let file = try fixture.image("large.raw")
        try await command("truncate", ["-s", "512M", file.string])
        return try await registry.publish(ImageRequest(file: file, name: "web", diskFormat: .raw))
    }

    private func waitForCopy() async throws {
        let ingest = second.appending("ingest").string
        while try FileManager.default.contentsOfDirectory(atPath: ingest).isEmpty {
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    @Test("two copies of one image into one store at once are one")
    func twoCopies() async throws {
        try await registry.addStore("second", at: second)
        let image = try await largeImage()
        let (registry, id) = (registry, image.id)
        let stores = StoreChoice.named(["second"])
        @Sendable func copy() async throws -> Bool {
            do {
                try await registry.importData(.copy, into: id, stores: stores, allMustSucceed: true)
                return true
            } catch let error as RegistryError where error.message.contains("already present") {
                // It began when the other one was over.
                return false
            }
        }
        async let first = copy()
        async let other = copy()
        let results = try await [first, other]
        #expect(results.contains(true))
        #expect(try await registry.show("web").stores == ["local", "second"])
        #expect(try await registry.check().problems == [])
    }

    @Test("a copy for which there is no room any more when it is complete does not come about")
    func quotaAtTheEnd() async throws {
        try await registry.addStore("second", at: second)
        let image = try await largeImage()
        let (registry, id) = (registry, image.id)
        let task = Task {
            try await registry.importData(.copy, into: id, stores: .named(["second"]), allMustSucceed: true)
        }
        try await waitForCopy()
        try await registry.setQuotas([.sizeTotal: 600], of: "default")
        #expect(await code { try await task.value } == .tooLarge)
        #expect(try await registry.show("web").stores == ["local"])
        #expect(try await registry.check().problems == [])
    }

    @Test("what a killed copy leaves in another store is found by the quick sweep")
    func killedCopy() async throws {
        try await registry.addStore("second", at: second)
        _ = try await largeImage()
        let ingest = second.appending("ingest").string
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [root = registry.root.string as String, ingest = ingest as String] in
            let registry = LocalRegistry(root: FilePath(root))
            Task {
                while try FileManager.default.contentsOfDirectory(atPath: ingest).isEmpty {
                    try await Task.sleep(for: .milliseconds(2))
                }
                kill(getpid(), SIGKILL)
            }
            let image = try await registry.show("web")
            try await registry.importData(.copy, into: image.id, stores: .all, allMustSucceed: true)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: ingest).count == 1)
        #expect(try await registry.sweepLeftovers(isHasty: true).ingestFiles == 1)
        #expect(try FileManager.default.contentsOfDirectory(atPath: ingest) == [])
        #expect(try await registry.check().problems == [])
    }

    @Test("an import into all stores fails with one of them, or does without it")
    func oneFails() async throws {
        try await registry.addStore("second", at: second)
        try FileManager.default.removeItem(atPath: second.string)
        try Data().write(to: URL(filePath: second.string))
        let image = try await registry.create(draft())
        try await registry.stage(try fixture.image(), for: image.id, progress: nil)
        await #expect(throws: RegistryError.self) {
            try await registry.importData(.direct, into: image.id, stores: .all, allMustSucceed: true)
        }
        #expect(try await registry.show("web").status == .uploading)
        #expect(fixture.files == [])
        try await registry.importData(.direct, into: image.id, stores: .all, allMustSucceed: false)
        let done = try await registry.show("web")
        #expect(done.status == .active && done.stores == ["local"])
    }

    @Test("each copy counts for the project's quota")
    func quota() async throws {
        try await registry.addStore("second", at: second)
        try await registry.setQuotas([.sizeTotal: 1], of: "default")
        let image = try await registry.publish(try fixture.request("web"))
        #expect(await code { try await copy(image, .all) } == .tooLarge)
        try await registry.setQuotas([.sizeTotal: 2], of: "default")
        try await copy(image, .all)
        #expect(try await registry.quotas(of: "default")[.sizeTotal]?.usage == 2)
    }

    @Test("leftovers in a store's directory go as those in the registry's own")
    func leftovers() async throws {
        try await registry.addStore("second", at: second)
        let image = try await registry.publish(try fixture.request("web"))
        try await copy(image, .all)
        let directory = blob(image, in: second).removingLastComponent()
        try Data("x".utf8).write(to: URL(filePath: directory.appending("orphan").string))
        try Data("x".utf8).write(to: URL(filePath: second.appending("ingest/.image.1x.imagebake-partial").string))
        let check = try await registry.check(isRepairing: true)
        #expect(check.problems.map(\.kind) == [.unusedBlob, .leftover] && check.remaining == [])
        #expect(try await registry.check(isVerifying: true).problems == [])
    }
}
