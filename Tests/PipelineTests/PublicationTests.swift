import DiskImages
import Foundation
import Publish
import Recipes
import SystemPackage
import TestSupport
import Testing

@testable import Pipeline

/// What a recipe's `publish` comes to, and several publications at once, in the local registry.
@Suite("Publications of a recipe")
struct PublicationTests {
    private let scratch: Scratch
    private let home: Home

    init() throws {
        scratch = try Scratch()
        home = try Home(environment: ["IMAGEBAKE_HOME": scratch.path.appending("home").string], isRoot: false)
    }

    private func recipe(_ more: String) throws -> Recipe {
        let text = """
            version: 1
            name: web
            os: debian12
            install: {location: built-in}
            system:
              partitions:
                - {mount: /, fstype: ext4, size: 2 GiB}
            cloud_init:
              default_user: {name: debian}
            \(more)

            """
        let file = scratch.appending("web.recipe")
        try text.write(toFile: file.string, atomically: true, encoding: .utf8)
        return try RecipeLoader.forBakes(try Resources()).load(file)
    }

    private func source(_ format: DiskImages.DiskFormat) async throws -> RecipePublications.Source {
        let raw = try scratch.write("disk.raw", noise(1 << 20))
        let file = format == .raw ? raw : scratch.appending("disk.qcow2")
        // Once: clusters are written out of order, so that another conversion has other bytes.
        if format == .qcow2, !Files.exists(file) {
            try await QemuImg.find().convert(raw, format: .raw, to: file, output: .qcow2(.zstd))
        }
        return .init(file: file, format: format, created: Date(timeIntervalSince1970: 1_795_000_000))
    }

    /// The orders of a recipe.
    private func orders(
        _ recipe: Recipe,
        _ formats: [DiskImages.DiskFormat],
        isCeph: Bool = false
    ) async throws -> [PublicationOrder] {
        var sources: [RecipePublications.Source] = []
        for format in formats { sources.append(try await source(format)) }
        let registries = try Registries(["local"], home: home, warn: { _ in })
        var publications = RecipePublications(recipe: recipe, registries: registries)
        if isCeph { publications.wantsRaw = { _, store in store != "disk" } }
        return try await publications.orders(sources)
    }

    private func report() -> PublicationReport {
        PublicationReport(activity: { _ in }, warn: { _ in }, step: { _ in }, bytes: { _, _ in })
    }

    @Test("each output goes to each registry, and each format moves the name for itself")
    func outputs() async throws {
        let recipe = try recipe("publish: [{keep: 2}]\noutputs: [{format: qcow2}, {format: raw}]")
        let orders = try await orders(recipe, [.qcow2, .raw])
        #expect(orders.map(\.request.diskFormat) == [.qcow2, .raw])
        #expect(orders.map(\.rule.format?.rawValue) == ["qcow2", "raw"])
        #expect(orders.map(\.rule.keep) == [2, 2])
        #expect(orders.allSatisfy { $0.convertedFrom == nil })
    }

    @Test("a store of the type rbd gets raw: what is there, or else converted; another store of the cloud does not")
    func ceph() async throws {
        let recipe = try recipe("publish: [{name: a}, {name: b, store: disk}, {name: c, store: disk, format: raw}]")
        let made = try await orders(recipe, [.qcow2], isCeph: true)
        #expect(made.map(\.request.diskFormat) == [.raw, .qcow2, .raw])
        #expect(made.map(\.convertedFrom) == [.qcow2, nil, .qcow2])
        let both = try await orders(recipe, [.qcow2, .raw], isCeph: true)
        #expect(both.map(\.request.diskFormat) == [.raw, .qcow2, .raw, .raw])
        #expect(both.map(\.source) == [1, 0, 1, 1])
        #expect(both.allSatisfy { $0.convertedFrom == nil })
    }

    @Test("a root file system goes as it is, whatever a store wants, and nothing is converted to or from it")
    func machineImage() async throws {
        let disk = try await source(.qcow2)
        let part = try scratch.write("part", noise(5000))
        var root = try await source(.raw)
        root.boot = BootFiles(kernel: part, ramdisk: part, commandLine: "root=UUID=1 ro")
        let registries = try Registries(["local"], home: home, warn: { _ in })
        func orders(_ publish: String, _ sources: [RecipePublications.Source]) async throws -> [PublicationOrder] {
            let recipe = try recipe("publish: [\(publish)]\noutputs: [{format: qcow2}, {format: ami}]")
            var publications = RecipePublications(recipe: recipe, registries: registries)
            publications.wantsRaw = { _, store in store == "ceph" }
            return try await publications.orders(sources)
        }
        func text(_ order: PublicationOrder) -> String {
            "\(order.source) \(order.request.formatName) \(order.rule.format?.rawValue ?? "-")"
                + (order.convertedFrom.map { " from \($0.rawValue)" } ?? "")
        }
        for (publish, expected) in [
            ("{keep: 2}", ["0 qcow2 qcow2", "1 ami ami"]), ("{format: ami}", ["1 ami -"]),
            ("{format: raw}", ["0 raw - from qcow2"]), ("{store: ceph}", ["0 raw raw from qcow2", "1 ami ami"]),
        ] {
            #expect(try await orders(publish, [disk, root]).map(text) == expected)
        }
        #expect(try await orders("{store: ceph}", [root]).map(text) == ["0 ami -"])

        let published = try await PublicationBatch(
            orders: orders("{keep: 1}", [disk, root]),
            home: home,
            report: report()
        ).run()
        #expect(published.map(\.image.diskFormat?.rawValue) == ["qcow2", "ami"])
        let registry = LocalRegistry(root: home.registry)
        #expect(try await registry.list().count == 4)
        #expect(published[1].image.properties["kernel_id"] == (try await registry.show("web-kernel").id.description))

        // Without its kernel it is not what was published.
        let record = PublishedRecord(
            images: published.map { .init(registry: "local", id: $0.image.id.description) }
        )
        #expect(try await record.standing(in: registries)?.count == 2)
        try await registry.delete("web-kernel")
        #expect(try await record.standing(in: registries)?.count == nil)
    }

    @Test("the digests of a bake's file go to whoever gets the file, and not where it is converted first")
    func digests() async throws {
        var file = try await source(.qcow2)
        file.digests = try await FileDigester.digest(file.file)
        let registries = try Registries(["local"], home: home, warn: { _ in })
        let recipe = try recipe("publish: [{name: a}, {name: b, format: raw}]")
        let orders = try await RecipePublications(recipe: recipe, registries: registries).orders([file])
        #expect(orders.map(\.request.digests) == [file.digests, nil])
    }

    @Test("what is converted has the bytes of the disk, and is published")
    func conversion() async throws {
        let recipe = try recipe("publish: [{name: a, format: raw}, {name: b, format: raw}]")
        var orders = try await orders(recipe, [.qcow2])
        let work = scratch.appending("work")
        try Files.makeDirectory(work)
        try await PublicationConversion(qemuImg: QemuImg.find(), work: work, report: report()).run(&orders)
        #expect(Set(orders.map(\.request.file)).count == 1)
        let outcomes = try await PublicationBatch(orders: orders, home: home, report: report()).run()
        #expect(outcomes.map(\.image.diskFormat?.rawValue) == ["raw", "raw"])
        let digests = try await FileDigester.digest(scratch.appending("disk.raw"))
        #expect(outcomes.allSatisfy { $0.image.sha256 == digests.sha256 })
        #expect(outcomes.allSatisfy { $0.image.minRAM == 512 && $0.image.minDisk == 1 })
    }

    @Test("one that fails does not stop the others, is named, and a second run completes it")
    func failure() async throws {
        let text = "publish: [{name: a, keep: 1}, {name: b, keep: 1, store: nowhere}, {name: c, keep: 1}]"
        let broken = try await orders(try recipe(text), [.qcow2])
        let failure = await #expect(throws: Failure.self) {
            _ = try await PublicationBatch(orders: broken, home: home, report: report()).run()
        }
        #expect(
            failure?.message.hasPrefix("publishing failed in 1 of 3 places: local: 'b' (qcow2): there is no store")
                == true
        )
        #expect(failure?.details.map(\.label) == ["next"])
        let registry = LocalRegistry(root: home.registry)
        #expect(Set(try await registry.list().compactMap(\.name)) == ["a", "c"])

        let mended = try await orders(try recipe(text.replacing(", store: nowhere", with: "")), [.qcow2])
        let outcomes = try await PublicationBatch(orders: mended, home: home, report: report()).run()
        #expect(outcomes.map(\.isUploaded) == [false, true, false])
        #expect(outcomes.map(\.image.name) == ["a", "b", "c"])
    }

    @Test("a cloud that does not say what its store wants gets nothing, and the others get theirs")
    func unknownStore() async throws {
        let recipe = try recipe("publish: [{name: a, keep: 1}, {name: b, keep: 1, store: gone}]")
        var publications = RecipePublications(
            recipe: recipe,
            registries: try Registries(["local"], home: home, warn: { _ in })
        )
        publications.wantsRaw = { _, store in
            if store == "gone" { throw RegistryError(.unavailable, "503 Service Unavailable") }
            return false
        }
        let orders = try await publications.orders([try await source(.qcow2)])
        let failure = await #expect(throws: Failure.self) {
            _ = try await PublicationBatch(orders: orders, home: home, report: report()).run()
        }
        #expect(failure?.status == .tryAgain)
        #expect(failure?.message.contains("1 of 2 places: local: 'b' (qcow2): 503 Service Unavailable") == true)
        #expect(try await LocalRegistry(root: home.registry).list().map(\.name) == ["a"])
    }

    @Test("a publisher is one home and one name of a registry, and not another one at the same place")
    func identity() throws {
        let first = try PublisherIdentity(home: home)
        #expect(try PublisherIdentity(home: home).text(in: "mycloud") == first.text(in: "mycloud"))
        #expect(first.text(in: "mycloud") != first.text(in: "envvars"))
        #expect(first.text(in: "mycloud").count == 16)
        // As another container has it: the same host name, the same path, a state of its own.
        try Files.remove(home.state)
        #expect(try PublisherIdentity(home: home).text(in: "mycloud") != first.text(in: "mycloud"))
    }

    @Test("a profile's demands are known before anything is installed; what a bake knows need not be said")
    func profile() async throws {
        func check(_ properties: String) throws {
            let recipe = try recipe("publish: [{profile: scs-0102, properties: {\(properties)}}]")
            let registries = try Registries(["local"], home: home, warn: { _ in })
            try RecipePublications(recipe: recipe, registries: registries).check()
        }
        let failure = #expect(throws: Failure.self) { try check("hw_disk_bus: virtio") }
        #expect(failure?.status == .badRecipe)
        #expect(failure?.message.contains("scs-0102 asks for 'image_description'") == true)
        try check(
            "hw_disk_bus: virtio, image_source: \"https://example.org/web\", image_description: web, "
                + "replace_frequency: weekly, uuid_validity: none, provided_until: none"
        )
    }

    @Test("runs of one home wait for each other, and only the first sends bytes")
    func lock() async throws {
        let orders = try await orders(try recipe("publish: [{keep: 1}]"), [.qcow2])
        let home = home
        let report = report()
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    try await PublicationBatch(orders: orders, home: home, report: report).run()[0].isUploaded
                }
            }
            var uploads = 0
            for try await isUploaded in group where isUploaded { uploads += 1 }
            #expect(uploads == 1)
        }
        #expect(try await LocalRegistry(root: home.registry).list().count == 1)
    }

    @Test(
        "an image that lost its name is no unchanged one, and publishing it gives the name back without sending bytes"
    )
    func reverted() async throws {
        let orders = try await orders(try recipe("publish: [{keep: 2}]"), [.qcow2])
        let registries = try Registries(["local"], home: home, warn: { _ in })
        let first = try await PublicationBatch(orders: orders, home: home, report: report()).run()
        let id = try #require(first.first).image.id
        let record = PublishedRecord(images: [.init(registry: "local", id: id.description)])
        #expect(try await record.standing(in: registries)?.map(\.image.id) == [id])

        var other = orders
        try await QemuImg.find().convert(
            try scratch.write("other.raw", noise(2 << 20)),
            format: .raw,
            to: scratch.appending("other.qcow2"),
            output: .qcow2(.zstd)
        )
        other[0].request.file = scratch.appending("other.qcow2")
        _ = try await PublicationBatch(orders: other, home: home, report: report()).run()
        #expect(try await record.standing(in: registries)?.count == nil)

        let again = try await PublicationBatch(orders: orders, home: home, report: report()).run()
        #expect(again.map(\.isUploaded) == [false])
        #expect(try await record.standing(in: registries)?.map(\.image.id) == [id])
    }

    @Test("a publication waits for whoever else moves the name, a rollback for one")
    func rollbackLock() async throws {
        let orders = try await orders(try recipe("publish: [{keep: 1}]"), [.qcow2])
        let home = home
        let (waits, waiting) = AsyncStream.makeStream(of: String.self)
        var lock: PublicationLock? = try await PublicationLock("web", in: "local", home: home) { _ in }
        let report = PublicationReport(
            activity: { waiting.yield($0) },
            warn: { _ in },
            step: { _ in },
            bytes: { _, _ in }
        )
        async let outcomes = PublicationBatch(orders: orders, home: home, report: report).run()
        for await text in waits {
            #expect(text == "waiting for another run, which publishes 'web' to local")
            break
        }
        #expect(try await LocalRegistry(root: home.registry).list().isEmpty)
        withExtendedLifetime(lock) {}
        lock = nil
        #expect(try await outcomes.count == 1)
    }
}
