import DiskImages
import Foundation
import Publish
import TestSupport
import Testing

/// Where the local registry's answers were once others than Glance's: OpenStackTests' matrix asks both of them everything.
@Suite("Who may do what with a local image")
struct AccessRulesTests {
    private let fixture: Fixture

    init() throws { fixture = try Fixture() }

    private func registry(_ project: String, _ role: LocalActor.Role) -> LocalRegistry {
        LocalRegistry(root: fixture.registry.root, actor: LocalActor(project: project, role: role))
    }

    private func image(_ visibility: Visibility) async throws -> Image {
        var draft = ImageDraft(name: "web")
        draft.diskFormat = DiskFormatName(.raw)
        draft.containerFormat = .bare
        draft.visibility = visibility
        let image = try await registry("red", .admin).create(draft)
        return try await registry("red", .member).upload(try fixture.image(), to: image.id)
    }

    private func code(_ body: () async throws -> Void) async throws -> RegistryError.Code? {
        do {
            try await body()
            return nil
        } catch let error as RegistryError {
            return error.code
        }
    }

    @Test("an administrator's list leaves out other projects' community images, unless it asks for them")
    func community() async throws {
        let image = try await image(.community)
        var query = ImageQuery()
        #expect(try await registry("green", .admin).list(query) == [])
        #expect(try await registry("red", .admin).list(query).map(\.id) == [image.id])
        query.visibility = .all
        #expect(try await registry("green", .admin).list(query).map(\.id) == [image.id])
        query.visibility = .only(.community)
        #expect(try await registry("green", .member).list(query).map(\.id) == [image.id])
    }

    @Test("only shared images have members, to whomever asks", arguments: [Visibility.private, .community, .public])
    func members(_ visibility: Visibility) async throws {
        let id = try await image(visibility).id
        for role in [LocalActor.Role.member, .admin] {
            let registry = registry("red", role)
            #expect(try await code { _ = try await registry.members(of: id) } == .forbidden)
            #expect(try await code { try await registry.removeMember("green", from: id) } == .forbidden)
            #expect(try await code { try await registry.setMember("green", of: id, to: .accepted) } == .forbidden)
        }
    }

    @Test("a project with which an image is not shared cannot be taken from it, whoever tries")
    func strangers() async throws {
        let id = try await image(.shared).id
        #expect(try await code { try await registry("red", .reader).removeMember("blue", from: id) } == .notFound)
        try await registry("red", .member).addMember("green", to: id)
        #expect(try await code { try await registry("green", .member).removeMember("blue", from: id) } == .notFound)
        #expect(try await code { try await registry("green", .member).removeMember("green", from: id) } == .forbidden)
    }

    @Test("a visibility and an owner are refused to those who may not set them, also where they are so already")
    func unchanged() async throws {
        let id = try await image(.public).id
        var update = ImageUpdate()
        update.visibility = .public
        #expect(try await code { try await registry("red", .member).update(id, update) } == .forbidden)
        #expect(try await code { try await registry("red", .admin).update(id, update) } == nil)
        update = ImageUpdate()
        update.owner = "red"
        #expect(try await code { try await registry("red", .member).update(id, update) } == .forbidden)
        #expect(try await code { try await registry("blue", .admin).update(id, update) } == nil)
    }

    @Test("bytes in a store are an administrator's to delete, of an active image, and not the last ones")
    func stores() async throws {
        let id = try await image(.private).id
        #expect(try await code { try await registry("red", .member).delete(id, from: "local") } == .forbidden)
        #expect(try await code { try await registry("red", .admin).delete(id, from: "local") } == .forbidden)
        #expect(try await code { try await registry("red", .admin).delete(id, from: "rbd") } == .conflict)
        try await registry("red", .member).setActive(false, id)
        #expect(try await code { try await registry("red", .admin).delete(id, from: "local") } == .conflict)
    }
}
