import DiskImages
import Foundation
import Publish
import SystemPackage
import TestSupport
import Testing

/// Glance's unified limits in the local registry.
@Suite("Quotas of the local registry")
struct QuotaTests {
    private let fixture: Fixture

    init() throws {
        fixture = try Fixture()
    }

    private func registry(_ project: String = "p1", _ role: LocalActor.Role = .member) -> LocalRegistry {
        LocalRegistry(root: fixture.registry.root, actor: LocalActor(project: project, role: role))
    }

    private func draft(_ name: String) -> ImageDraft {
        var draft = ImageDraft(name: name)
        draft.diskFormat = DiskFormatName(.raw)
        draft.containerFormat = .bare
        return draft
    }

    /// That something is too much, in the words that oslo.limit has for it.
    private func refused(
        _ quota: Quota,
        _ limit: Int,
        _ usage: Int,
        _ delta: Int,
        _ location: SourceLocation = #_sourceLocation,
        _ body: () async throws -> Void
    ) async {
        let error = await #expect(throws: RegistryError.self, sourceLocation: location) { try await body() }
        #expect(error?.code == .tooLarge, "\(String(describing: error))", sourceLocation: location)
        #expect(
            error?.message
                == "Project p1 is over a limit for [Resource \(quota.rawValue) is over limit of \(limit) due to current usage \(usage) and delta \(delta)]",
            sourceLocation: location
        )
    }

    @Test("without quotas nothing is limited")
    func none() async throws {
        #expect(try await registry().quotas(of: "p1").values.allSatisfy { $0.limit == -1 && $0.usage == 0 })
        try await registry().publish(try fixture.request("web"))
        let usage = try await registry().quotas(of: "p1")
        #expect(usage[.countTotal]?.usage == 1 && usage[.sizeTotal]?.usage == 1)
    }

    @Test("a project has so many images, hidden ones too, and another project as many")
    func count() async throws {
        let admin = registry("default", .admin)
        try await admin.setQuotas([.countTotal: 2], of: "p1")
        var hidden = draft("hidden")
        hidden.isHidden = true
        _ = try await registry().create(hidden)
        try await registry().publish(try fixture.request("web"))
        await refused(.countTotal, 2, 2, 1) { _ = try await registry().create(draft("more")) }
        let request = try fixture.request("more", seed: 2)
        await refused(.countTotal, 2, 2, 1) { try await registry().publish(request) }
        #expect(fixture.files.count == 1)
        _ = try await registry("p2").create(draft("other"))
        try await registry().delete("web")
        _ = try await registry().create(draft("more"))
    }

    @Test("images have so many MiB, of which parts do not count")
    func size() async throws {
        let admin = registry("default", .admin)
        try await admin.setQuotas([.sizeTotal: 3], of: "p1")
        for seed in 1...3 { try await registry().publish(try fixture.request("web\(seed)", seed: UInt64(seed))) }
        let image = try await registry().create(draft("more"))
        let file = try fixture.image("more.raw", seed: 9)
        await refused(.sizeTotal, 3, 3, 1) { try await registry().upload(file, to: image.id) }
        #expect(try await registry().show("more").status == .queued)
        // As for Glance, which asks for whole MiB.
        try await registry().upload(try fixture.image("small.raw", size: 1000), to: image.id)
        try await admin.setQuotas([.sizeTotal: 1], of: "p1")
        await refused(.sizeTotal, 1, 3, 1) { try await registry().publish(try fixture.request("again")) }
        #expect(try await registry().list().count == 4, "what there is stays")
    }

    @Test("staged bytes and images on their way in are limited")
    func staging() async throws {
        let admin = registry("default", .admin)
        try await admin.setQuotas([.stageTotal: 1, .countUploading: 2], of: "p1")
        let file = try fixture.image()
        let first = try await registry().create(draft("first"))
        let second = try await registry().create(draft("second"))
        try await registry().stage(file, for: first.id, progress: nil)
        await refused(.stageTotal, 1, 1, 1) { try await registry().stage(file, for: second.id, progress: nil) }
        #expect(try await registry().quotas(of: "p1")[.countUploading]?.usage == 1)
        try await admin.setQuotas([.countUploading: 1], of: "p1")
        await refused(.countUploading, 1, 1, 1) { try await registry().upload(file, to: second.id) }
        try await registry().importData(.direct, into: first.id, stores: .usual, allMustSucceed: true)
        #expect(try await registry().quotas(of: "p1")[.stageTotal]?.usage == 0)
        try await registry().upload(file, to: second.id)
    }

    @Test("limits are for all projects, or for one in their place")
    func defaults() async throws {
        let admin = registry("default", .admin)
        try await admin.setQuotas([.countTotal: 0], of: nil)
        await refused(.countTotal, 0, 0, 1) { _ = try await registry().create(draft("a")) }
        try await admin.setQuotas([.countTotal: -1], of: "p1")
        _ = try await registry().create(draft("a"))
        try await admin.removeQuotas(of: "p1")
        await refused(.countTotal, 0, 1, 1) { _ = try await registry().create(draft("b")) }
        try await admin.removeQuotas(of: nil)
        _ = try await registry().create(draft("b"))
    }

    @Test("only an administrator sets them, and only to what they can be")
    func forbidden() async throws {
        for body in [
            { try await registry().setQuotas([.countTotal: 9], of: "p1") },
            { try await registry().removeQuotas(of: "p1") },
            { _ = try await registry().quotas(of: "p2") },
        ] as [() async throws -> Void] {
            let error = await #expect(throws: RegistryError.self, performing: { try await body() })
            #expect(error?.code == .forbidden)
        }
        let error = await #expect(throws: RegistryError.self) {
            try await registry("default", .admin).setQuotas([.countTotal: -2], of: "p1")
        }
        #expect(error?.code == .invalid)
    }
}
