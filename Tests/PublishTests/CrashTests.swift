import DiskImages
import Foundation
import GRDB
import Publish
import SystemPackage
import TestSupport
import Testing

/// What is left when a process is killed, the disk is full, or the registry belongs to somebody else.
@Suite struct CrashTests {
    private let fixture: Fixture
    private var registry: LocalRegistry { fixture.registry }

    init() throws {
        fixture = try Fixture()
    }

    @Test func sweepsWhatAKilledPublisherLeft() async throws {
        let kept = try await registry.publish(try fixture.request("web"))
        let ingest = registry.root.appending("ingest")
        // Killed while it brought the bytes in; killed between the blob's rename and the row's commit.
        try noise(1000).write(to: URL(fileURLWithPath: ingest.appending(".image.1x.imagebake-partial").string))
        let orphan = registry.root.appending("blobs").appending("sha256").appending("ab")
        try FileManager.default.createDirectory(atPath: orphan.string, withIntermediateDirectories: true)
        let name = String(repeating: "ab", count: 32)
        try noise(5000).write(to: URL(fileURLWithPath: orphan.appending(name).string))

        #expect(try await registry.list() == [kept])
        let report = try await registry.sweepLeftovers()
        #expect(report == SweepReport(ingestFiles: 1, blobs: 1, bytes: 6000))
        #expect(fixture.files.count == 1)
        #expect(try await registry.sweepLeftovers() == SweepReport())
        try await registry.save("web", to: .file(fixture.scratch.appending("saved")))
    }

    @Test func anIngestFileThatAnotherProcessHoldsStays() async throws {
        try await registry.publish(try fixture.request("web"))
        let path = registry.root.appending("ingest").appending(".image.2y.imagebake-partial")
        try noise(10).write(to: URL(fileURLWithPath: path.string))
        let scratch = fixture.scratch.path
        async let holder = command(
            "flock",
            [
                "-s", path.string, "sh", "-c", "touch $0/held; while [ ! -e $0/done ]; do sleep 0.02; done",
                scratch.string,
            ]
        )
        while !fixture.scratch.names.contains("held") { try await Task.sleep(for: .milliseconds(5)) }
        #expect(try await registry.sweepLeftovers() == SweepReport())
        #expect(fixture.files.count == 2)
        try fixture.scratch.write("done", Data())
        _ = try await holder
        #expect(try await registry.sweepLeftovers() == SweepReport(ingestFiles: 1, bytes: 10))
    }

    @Test(arguments: FileSharing.allCases)
    func aPublisherThatIsKilledLeavesNoImage(sharing: FileSharing) async throws {
        let kept = try await registry.publish(try fixture.request("web"))
        let request = try fixture.request("web", seed: 2, sharing: sharing)
        let root = registry.root.string
        let file = request.file.string
        let isLinked = sharing == .hardLink
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [root = root as String, file = file as String, isLinked = isLinked as Bool] in
            let request = ImageRequest(
                file: FilePath(file),
                name: "web",
                diskFormat: .raw,
                sharing: isLinked ? .hardLink : .copy
            )
            try await LocalRegistry(root: FilePath(root)).publish(request) { _ in kill(getpid(), SIGKILL) }
        }
        #expect(fixture.files.count == 2)
        #expect(try await registry.list() == [kept])
        #expect(try await registry.sweepLeftovers().ingestFiles == 1)
        #expect(fixture.files.count == 1)
        #expect(try contents(request.file) == noise(1 << 20, seed: 2))
        try await registry.publish(request)
    }

    @Test(arguments: [false, true])
    func aTransferThatIsKilledLeavesNoImage(isImport: Bool) async throws {
        let root = registry.root.string
        let file = try fixture.image().string
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [root = root as String, file = file as String, isImport = isImport as Bool] in
            var draft = ImageDraft(name: "web")
            draft.diskFormat = DiskFormatName(.raw)
            draft.containerFormat = .bare
            let registry = LocalRegistry(root: FilePath(root))
            _ = try await ImageTransfer(registry: registry, isImport: isImport).create(draft, of: FilePath(file)) { _ in
                kill(getpid(), SIGKILL)
            }
        }
        #expect(fixture.files.count == 1)
        #expect(try await registry.list() == [], "the same command would make a second image of that name")
        try await registry.sweepLeftovers(isHasty: true)
        #expect(fixture.files == [])
    }

    @Test func whatIsMadeForAReleaseSaysItAtOnce() async throws {
        var request = try fixture.request("web")
        request.properties = ["imagebake_name": "web"]
        let image = try await registry.publish(request)
        #expect(image.properties["imagebake_image"] == image.id.description)
        // A copy that says of which image it is one stays a copy.
        request.properties["imagebake_image"] = image.id.description
        let copy = try await registry.publish(request)
        #expect(copy.properties["imagebake_image"] == image.id.description)
        let other = try await registry.publish(try fixture.request("other"))
        #expect(other.properties == [:])
    }

    @Test func aFileThatIsNotWhatItWasSaidToBeIsRefused() async throws {
        var request = try fixture.request("web")
        let image = try await registry.publish(request)
        let digests = try await FileDigester.digest(request.file)
        #expect(image.fileDigests == digests)
        request.digests = digests
        #expect(try await registry.publish(request).fileDigests == digests)
        try noise(1 << 20, seed: 2).write(to: URL(fileURLWithPath: request.file.string))
        let changed = request
        let error = await #expect(throws: RegistryError.self) { try await registry.publish(changed) }
        #expect(error?.code == .corrupt)
        #expect(fixture.files.count == 1)
    }

    @Test func bytesThatCouldNotBeRemovedAreFoundByTheQuickSweep() async throws {
        let kept = try await registry.publish(try fixture.request("kept", seed: 2))
        let image = try await registry.publish(try fixture.request("web"))
        let blob = fixture.blob(image).string
        let bytes = try contents(fixture.blob(image))
        // No file, which cannot be unlinked, not even by root.
        try FileManager.default.removeItem(atPath: blob)
        try FileManager.default.createDirectory(atPath: blob, withIntermediateDirectories: true)
        try await registry.delete("web")
        await #expect(throws: RegistryError.self) { try await registry.sweepLeftovers(isHasty: true) }
        try FileManager.default.removeItem(atPath: blob)
        try bytes.write(to: URL(filePath: blob))
        let report = try await registry.sweepLeftovers(isHasty: true)
        #expect(report == SweepReport(blobs: 1, bytes: 1 << 20))
        #expect(fixture.files.count == 1)
        #expect(try await registry.list() == [kept])
    }

    @Test func stagedBytesOfAKilledProcessAreFoundByTheQuickSweepWhichLooksAtNoBlobForThem() async throws {
        var draft = ImageDraft(name: "staged")
        draft.diskFormat = DiskFormatName(.raw)
        let staged = try await registry.create(draft)
        try await registry.stage(try fixture.image(), for: staged.id, progress: nil)
        let queued = try await registry.create(ImageDraft(name: "queued"))
        let staging = registry.root.appending("staging")
        func plant(_ name: String) throws { try noise(100).write(to: URL(filePath: staging.appending(name).string)) }
        // Killed between the name and the row; killed before the name.
        try plant(queued.id.description)
        try plant(".\(queued.id).1x.imagebake-partial")
        let orphan = registry.root.appending("blobs").appending("sha256").appending("ab")
        try FileManager.default.createDirectory(atPath: orphan.string, withIntermediateDirectories: true)
        try noise(10).write(to: URL(filePath: orphan.appending(String(repeating: "ab", count: 32)).string))

        let report = try await registry.sweepLeftovers(isHasty: true)
        #expect(report == SweepReport(ingestFiles: 2, bytes: 200))
        #expect(try FileManager.default.contentsOfDirectory(atPath: staging.string) == [staged.id.description])
        #expect(try await registry.show("staged").status == .uploading)
        #expect(try await registry.sweepLeftovers(isHasty: true) == SweepReport())
        #expect(try await registry.sweepLeftovers().blobs == 1)
    }

    @Test func aRowThatIsRefusedLeavesNoBlob() async throws {
        let kept = try await registry.publish(try fixture.request("web"))
        let queue = try DatabaseQueue(path: registry.root.appending("index.sqlite").string)
        try await queue.write { database in
            try database.execute(
                sql: "CREATE TRIGGER refuse BEFORE INSERT ON image BEGIN SELECT RAISE(ABORT, 'refused'); END"
            )
        }
        try queue.close()
        // New bytes, whose blob is in place by then, and the kept image's bytes, whose blob must stay.
        for seed in [2, 1] as [UInt64] {
            let request = try fixture.request("web", seed: seed)
            let error = await #expect(throws: RegistryError.self) { try await registry.publish(request) }
            #expect(error?.code == .io)
            #expect(error?.message.contains("refused") == true)
            let digest = try #require(kept.sha256)
            #expect(fixture.files == ["sha256/\(digest.prefix(2))/\(digest)"])
        }
        #expect(try await registry.list() == [kept])
    }

    @Test func aLostIndexDoesNotCostTheBlobs() async throws {
        try await registry.publish(try fixture.request("web"))
        for suffix in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: registry.root.appending("index.sqlite" + suffix).string)
        }
        #expect(try await registry.sweepLeftovers() == SweepReport())
        #expect(fixture.files.count == 1)
    }

    @Test func aNewerIndexIsLeftAlone() async throws {
        try await registry.publish(try fixture.request("web"))
        let queue = try DatabaseQueue(path: registry.root.appending("index.sqlite").string)
        try await queue.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('99 future')") }
        try queue.close()
        let request = try fixture.request("web", seed: 2)
        for attempt in [
            { _ = try await registry.list() }, { _ = try await registry.publish(request) },
            { _ = try await registry.sweepLeftovers() }, { _ = try await registry.delete("web") },
        ] as [() async throws -> Void] {
            let error = await #expect(throws: RegistryError.self, performing: { try await attempt() })
            #expect(error?.code == .schema)
            #expect(error?.message.contains("newer imagebake") == true)
        }
        #expect(fixture.files.count == 1)
    }

    @Test func anIndexThatIsNoDatabaseIsCorrupt() async throws {
        try await registry.publish(try fixture.request("web"))
        try noise(8192).write(to: URL(fileURLWithPath: registry.root.appending("index.sqlite").string))
        let error = await #expect(throws: RegistryError.self) { try await registry.list() }
        #expect(error?.code == .corrupt)
        #expect(error?.path == registry.root.appending("index.sqlite"))
    }

    @Test func cancellationLeavesNothing() async throws {
        let file = fixture.scratch.appending("large.raw")
        try await command("truncate", ["-s", "1T", file.string])
        let registry = registry
        let request = ImageRequest(file: file, name: "web", diskFormat: .raw, sharing: .hardLink)
        let task = Task { try await registry.publish(request) }
        while fixture.files.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(fixture.files.isEmpty)
        #expect(try await registry.list().isEmpty)
    }

    @Test(.enabled(if: SmallFileSystem.isPossible, "only root may mount a tmpfs"))
    func aFullDiskLeavesNothing() async throws {
        let file = try fixture.image("large.raw", size: 4 << 20)
        try await SmallFileSystem.with("size=2m", in: fixture.scratch) { mount in
            let root = mount.appending("registry")
            let registry = LocalRegistry(root: root)
            let request = ImageRequest(file: file, name: "web", diskFormat: .raw)
            let error = await #expect(throws: RegistryError.self) { try await registry.publish(request) }
            #expect(error?.code == .noSpace)
            #expect(error?.message.contains(root.string) == true)
            #expect(error?.message.contains("no space left") == true)
            let images = try await registry.list()
            #expect(images.isEmpty)
            let left = try await command(
                "find",
                [root.appending("ingest").string, root.appending("blobs").string, "-type", "f"]
            )
            #expect(left.isEmpty)
        }
    }

    @Test(.enabled(if: SmallFileSystem.isPossible, "only root may mount a tmpfs"))
    func aFullDiskUnderTheIndexLeavesNothing() async throws {
        let file = try fixture.image("small.raw", size: 1 << 16)
        try await SmallFileSystem.with("size=1m", in: fixture.scratch) { mount in
            let registry = LocalRegistry(root: mount.appending("registry"))
            let first = try await registry.publish(ImageRequest(file: file, name: "web", diskFormat: .raw))
            // The bytes are shared with the first image; there is no room for the row.
            var request = ImageRequest(file: file, name: "web", diskFormat: .raw, sharing: .hardLink)
            request.file = mount.appending("small.raw")
            try await command("cp", [file.string, request.file.string])
            request.properties = ["text": String(repeating: "x", count: 60_000)]
            let filler = mount.appending("filler")
            try await command("dd", ["if=/dev/zero", "of=\(filler)", "bs=4k", "status=none"], accepted: [1])
            let images = try await registry.list()
            #expect(images == [first])
            let second = request
            let error = await #expect(throws: RegistryError.self) { try await registry.publish(second) }
            #expect(error?.code == .noSpace)
            try FileManager.default.removeItem(atPath: filler.string)
            let kept = try await registry.list()
            #expect(kept == [first])
            try await registry.publish(second)
            let both = try await registry.list()
            #expect(both.count == 2)
        }
    }

    @Test(.enabled(if: SmallFileSystem.isPossible, "only root may mount a tmpfs"))
    func aReadOnlyRegistryCanBeReadAndSaysWhyNotWritten() async throws {
        let file = try fixture.image()
        let scratch = fixture.scratch
        try await SmallFileSystem.with("size=8m", in: scratch) { mount in
            let root = mount.appending("regi?#%stry")
            let registry = LocalRegistry(root: root)
            let request = ImageRequest(file: file, name: "web", diskFormat: .raw)
            let image = try await registry.publish(request)
            try await command("mount", ["-o", "remount,ro", mount.string])

            let images = try await registry.list()
            #expect(images == [image])
            try await registry.save("web", to: .file(scratch.appending("saved")))
            let report = try await registry.sweepLeftovers()
            #expect(report == SweepReport())
            for attempt in [
                { _ = try await registry.publish(request) }, { _ = try await registry.delete("web") },
            ] as [() async throws -> Void] {
                let error = await #expect(throws: RegistryError.self, performing: { try await attempt() })
                #expect(error?.code == .permission)
                #expect(error?.message.contains(root.string) == true)
            }
            let fresh = LocalRegistry(root: mount.appending("new"))
            let error = await #expect(throws: RegistryError.self) { try await fresh.publish(request) }
            #expect(error?.code == .permission)
            let target = mount.appending("target")
            let saving = await #expect(throws: RegistryError.self) { try await registry.save("web", to: .file(target)) }
            #expect(saving?.code == .permission)
        }
    }

    @Test(.enabled(if: SmallFileSystem.isPossible, "only root may become somebody else"))
    func anotherUserMayReadAndIsToldWhatHeMayNot() async throws {
        let request = try fixture.request("web")
        let image = try await registry.publish(request)
        // Once while somebody has the index open for writing, once while nobody has.
        for isOpen in [true, false] {
            let queue = isOpen ? try DatabaseQueue(path: registry.root.appending("index.sqlite").string) : nil
            _ = try await queue?.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM image") }
            let root = registry.root.string
            let file = request.file.string
            let id = image.id.description
            await #expect(processExitsWith: .success) {
                [root = root as String, file = file as String, id = id as String] in
                guard setgid(65534) == 0, setuid(65534) == 0 else { exit(1) }
                let registry = LocalRegistry(root: FilePath(root))
                guard try await registry.list().map(\.id.description) == [id] else { exit(2) }
                try await registry.save(id, to: .file("/dev/null"))
                guard try await registry.sweepLeftovers() == SweepReport() else { exit(3) }
                do {
                    try await registry.publish(ImageRequest(file: FilePath(file), name: "web", diskFormat: .raw))
                    exit(4)
                } catch let error as RegistryError {
                    guard error.code == .permission, error.message.contains(root) else { exit(5) }
                }
                do {
                    try await registry.delete(id)
                    exit(6)
                } catch let error as RegistryError {
                    guard error.code == .permission, error.message.contains(root) else { exit(7) }
                }
            }
            try queue?.close()
        }
        #expect(try await registry.list() == [image])
    }
}
