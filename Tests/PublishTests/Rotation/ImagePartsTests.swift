import DiskImages
import Foundation
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Publish

/// A root file system with its kernel and its ramdisk: three images with one fate.
@Suite("Images of three parts")
struct ImagePartsTests {
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
        _ retire: RetireAction = .hide
    ) -> ImagePublisher {
        let warnings = warnings
        return ImagePublisher(
            registry: registry,
            rule: RotationRule(name: "web", keep: keep, retire: retire),
            publisher: "here",
            warn: { warnings.add($0) }
        )
    }

    private func request(_ seed: UInt64) throws -> ImageRequest {
        var request = try fixture.request("web", seed: seed)
        request.visibility = .public
        request.bakeID = "bake-\(seed)"
        request.osDistro = "debian"
        request.boot = BootFiles(
            // With the boot sector's signature at its end, as a kernel for PCs has it.
            kernel: try fixture.scratch.write(
                "kernel-\(seed)",
                noise(510, seed: seed + 100) + [0x55, 0xAA] + noise(4000, seed: seed + 100)
            ),
            ramdisk: try fixture.image("ramdisk-\(seed)", size: 5001, seed: seed + 200),
            commandLine: "root=UUID=\(seed) ro"
        )
        return request
    }

    private func all(_ registry: LocalRegistry) async throws -> [Image] {
        var hidden = ImageQuery()
        hidden.isHidden = true
        return try await registry.list() + registry.list(hidden)
    }

    /// The state of each root file system, the newest first, where both parts are in the same; what is not so is said.
    private func state(_ registry: LocalRegistry) async throws -> String {
        func marks(_ image: Image) -> [String] {
            [
                image.isHidden ? "hidden" : nil, image.status == .active ? nil : image.status.rawValue,
                image.visibility == .public ? nil : image.visibility.rawValue, image.isProtected ? "protected" : nil,
                image.isIncoming ? "incoming" : nil,
            ].compactMap(\.self)
        }
        let images = try await all(registry)
        var rest = Set(images.map(\.id))
        var words: [String] = []
        for root in images.filter(\.hasParts).sorted(by: { Image.isOlder($1, $0) }) {
            rest.remove(root.id)
            var text = [root.name == "web" ? "web" : nil, root.bakeID].compactMap(\.self) + marks(root)
            for role in BootRole.parts {
                guard let part = images.first(where: { $0.id == root.id(of: role) }) else {
                    text.append("without \(role)")
                    continue
                }
                rest.remove(part.id)
                if marks(part) != marks(root) { text.append("\(role) \(marks(part))") }
                let name = root.isIncoming ? "web-\(role).incoming" : role.name(of: root.name ?? "")
                if part.name != name { text.append("\(part.name ?? "")") }
                if part.bakeID != root.bakeID { text.append("\(role) of \(part.bakeID ?? "nothing")") }
            }
            words.append(text.joined(separator: " "))
        }
        if !rest.isEmpty { words.append("\(rest.count) more") }
        return words.joined(separator: ", ")
    }

    private func error(_ body: () async throws -> Void) async -> RegistryError? {
        await #expect(throws: RegistryError.self, performing: { try await body() })
    }

    @Test("kernel and ramdisk are sent first, linked, and seen before their image is; a second run sends nothing")
    func three() async throws {
        let request = try request(1)
        let wrapped = WrappedRegistry(registry)
        let preview = try await publisher(wrapped).preview(request)
        #expect(preview.map(\.action) == [.upload, .upload, .upload, .publish])
        let outcome = try await publisher(wrapped).publish(request)
        #expect(outcome.steps.map(\.action) == [.upload, .upload, .upload, .publish, .publish, .publish])
        #expect(
            outcome.steps.map(\.name) == [
                "web-kernel.incoming", "web-ramdisk.incoming", "web.incoming",
                "web-kernel.incoming", "web-ramdisk.incoming", "web.incoming",
            ]
        )
        let boot = try #require(request.boot)
        let image = outcome.image
        #expect(image.diskFormat?.rawValue == "ami" && image.containerFormat?.rawValue == "ami" && image.minDisk == 1)
        #expect(image.properties["os_command_line"] == "root=UUID=1 ro")
        for (role, file) in [(BootRole.kernel, boot.kernel), (.ramdisk, boot.ramdisk)] {
            let part = try await registry.show("web-\(role)")
            #expect(image.id(of: role) == part.id)
            #expect(part.diskFormat?.rawValue == role.rawValue && part.containerFormat?.rawValue == role.rawValue)
            #expect(part.visibility == .public && part.minDisk == 0 && part.minRAM == 0 && !part.isIncoming)
            let saved = fixture.scratch.appending("saved-\(role)")
            try await registry.save("web-\(role)", to: .file(saved))
            #expect(try await FileDigester.digest(saved) == FileDigester.digest(file))
        }
        #expect(try await state(registry) == "web bake-1")

        let again = try await publisher(wrapped).publish(request)
        #expect(wrapped.uploads == 3 && again.steps.map(\.action) == [.skip])
        #expect(try await publisher(wrapped).preview(request).map(\.action) == [.skip])
        #expect(warnings.all == [])
    }

    @Test("the parts share the fate of their image", arguments: RetireAction.allCases)
    func rotation(_ retire: RetireAction) async throws {
        for seed in 1...4 as ClosedRange<UInt64> {
            try await publisher(registry, keep: 2, retire).publish(try request(seed))
        }
        let old = Self.old[retire] ?? "?"
        #expect(try await state(registry) == "web bake-4, bake-3" + old)
        // Bytes that were there before take the name back, and their parts with them.
        guard retire != .delete else { return }
        let wrapped = WrappedRegistry(registry)
        try await publisher(wrapped, keep: 3, retire).publish(try request(2))
        #expect(wrapped.uploads == 0)
        #expect(try await state(registry).hasPrefix("web bake-2, bake-4, bake-3, bake-1 "))
        #expect(warnings.all == [])
    }

    private static let old: [RetireAction: String] = [
        .hide: ", bake-2 hidden, bake-1 hidden", .deactivate: ", bake-2 deactivated, bake-1 deactivated",
        .community: ", bake-2 community, bake-1 community", .delete: "",
    ]

    @Test("where one of the three is refused, nothing is left", arguments: 1...3)
    func refused(_ number: Int) async throws {
        try await publisher(registry).publish(try request(1))
        let before = try await all(registry).sorted(by: Image.isOlder)
        let refusing = WrappedRegistry(registry, refusedUpload: number)
        let failure = await error { try await publisher(refusing).publish(try request(2)) }
        #expect(failure?.code == .tooLarge && refusing.uploads == number)
        #expect(try await all(registry).sorted(by: Image.isOlder) == before)
        try await publisher(registry).publish(try request(2))
        #expect(try await state(registry) == "web bake-2, bake-1")
    }

    @Test(
        "killed after any change, the name means an image that starts, and the same command ends as it would have",
        arguments: RetireAction.allCases
    )
    func killed(_ retire: RetireAction) async throws {
        for life in 0...18 {
            let here = try ImagePartsTests()
            for seed in 1...3 as ClosedRange<UInt64> {
                try await here.publisher(here.registry, keep: 2, retire).publish(try here.request(seed))
            }
            let registry = here.registry
            let watch: @Sendable () async throws -> Void = {
                var query = ImageQuery()
                query.name = "web"
                let named = try await registry.list(query)
                #expect(named.contains { $0.isUsable && $0.visibility == .public })
                for image in named where image.isUsable {
                    #expect(image.partIDs.count == 2)
                    for id in image.partIDs {
                        let part = try await registry.show(id.description)
                        #expect(part.isUsable && part.visibility.reach >= image.visibility.reach, "after \(life)")
                    }
                }
            }
            let dying = WrappedRegistry(registry, life: life, watch: watch)
            do {
                try await here.publisher(dying, keep: 2, retire).publish(try here.request(4))
            } catch is WrappedRegistry.Killed {}
            let next = WrappedRegistry(registry, watch: watch)
            try await here.publisher(next, keep: 2, retire).publish(try here.request(4))
            // The third change is that the image's own bytes are there.
            #expect(next.uploads == (life < 3 ? 3 : 0), "after \(life)")
            let old = Self.old[retire] ?? "?"
            #expect(try await here.state(registry) == "web bake-4, bake-3" + old, "\(retire), killed after \(life)")
            #expect(here.warnings.all == [])
        }
    }

    @Test(
        "a rollback takes the parts along, and a promotion does",
        arguments: [RetireAction.hide, .deactivate, .delete]
    )
    func rollback(_ retire: RetireAction) async throws {
        for seed in 1...2 as ClosedRange<UInt64> {
            try await publisher(registry, keep: 1, .deactivate).publish(try request(seed))
        }
        #expect(try await state(registry) == "web bake-2, bake-1 deactivated")
        let rollback = ImageRollback(of: "web", in: registry, retire: retire)
        let preview = try await rollback.preview()
        let steps = try await rollback.run()
        #expect(Set(preview.compactMap(\.image)) == Set(steps.compactMap(\.image)))
        #expect(Set(steps.compactMap(\.image)).count == 6)
        let bad = [
            RetireAction.hide: "bake-2 hidden, ", .deactivate: "bake-2 hidden deactivated, ", .delete: "",
        ][retire]
        #expect(try await state(registry) == (bad ?? "?") + "web bake-1")
    }

    @Test("who is shown an image is shown its kernel and its ramdisk")
    func promotion() async throws {
        var request = try request(1)
        request.visibility = .shared
        try await publisher(registry).publish(request)
        #expect(try await state(registry) == "web bake-1 shared")
        _ = try await ImagePromotion(to: .public, in: registry).run("web")
        #expect(try await state(registry) == "web bake-1")
    }

    @Test("what is protected or changed by hand, or was deleted by hand, is caught up with")
    func byHand() async throws {
        var first = try request(1)
        first.isProtected = true
        let image = try await publisher(registry, keep: 1).publish(first).image
        #expect(try await state(registry) == "web bake-1 protected")
        var update = ImageUpdate()
        update.isProtected = false
        try await registry.update(image.id, update)
        try await registry.delete(image.id.description)
        try await publisher(registry, keep: 1).publish(try request(2))
        #expect(try await state(registry) == "web bake-2")

        // Without its kernel an image starts no server, and its own bytes need not be sent for it.
        try await registry.delete("web-kernel")
        let wrapped = WrappedRegistry(registry)
        try await publisher(wrapped, keep: 1).publish(try request(2))
        #expect(wrapped.uploads == 1)
        #expect(try await state(registry) == "web bake-2")
        #expect(warnings.all.count == 1)
        #expect(warnings.all.first?.hasPrefix("the kernel ") == true)
    }

    @Test("a kernel that a server's snapshot starts with outlives its image")
    func snapshot() async throws {
        let first = try await publisher(registry, keep: 1, .delete).publish(try request(1)).image
        var copy = try fixture.request("backup", seed: 5)
        copy.properties = first.properties
        copy.properties["image_type"] = "snapshot"
        let backup = try await registry.publish(copy)
        try await publisher(registry, keep: 1, .delete).publish(try request(2))
        for id in first.partIDs { #expect(try await registry.show(id.description).hasData) }
        #expect(warnings.all.count == 2 && warnings.all.allSatisfy { $0.contains("\(backup.id) starts with it") })
        try await registry.delete(backup.id.description)
        try await publisher(registry, keep: 1, .delete).publish(try request(3))
        #expect(try await state(registry) == "web bake-3")
    }

    @Test("a disk of the same name that follows leaves no kernel behind")
    func followedByDisk() async throws {
        try await publisher(registry, keep: 1, .delete).publish(try request(1))
        var disk = try request(2)
        disk.boot = nil
        try await publisher(registry, keep: 1, .delete).publish(disk)
        #expect(try await all(registry).map(\.bakeID) == ["bake-2"])
    }

    @Test("links that somebody gives are refused where they are the image's own, and a command line is not")
    func links() async throws {
        var request = try request(1)
        request.properties = ["kernel_id": ImageID().description]
        #expect(await error { try await publisher(registry).publish(request) }?.code == .invalid)
        #expect(try await all(registry).isEmpty)
        request.properties = ["os_command_line": "root=/dev/vda rw"]
        let image = try await publisher(registry).publish(request).image
        #expect(image.properties["os_command_line"] == "root=/dev/vda rw")
    }
}
