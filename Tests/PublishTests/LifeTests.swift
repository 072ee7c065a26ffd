import DiskImages
import Foundation
import Publish
import SystemPackage
import TestSupport
import Testing

/// An image's life in the local registry, with the rules that Glance has.
@Suite("The life of a local image")
struct LifeTests {
    private let fixture: Fixture

    init() throws {
        fixture = try Fixture()
    }

    private func registry(_ project: String = "default", _ role: LocalActor.Role = .admin) -> LocalRegistry {
        LocalRegistry(root: fixture.registry.root, actor: LocalActor(project: project, role: role))
    }

    private func draft(_ name: String = "web", _ visibility: Visibility? = nil) -> ImageDraft {
        var draft = ImageDraft(name: name)
        draft.diskFormat = DiskFormatName(.raw)
        draft.containerFormat = .bare
        draft.visibility = visibility
        return draft
    }

    @discardableResult
    private func error(
        _ code: RegistryError.Code,
        _ location: SourceLocation = #_sourceLocation,
        _ body: () async throws -> Void
    ) async -> RegistryError? {
        do {
            try await body()
            Issue.record("nothing was thrown", sourceLocation: location)
        } catch let error as RegistryError {
            #expect(error.code == code, "\(error)", sourceLocation: location)
            return error
        } catch {
            Issue.record(error, sourceLocation: location)
        }
        return nil
    }

    @Test("an image gets its bytes once, by an upload")
    func upload() async throws {
        let registry = registry()
        let image = try await registry.create(draft())
        #expect(image.status == .queued)
        #expect(image.visibility == .shared)
        #expect(image.owner == "default")
        #expect(image.size == nil && image.checksum == nil && image.osHashValue == nil && image.virtualSize == nil)
        await error(.conflict) { try await registry.save("web", to: .file(fixture.scratch.appending("saved"))) }
        let file = try fixture.image()
        let digests = try await FileDigester.digest(file)
        let filled = try await registry.upload(file, to: image.id, store: nil, digests: digests, progress: nil)
        #expect(filled.status == .active)
        #expect(filled.size == 1 << 20)
        #expect(
            filled.checksum == digests.md5 && filled.osHashValue == digests.sha512 && filled.sha256 == digests.sha256
        )
        #expect(try await registry.show("web") == filled)
        await error(.conflict) { try await registry.upload(file, to: image.id) }
        try await registry.save("web", to: .file(fixture.scratch.appending("saved")))
        #expect(try contents(fixture.scratch.appending("saved")) == contents(file))
    }

    @Test("bytes that are not what they were said to be are not taken")
    func wrongBytes() async throws {
        let registry = registry()
        let image = try await registry.create(draft())
        let file = try fixture.image()
        let other = try await FileDigester.digest(try fixture.image("other", seed: 2))
        await error(.corrupt) {
            try await registry.upload(file, to: image.id, store: nil, digests: other, progress: nil)
        }
        await error(.invalid) {
            try await registry.upload(file, to: image.id, store: "rbd", digests: nil, progress: nil)
        }
        #expect(try await registry.show("web").status == .queued)
        #expect(fixture.files == [])
        var update = ImageUpdate()
        update.diskFormat = DiskFormatName(.qcow2)
        try await registry.update(image.id, update)
        await error(.unsafe) { try await registry.upload(file, to: image.id) }
        let bare = try await registry.create(ImageDraft(name: "bare"))
        await error(.invalid) { try await registry.upload(file, to: bare.id) }
    }

    @Test("staged bytes become the image's by an import")
    func importing() async throws {
        let registry = registry()
        let image = try await registry.create(draft())
        let file = try fixture.image()
        func importData(_ method: ImportMethod = .direct, _ stores: StoreChoice = .usual) async throws {
            try await registry.importData(method, into: image.id, stores: stores, allMustSucceed: true)
        }
        await error(.conflict) { try await importData() }
        try await registry.stage(file, for: image.id, progress: nil)
        #expect(try await registry.show("web").status == .uploading)
        await error(.conflict) { try await registry.stage(file, for: image.id, progress: nil) }
        await error(.conflict) { try await registry.upload(file, to: image.id) }
        await error(.conflict) { try await importData(.direct, .named(["rbd"])) }
        try await importData()
        #expect(try await registry.show("web").status == .active)
        #expect(try FileManager.default.contentsOfDirectory(atPath: registry.root.appending("staging").string) == [])
        await error(.invalid) { try await importData(.copy) }
        await error(.conflict) { try await importData(.webDownload("http://127.0.0.1/x")) }
        #expect(try await registry.importMethods() == ["glance-direct", "web-download", "copy-image"])
    }

    @Test("staged bytes go with their image, also where a killed process left them")
    func stagingSweep() async throws {
        let registry = registry()
        let image = try await registry.create(draft())
        try await registry.stage(try fixture.image(), for: image.id, progress: nil)
        #expect(try await registry.sweepLeftovers() == SweepReport())
        let staging = registry.root.appending("staging")
        try Data("x".utf8).write(to: URL(filePath: staging.appending(ImageID().description).string))
        try Data("xy".utf8).write(to: URL(filePath: staging.appending(".y.0.imagebake-partial").string))
        let report = try await registry.sweepLeftovers()
        #expect(report.ingestFiles >= 1)
        #expect(try FileManager.default.contentsOfDirectory(atPath: staging.string).contains(image.id.description))
        try await registry.delete("web")
        #expect(try !FileManager.default.contentsOfDirectory(atPath: staging.string).contains(image.id.description))
    }

    @Test("metadata changes as a whole or not at all")
    func update() async throws {
        let registry = registry()
        let image = try await registry.create(draft())
        var update = ImageUpdate()
        update.name = "db"
        update.minDisk = 5
        update.minRAM = 512
        update.isHidden = true
        update.isProtected = true
        update.visibility = .community
        update.addedTags = ["b", "a"]
        update.properties = ["hw_disk_bus": "scsi", "x": ""]
        let changed = try await registry.update(image.id, update)
        #expect(changed.name == "db" && changed.minDisk == 5 && changed.minRAM == 512)
        #expect(changed.isHidden && changed.isProtected && changed.visibility == .community)
        #expect(changed.tags == ["a", "b"])
        #expect(changed.properties == ["hw_disk_bus": "scsi", "x": ""])
        #expect(try await registry.show("db") == changed, "a hidden image is found by its name")
        #expect(try await registry.list() == [])

        update = ImageUpdate()
        update.removedTags = ["a"]
        update.removedProperties = ["x"]
        let less = try await registry.update(image.id, update)
        #expect(less.tags == ["b"] && less.properties == ["hw_disk_bus": "scsi"])
        update.name = "never"
        await error(.notFound) { try await registry.update(image.id, update) }
        update.removedTags = []
        await error(.conflict) { try await registry.update(image.id, update) }
        #expect(try await registry.show("db") == less)

        try await registry.upload(try fixture.image(), to: image.id)
        update = ImageUpdate()
        update.diskFormat = DiskFormatName(.qcow2)
        await error(.forbidden) { try await registry.update(image.id, update) }
        await error(.protected) { try await registry.delete("db") }
    }

    static let wrong: [(String, RegistryError.Code, @Sendable (inout ImageDraft) -> Void)] = [
        ("format", .invalid, { $0.diskFormat = DiskFormatName(rawValue: "gpt") }),
        ("container", .invalid, { $0.containerFormat = ContainerFormatName(rawValue: "zip") }),
        ("a mix of Amazon's and others", .invalid, { $0.diskFormat = DiskFormatName(rawValue: "aki") }),
        ("reserved", .forbidden, { $0.properties = ["os_glance_x": "1"] }),
        ("base", .forbidden, { $0.properties = ["checksum": "1"] }),
        ("many tags", .tooLarge, { $0.tags = (0..<129).map(String.init) }),
        ("min_disk", .invalid, { $0.minDisk = -1 }),
        ("owner", .invalid, { $0.owner = "" }),
    ]

    @Test("what Glance would refuse is refused", arguments: wrong.indices)
    func limits(index: Int) async throws {
        var draft = draft()
        Self.wrong[index].2(&draft)
        await error(Self.wrong[index].1) { _ = try await registry().create(draft) }
    }

    @Test("Amazon's three kinds are made", arguments: ["ami", "ari", "aki"])
    func amazon(kind: String) async throws {
        var draft = draft()
        draft.diskFormat = DiskFormatName(rawValue: kind)
        draft.containerFormat = ContainerFormatName(rawValue: kind)
        let image = try await ImageTransfer(registry: registry()).create(draft, of: try fixture.image())
        #expect(image.status == .active && image.diskFormat?.rawValue == kind && image.virtualSize == nil)
    }

    @Test("a deactivated image's bytes are an administrator's only")
    func deactivated() async throws {
        let member = registry("p1", .member)
        let image = try await ImageTransfer(registry: member).create(draft(), of: try fixture.image())
        await error(.forbidden) { try await registry("p1", .reader).setActive(false, image.id) }
        try await member.setActive(false, image.id)
        try await member.setActive(false, image.id)
        #expect(try await member.show("web").status == .deactivated)
        let file = fixture.scratch.appending("saved")
        await error(.forbidden) { try await member.save("web", to: .file(file)) }
        #expect(!FileManager.default.fileExists(atPath: file.string))
        try await registry().save(image.id.description, to: .file(file))
        try await member.setActive(true, image.id)
        try await member.save("web", to: .file(file))
        let empty = try await member.create(draft("empty"))
        await error(.forbidden) { try await member.setActive(false, empty.id) }
    }

    @Test("a shared image is seen by whom it is shared with, and listed once it is accepted")
    func members() async throws {
        let owner = registry("p1", .member)
        let other = registry("p2", .member)
        let image = try await ImageTransfer(registry: owner).create(draft(), of: try fixture.image())
        let id = image.id
        await error(.notFound) { _ = try await other.show(id.description) }
        #expect(try await owner.addMember("p2", to: id).status == .pending)
        await error(.conflict) { try await owner.addMember("p2", to: id) }
        #expect(try await other.show(id.description) == image)
        #expect(try await other.list() == [])
        var pending = ImageQuery()
        pending.memberStatus = .pending
        #expect(try await other.list(pending) == [image])
        await error(.forbidden) { try await owner.setMember("p2", of: id, to: .accepted) }
        await error(.forbidden) { try await registry("p2", .reader).setMember("p2", of: id, to: .accepted) }
        #expect(try await other.setMember("p2", of: id, to: .accepted).status == .accepted)
        #expect(try await other.list() == [image])
        #expect(try await other.show("web") == image)
        try await other.save("web", to: .file(fixture.scratch.appending("saved")))
        try await owner.addMember("p3", to: id)
        #expect(try await owner.members(of: id).map(\.project) == ["p2", "p3"])
        #expect(try await other.members(of: id).map(\.project) == ["p2"])
        await error(.forbidden) { try await other.addMember("p4", to: id) }
        await error(.forbidden) { try await other.removeMember("p2", from: id) }
        try await owner.removeMember("p2", from: id)
        await error(.notFound) { try await owner.removeMember("p2", from: id) }
        await error(.notFound) { _ = try await other.show(id.description) }
        var update = ImageUpdate()
        update.visibility = .private
        try await owner.update(id, update)
        await error(.forbidden) { try await owner.addMember("p2", to: id) }
        await error(.notFound) { _ = try await registry("p3", .member).show(id.description) }
    }

    @Test(
        "what may not be made is refused before its file is looked at",
        arguments: [
            (LocalActor.Role.member, Visibility.public, nil), (.reader, .private, nil), (.reader, .community, nil),
            (.member, .shared, "p2"),
        ] as [(LocalActor.Role, Visibility, String?)]
    )
    func refusedEarly(role: LocalActor.Role, visibility: Visibility, owner: String?) async throws {
        var draft = draft("web", visibility)
        draft.owner = owner
        let transfer = ImageTransfer(registry: registry("p1", role))
        let wanted = draft
        await error(.forbidden) { _ = try await transfer.create(wanted, of: fixture.scratch.appending("missing")) }
        #expect(fixture.files == [])
    }

    @Test("what fails, or is cancelled, leaves no image", arguments: [false, true])
    func transferFails(isImport: Bool) async throws {
        let registry = registry()
        let file = try fixture.image()
        let transfer = ImageTransfer(registry: registry, isImport: isImport, store: "rbd")
        await #expect(throws: RegistryError.self) { _ = try await transfer.create(draft(), of: file) }
        #expect(try await registry.list() == [])
        let wanted = draft()
        let task = Task { @Sendable in
            try await ImageTransfer(registry: registry, isImport: isImport).create(wanted, of: file) { _ in
                withUnsafeCurrentTask { $0?.cancel() }
            }
        }
        task.cancel()
        await #expect(throws: (any Error).self) { try await task.value }
        #expect(try await registry.list() == [])
        #expect(fixture.files == [])
    }

    @Test("rotten bytes are found")
    func verify() async throws {
        let registry = registry()
        let image = try await ImageTransfer(registry: registry).create(draft(), of: try fixture.image())
        try await registry.verify(image.id)
        let blob = fixture.blob(image)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: blob.string)
        let file = try FileHandle(forUpdating: URL(filePath: blob.string))
        try file.seek(toOffset: 77)
        try file.write(contentsOf: [0])
        try file.write(contentsOf: [1])
        try file.close()
        await error(.corrupt) { try await registry.verify(image.id) }
    }
}
