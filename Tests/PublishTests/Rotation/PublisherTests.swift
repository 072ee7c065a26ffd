import DiskImages
import Foundation
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Publish

/// Publications into a real registry, the local one.
@Suite("Publishing as a transaction")
struct PublisherTests {
    private let fixture: Fixture
    private let warnings = Warnings()
    private var registry: LocalRegistry { fixture.registry }

    init() throws {
        fixture = try Fixture()
    }

    /// What was warned of.
    private final class Warnings: Sendable {
        private let list = Mutex<[String]>([])
        var all: [String] { list.withLock { $0 } }
        func add(_ text: String) { list.withLock { $0.append(text) } }
    }

    private func publisher(
        _ registry: any ImageRegistry,
        keep: Int? = 2,
        _ retire: RetireAction = .hide,
        who: String = "here"
    ) -> ImagePublisher {
        let warnings = warnings
        return ImagePublisher(
            registry: registry,
            rule: RotationRule(name: "web", keep: keep, retire: retire),
            publisher: who,
            warn: { warnings.add($0) }
        )
    }

    private func request(_ seed: UInt64) throws -> ImageRequest {
        var request = try fixture.request("web", seed: seed)
        request.visibility = .public
        request.bakeID = "bake-\(seed)"
        request.osDistro = "debian"
        return request
    }

    private func all() async throws -> [Image] {
        var hidden = ImageQuery()
        hidden.isHidden = true
        return try await registry.list() + registry.list(hidden)
    }

    /// The seeds of the images by what has become of them; the name's own first.
    private func state() async throws -> String {
        let images = try await all().sorted { Image.isOlder($1, $0) }
        return images.map { image in
            let seed = image.bakeID?.split(separator: "-").last.map(String.init) ?? "?"
            let marks = [
                image.name == "web" ? "web" : nil, image.isHidden ? "hidden" : nil, image.isIncoming ? "incoming" : nil,
                image.status == .active ? nil : image.status.rawValue, image.isWithdrawn ? "withdrawn" : nil,
                image.visibility == .public ? nil : image.visibility.rawValue,
            ].compactMap(\.self)
            return ([seed] + marks).joined(separator: " ")
        }.joined(separator: ", ")
    }

    private func error(_ body: () async throws -> Void) async -> RegistryError? {
        await #expect(throws: RegistryError.self, performing: { try await body() })
    }

    @Test("four publications, two of which are kept", arguments: RetireAction.allCases)
    func rotation(_ retire: RetireAction) async throws {
        for seed in 1...4 as ClosedRange<UInt64> {
            let outcome = try await publisher(registry, keep: 2, retire).publish(try request(seed))
            #expect(outcome.isUploaded)
            #expect(outcome.image.name == "web" && outcome.image.visibility == .public)
            #expect(outcome.image.minDisk == 1 && outcome.image.minRAM == 512)
            #expect(try await registry.show("web").id == outcome.image.id)
        }
        let old = [
            RetireAction.hide: ", 2 hidden, 1 hidden", .deactivate: ", 2 deactivated, 1 deactivated",
            .community: ", 2 community, 1 community", .delete: "",
        ][retire]
        #expect(try await state() == "4 web, 3" + (old ?? "?"))
        #expect(warnings.all == [])
        let day = Timestamp.text(Date()).prefix(10).filter(\.isNumber)
        #expect(try await all().allSatisfy { $0.name == "web" || $0.name?.hasPrefix("web-\(day)") == true })
    }

    @Test("the same bytes are not sent again, and what differs is changed in place")
    func twice() async throws {
        let wrapped = WrappedRegistry(registry)
        let first = try await publisher(wrapped).publish(try request(1))
        let again = try await publisher(wrapped).publish(try request(1))
        #expect(wrapped.uploads == 1)
        #expect(again.image == first.image)
        #expect(again.steps.map(\.action) == [.skip])

        var other = try request(1)
        other.tags = ["golden"]
        other.properties = ["hw_disk_bus": "virtio"]
        other.isProtected = true
        let changed = try await publisher(wrapped).publish(other)
        #expect(wrapped.uploads == 1)
        #expect(changed.image.id == first.image.id)
        #expect(changed.image.tags == ["golden"] && changed.image.isProtected)
        #expect(changed.steps.map(\.action) == [.skip, .publish])
        #expect(changed.steps.last?.detail == "protected, 1 tag, sets hw_disk_bus")
    }

    @Test("an older image's bytes take the name back without being sent")
    func older() async throws {
        let wrapped = WrappedRegistry(registry)
        for seed in [1, 2, 3, 1] as [UInt64] { try await publisher(wrapped).publish(try request(seed)) }
        #expect(wrapped.uploads == 3)
        #expect(try await state() == "1 web, 3, 2 hidden")
    }

    @Test("killed after any change, the name means a good image, and the same command ends as it would have")
    func killed() async throws {
        for retire in RetireAction.allCases {
            for life in 0...6 {
                let here = try PublisherTests()
                for seed in 1...3 as ClosedRange<UInt64> {
                    try await here.publisher(here.registry, keep: 2, retire).publish(try here.request(seed))
                }
                let registry = here.registry
                let watch: @Sendable () async throws -> Void = {
                    var query = ImageQuery()
                    query.name = "web"
                    let named = try await registry.list(query)
                    #expect(named.contains { $0.isUsable && $0.visibility == .public })
                }
                let dying = WrappedRegistry(registry, life: life, watch: watch)
                do {
                    try await here.publisher(dying, keep: 2, retire).publish(try here.request(4))
                } catch is WrappedRegistry.Killed {}
                try await watch()
                let next = WrappedRegistry(registry, watch: watch)
                try await here.publisher(next, keep: 2, retire).publish(try here.request(4))
                #expect(next.uploads == (life == 0 ? 1 : 0), "the bytes that were there are sent again after \(life)")
                let old = [
                    RetireAction.hide: ", 2 hidden, 1 hidden", .deactivate: ", 2 deactivated, 1 deactivated",
                    .community: ", 2 community, 1 community", .delete: "",
                ][retire]
                #expect(try await here.state() == "4 web, 3" + (old ?? "?"), "\(retire), killed after \(life)")
            }
        }
    }

    @Test("what a killed run left half-made goes; what another machine has begun stays for a day")
    func leftovers() async throws {
        var draft = ImageDraft(name: "web.incoming")
        draft.visibility = .private
        draft.diskFormat = DiskFormatName(.raw)
        draft.containerFormat = .bare
        draft.properties = [ImageProperty.name: "web", ImageProperty.incoming: "here", ImageProperty.bakeID: "bake-7"]
        let mine = try await registry.create(draft)
        draft.properties[ImageProperty.incoming] = "elsewhere"
        let theirs = try await registry.create(draft)
        let outcome = try await publisher(registry).publish(try request(1))
        #expect(outcome.steps.map(\.action) == [.remove, .upload, .publish])
        #expect(await error { _ = try await registry.show(mine.id.description) }?.code == .notFound)
        #expect(try await registry.show(theirs.id.description).status == .queued)
        #expect(warnings.all.count == 1)
        #expect(warnings.all.first?.contains("another run has begun to publish 'web' as \(theirs.id)") == true)
    }

    @Test("an image that is in use is hidden in the place of being deleted, said to be so, and deleted when it is free")
    func inUse() async throws {
        let first = try await publisher(registry, keep: 1, .delete).publish(try request(1)).image
        let busy = WrappedRegistry(registry, inUse: [first.id])
        try await publisher(busy, keep: 1, .delete).publish(try request(2))
        #expect(try await state() == "2 web, 1 hidden")
        let warning = try #require(warnings.all.first)
        #expect(warning.contains("(\(first.id)) is in use and cannot be deleted, so it is hidden"))
        try await publisher(registry, keep: 1, .delete).publish(try request(3))
        #expect(try await state() == "3 web")
    }

    @Test("a protected image is not deleted, and named")
    func protected() async throws {
        var first = try request(1)
        first.isProtected = true
        let image = try await publisher(registry, keep: 1, .delete).publish(first).image
        try await publisher(registry, keep: 1, .delete).publish(try request(2))
        #expect(try await state() == "2 web, 1")
        #expect(warnings.all.count == 1)
        #expect(warnings.all.first?.contains("(\(image.id)) is not deleted: it is protected") == true)
    }

    @Test("an image of another project with the same name is left alone")
    func foreign() async throws {
        let other = LocalRegistry(root: registry.root, actor: LocalActor(project: "other", role: .admin))
        var theirs = try request(9)
        theirs.visibility = .public
        let image = try await other.publish(theirs)
        try await publisher(registry, keep: 1, .delete).publish(try request(1))
        #expect(try await registry.show(image.id.description) == image)
    }

    @Test("without a project too only images of the owner of the new one are moved")
    func withoutProject() async throws {
        let other = LocalRegistry(root: registry.root, actor: LocalActor(project: "other", role: .admin))
        let theirs = try await publisher(other).publish(try request(9)).image
        let system = WrappedRegistry(registry, isOfProject: false)
        for seed in 1...2 as ClosedRange<UInt64> {
            try await publisher(system, keep: 1, .delete).publish(try request(seed))
        }
        #expect(try await registry.show(theirs.id.description) == theirs)
        #expect(try await all().filter { $0.id != theirs.id }.map(\.bakeID) == ["bake-2"])
    }

    @Test("without a project what was published before is found, and what a killed run left is removed")
    func withoutProjectAgain() async throws {
        let system = WrappedRegistry(registry, isOfProject: false)
        let first = try await publisher(system).publish(try request(1))
        #expect(first.isUploaded)
        let again = try await publisher(system).publish(try request(1))
        #expect(!again.isUploaded && again.image.id == first.image.id)
        let dying = WrappedRegistry(registry, life: 3, isOfProject: false)
        await #expect(throws: WrappedRegistry.Killed.self) { try await publisher(dying).publish(try request(2)) }
        #expect(try await all().count == 2)
        let second = try await publisher(system).publish(try request(2))
        #expect(!second.isUploaded, "the killed run had sent the bytes")
        #expect(try await all().count == 2)
        let error = await error { _ = try await ImageRollback(of: "web", in: system).run() }
        #expect(error?.code == .invalid && error?.message.contains("names no project") == true)
    }

    @Test("a server's snapshot, to which Nova copied all properties, is not deleted, nor given the name")
    func snapshot() async throws {
        let first = try await publisher(registry).publish(try request(1)).image
        #expect(first.properties[ImageProperty.image] == first.id.description)
        var copy = try fixture.request("backup", seed: 5)
        copy.properties = first.properties
        copy.properties["base_image_ref"] = first.id.description
        copy.properties["image_type"] = "snapshot"
        let backup = try await registry.publish(copy)
        try await registry.delete(first.id.description)
        for seed in 2...3 as ClosedRange<UInt64> {
            try await publisher(registry, keep: 1, .delete).publish(try request(seed))
        }
        #expect(await error { _ = try await ImageRollback(of: "web", in: registry, retire: .delete).run() } != nil)
        #expect(try await registry.show(backup.id.description) == backup)
    }

    @Test("an image holds its name until something takes it away")
    func holding() async throws {
        let first = try await publisher(registry).publish(try request(1)).image
        let second = try await publisher(registry).publish(try request(2)).image
        func holders() async throws -> [Bool] {
            [
                try await registry.show(first.id.description).holdsItsName,
                try await registry.show(second.id.description).holdsItsName,
            ]
        }
        #expect(try await holders() == [false, true])
        // A recipe that is as it was before.
        try await publisher(registry).publish(try request(1))
        #expect(try await holders() == [true, false])
        _ = try await ImageRollback(of: "web", in: registry).run()
        #expect(try await holders() == [false, true])
        var hidden = ImageUpdate()
        hidden.isHidden = true
        try await registry.update(second.id, hidden)
        #expect(try await holders() == [false, false])
    }

    @Test("what another publisher has half-made is not taken over: it may delete it at any moment")
    func adoption() async throws {
        let dying = WrappedRegistry(registry, life: 1)
        await #expect(throws: WrappedRegistry.Killed.self) {
            try await publisher(dying, who: "elsewhere").publish(try request(1))
        }
        let theirs = try #require(try await all().first)
        #expect(theirs.isIncoming && theirs.status == .active)
        let outcome = try await publisher(registry).publish(try request(1))
        #expect(outcome.isUploaded && outcome.image.id != theirs.id)
        #expect(try await registry.show(theirs.id.description) == theirs)
        #expect(warnings.all.count == 1)
    }

    @Test("the name is not taken from an image that more people see, unless it stays with both")
    func reach() async throws {
        let first = try await publisher(registry).publish(try request(1)).image
        var narrow = try request(2)
        narrow.visibility = .shared
        let failure = await error { try await publisher(registry).publish(narrow) }
        #expect(failure?.code == .conflict)
        #expect(failure?.message.contains("'web' is the image \(first.id), which is public") == true)
        #expect(await error { _ = try await publisher(registry).preview(narrow) }?.code == .conflict)
        #expect(try await all() == [first])
        try await publisher(registry, keep: nil).publish(narrow)
        #expect(try await state() == "2 web shared, 1 web")
    }

    @Test("a promotion outlives a second run with the same bytes")
    func promoted() async throws {
        var shared = try request(1)
        shared.visibility = .shared
        try await publisher(registry).publish(shared)
        _ = try await ImagePromotion(to: .public, in: registry).run("web")
        let again = try await publisher(registry).publish(shared)
        #expect(again.image.visibility == .public && again.steps.map(\.action) == [.skip])
        #expect(warnings.all.count == 1)
        #expect(warnings.all.first?.contains("stays public, which more people see than shared") == true)
    }

    @Test("an image that has the name by now is not retired", arguments: [RetireAction.delete, .hide])
    func changed(_ retire: RetireAction) async throws {
        let image = try await publisher(registry).publish(try request(1)).image
        var before = image
        before.name = "web-20261118"
        var update = ImageUpdate()
        update.isHidden = true
        let step =
            retire == .delete ? RotationStep(.delete, before, .delete) : RotationStep(.hide, before, .update(update))
        let warnings = warnings
        let executor = RotationExecutor(
            registry: registry,
            name: "web",
            onStep: { Issue.record("\($0) was done") },
            warn: { warnings.add($0) }
        )
        try await executor.run(RotationPlan(step))
        #expect(try await registry.show("web") == image)
        #expect(warnings.all == ["the image \(image.id) has the name 'web' by now, and is left as it is"])
    }

    @Test("bytes that a rollback deleted do not come back, until somebody says so")
    func deleted() async throws {
        for seed in 1...2 as ClosedRange<UInt64> { try await publisher(registry).publish(try request(seed)) }
        _ = try await ImageRollback(of: "web", in: registry, retire: .delete).run()
        #expect(try await state() == "1 web")
        let wrapped = WrappedRegistry(registry)
        #expect(await error { try await publisher(wrapped).publish(try request(2)) }?.code == .conflict)
        let third = try await publisher(registry, keep: 1, .delete).publish(try request(3)).image
        let failure = await error { try await publisher(wrapped).publish(try request(2)) }
        #expect(failure?.code == .conflict && wrapped.uploads == 0)
        #expect(failure?.message.contains("the property imagebake_refused of the image \(third.id)") == true)
        var update = ImageUpdate()
        update.removedProperties = [ImageProperty.refused]
        try await registry.update(third.id, update)
        #expect(try await publisher(registry).publish(try request(2)).image.name == "web")
    }

    @Test("a refusal comes before anything is made", arguments: ["hw_disk_bus", "format", "profile", "store"])
    func refusal(_ what: String) async throws {
        var request = try request(1)
        var publisher = publisher(registry)
        switch what {
        case "hw_disk_bus": request.properties = ["hw_disk_bus": "virtoi"]
        case "format": request.diskFormat = .qcow2
        case "store": request.store = "nowhere"
        default:
            publisher = ImagePublisher(
                registry: registry,
                rule: RotationRule(name: "web"),
                publisher: "here",
                profile: .scs0102
            )
        }
        let failure = await error { try await publisher.publish(request) }
        #expect(failure?.code == (what == "format" ? .unsafe : .invalid), "\(failure?.message ?? "")")
        if what == "profile" {
            let message = failure?.message ?? ""
            #expect(message.hasPrefix("scs-0102 asks for 'architecture'"))
            #expect(message.contains("image_source"))
        }
        #expect(try await all() == [])
    }

    @Test("an unknown property is warned of")
    func unknown() async throws {
        var request = try request(1)
        request.properties = ["hw_disk_buss": "virtio"]
        try await publisher(registry).publish(request)
        #expect(warnings.all.count == 1)
        #expect(warnings.all.first?.contains("'hw_disk_buss'") == true)
    }

    @Test("a dry run says all of it and changes nothing")
    func preview() async throws {
        for seed in 1...2 as ClosedRange<UInt64> { try await publisher(registry).publish(try request(seed)) }
        let before = try await all()
        let steps = try await publisher(registry, keep: 1, .delete).preview(try request(3))
        #expect(steps.map(\.action) == [.upload, .publish, .rename, .delete, .delete])
        #expect(steps[0].image == nil && steps[0].detail == "raw, 1048576 bytes")
        #expect(steps[1].detail == "takes the name 'web', public")
        #expect(try await publisher(registry).preview(try request(2)).map(\.action) == [.skip])
        let unknown = try await publisher(registry).preview(try request(2), isFileThere: false)
        #expect(unknown.map(\.action) == [.upload, .publish, .rename, .hide])
        #expect(try await all() == before)
        let data = try JSONEncoder().encode(steps)
        #expect(try JSONDecoder().decode([PublicationStep].self, from: data) == steps)
    }

    @Test("a rollback gives the name back, and the bad bytes do not return")
    func rollback() async throws {
        for seed in 1...3 as ClosedRange<UInt64> { try await publisher(registry, keep: 3).publish(try request(seed)) }
        let rollback = ImageRollback(of: "web", in: registry)
        #expect(try await rollback.preview().map(\.action) == [.publish, .withdraw])
        #expect(try await state() == "3 web, 2, 1")
        #expect(try await rollback.run().map(\.action) == [.publish, .withdraw])
        #expect(try await state() == "3 hidden withdrawn, 2 web, 1")
        let failure = await error { try await publisher(registry).publish(try request(3)) }
        #expect(failure?.code == .conflict)
        #expect(failure?.message.contains("a rollback took the name 'web' from these bytes") == true)
        #expect(try await rollback.run().count == 2)
        #expect(await error { _ = try await rollback.run() }?.code == .notFound)
        #expect(try await state() == "3 hidden withdrawn, 2 hidden withdrawn, 1 web")
        try await publisher(registry, keep: 2).publish(try request(4))
        #expect(try await state() == "4 web, 3 hidden withdrawn, 2 hidden withdrawn, 1")
    }

    @Test("a promotion shows an image to more people, and never to fewer")
    func promotion() async throws {
        var private_ = try request(1)
        private_.visibility = .private
        let id = try await publisher(registry).publish(private_).image.id.description
        for visibility in [Visibility.shared, .community, .public] {
            let promotion = ImagePromotion(to: visibility, in: registry)
            #expect(try await promotion.preview("web")?.detail == visibility.rawValue)
            #expect(try await promotion.run("web").visibility == visibility)
            #expect(try await promotion.preview(id) == nil)
        }
        #expect(await error { _ = try await ImagePromotion(to: .shared, in: registry).run(id) }?.code == .conflict)
        let scs = ImagePromotion(to: .public, in: registry, profile: .scs0102)
        #expect(await error { _ = try await scs.run(id) }?.code == .invalid)
        try await registry.setActive(false, #require(ImageID(id)))
        #expect(await error { _ = try await ImagePromotion(to: .public, in: registry).run(id) }?.code == .conflict)
    }

    @Test("an image whose bytes got lost does not get the name")
    func lossy() async throws {
        _ = try await publisher(registry).publish(try request(1))
        let request = try request(2)
        let failure = await error {
            _ = try await publisher(WrappedRegistry(registry, isLossy: true)).publish(request)
        }
        #expect(failure?.code == .mismatch)
        #expect(try await registry.show("web").bakeID == "bake-1")
        let left = try await all().filter { $0.status == .queued }
        #expect(left.map(\.visibility) == [.private] && left.map(\.name) == ["web.incoming"])
    }

    @Test("a store of the type rbd wants raw, the one that is named or the default")
    func raw() async throws {
        let stores = [
            ImageStore(id: "ceph", description: nil, isDefault: true, isReadOnly: false, type: "rbd"),
            ImageStore(id: "disk", description: nil, isDefault: false, isReadOnly: false, type: "file"),
        ]
        let wrapped = WrappedRegistry(registry, stores: stores)
        #expect(try await wrapped.wantsRaw(in: nil))
        #expect(try await wrapped.wantsRaw(in: "ceph"))
        #expect(try await !wrapped.wantsRaw(in: "disk"))
        #expect(try await !registry.wantsRaw(in: nil))
    }
}
