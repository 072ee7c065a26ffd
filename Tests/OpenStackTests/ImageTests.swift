import Crypto
import DiskImages
import Foundation
import Publish
import Synchronization
import SystemPackage
import TestSupport
import Testing

/// Every call of the client, on every Glance of the lab.
@Suite(.enabled(if: OpenStackLab.canRun, Lab.missing), .serialized)
struct ImageTests {
    @Test(arguments: Lab.regions)
    func `an image is created with everything that can be said of it`(_ region: String) async throws {
        guard let lab = try await Lab(region) else { return }
        try await lab.with("red-member") { client in
            var new = GlanceNewImage(name: "ä/~\u{FFFD} \"quoted\"", diskFormat: "qcow2")
            new.visibility = "private"
            new.isProtected = false
            new.isHidden = true
            new.minRAM = 512
            new.minDisk = 7
            new.tags = ["b", "a", "mit Leerzeichen"]
            new.properties = ["os_distro": "debian", "a/b~c": "~1/", "empty": "", "x": "1"]
            let made = try await client.create(new)
            let shown = try await client.show(made.id)
            #expect(made == shown)
            #expect(shown.name == new.name)
            #expect(shown.status == .queued)
            #expect(shown.visibility == "private")
            #expect(!shown.isProtected)
            #expect(shown.isHidden)
            #expect(shown.minRAM == 512)
            #expect(shown.minDisk == 7)
            #expect(shown.tags.sorted() == ["a", "b", "mit Leerzeichen"])
            #expect(shown.properties == new.properties)
            #expect(shown.owner == lab.lab.project("red"))
            #expect(shown.size == nil)
            #expect(shown.virtualSize == nil)
            #expect(shown.checksum == nil)
            #expect(shown.osHashAlgorithm == nil)
            #expect(shown.osHashValue == nil)
            #expect(shown.diskFormat == "qcow2")
            #expect(shown.containerFormat == "bare")
            #expect(shown.selfPath == "/v2/images/\(made.id)")
            #expect(shown.filePath == "/v2/images/\(made.id)/file")
            #expect(shown.schemaPath == "/v2/schemas/image")
            #expect(shown.others.isEmpty)
            let age = try Date().timeIntervalSince(#require(shown.createdAt))
            #expect(age > -2 && age < 120)
            try await client.delete(made.id)
            #expect(try await code { _ = try await client.show(made.id) } == .notFound)
            #expect(try await code { try await client.delete(made.id) } == .notFound)
        }
    }

    @Test(arguments: Lab.regions)
    func `data goes up and comes down unchanged, and its digests are right`(_ region: String) async throws {
        guard let lab = try await Lab(region) else { return }
        try await lab.with("red-member") { client in
            let bytes = noise(5_000_001)
            let file = try lab.scratch.write("image.raw", bytes)
            let created = try await client.create(GlanceNewImage(name: lab.name(), diskFormat: "raw"))
            let told = Mutex<[Int64]>([])
            let image = try await client.upload(created.id, from: file) { progress in
                told.withLock { $0.append(progress.completed) }
            }
            #expect(image.status == .active)
            #expect(image.size == 5_000_001)
            #expect(image.checksum == hexadecimal(Insecure.MD5.hash(data: bytes)))
            #expect(image.osHashAlgorithm == "sha512")
            #expect(image.osHashValue == hexadecimal(SHA512.hash(data: bytes)))
            #expect(image.stores == ["fast"])
            #expect(told.withLock { $0.last } == 5_000_001)
            for first: Int64 in [0, 1, 4_999_999, 5_000_001] {
                let received = Mutex(Data())
                let checksum = try await client.download(image, from: first) { part in
                    received.withLock { $0.append(contentsOf: part) }
                }
                #expect(received.withLock { $0 } == bytes.dropFirst(Int(first)))
                #expect(checksum == image.checksum)
            }
            try await client.delete(image.id)
        }
    }

    @Test(arguments: Lab.regions)
    func `an image of no bytes and one without data`(_ region: String) async throws {
        guard let lab = try await Lab(region) else { return }
        try await lab.with("red-member") { client in
            let created = try await client.create(GlanceNewImage(name: lab.name(), diskFormat: "raw"))
            #expect(try await code { try await client.download(created) { _ in } } == .noData)
            try await client.delete(created.id)
        }
    }

    @Test(arguments: Lab.regions)
    func `fields, properties and tags are changed, all or none`(_ region: String) async throws {
        guard let lab = try await Lab(region) else { return }
        try await lab.with("red-member") { client in
            var new = GlanceNewImage(name: lab.name(), diskFormat: "raw")
            new.properties = ["keep": "1", "drop/~": "2", "change": "3"]
            new.tags = ["old"]
            let id = try await client.create(new).id
            var patch = GlancePatch()
            patch.replace("name", "new name")
            patch.replace("min_disk", 3)
            patch.add("fresh/~1", "4")
            patch.replace("change", "5")
            patch.remove("drop/~")
            patch.add("os_hidden", true)
            patch.setTags(["x", "y"])
            let image = try await client.update(id, patch)
            #expect(image.name == "new name")
            #expect(image.minDisk == 3)
            #expect(image.properties == ["keep": "1", "fresh/~1": "4", "change": "5"])
            #expect(image.isHidden)
            #expect(image.tags.sorted() == ["x", "y"])
            #expect(try await client.update(id, GlancePatch()) == image)

            // The second one is refused, and with it the first one.
            var wrong = GlancePatch()
            wrong.replace("name", "not this")
            wrong.remove("nothing")
            #expect(try await code { _ = try await client.update(id, wrong) } == .conflict)
            #expect(try await client.show(id).name == "new name")
            for (key, value) in [
                ("status", JSONValue.string("active")), ("os_glance_x", "1"), ("visibility", "public"),
            ] {
                var patch = GlancePatch()
                patch.add(key, value)
                #expect(try await code { _ = try await client.update(id, patch) } == .forbidden, "\(key)")
            }

            try await client.addTag("a/b c", to: id)
            try await client.addTag("a/b c", to: id)
            #expect(try await client.show(id).tags.sorted() == ["a/b c", "x", "y"])
            try await client.removeTag("a/b c", from: id)
            #expect(try await code { try await client.removeTag("a/b c", from: id) } == .notFound)
            try await client.delete(id)
        }
    }

    @Test(arguments: Lab.regions)
    func `a protected image is not deleted, and Glance's own words say so`(_ region: String) async throws {
        guard let lab = try await Lab(region) else { return }
        try await lab.with("red-member") { client in
            var new = GlanceNewImage(name: lab.name(), diskFormat: "raw")
            new.isProtected = true
            let id = try await client.create(new).id
            do {
                try await client.delete(id)
                Issue.record("it was deleted")
            } catch let error as OpenStackError {
                #expect(error.code == .forbidden)
                #expect(error.status == 403)
                #expect(error.cause == "HTTP 403 Forbidden: Image \(id) is protected and cannot be deleted.")
                #expect(error.requestID?.hasPrefix("req-") == true)
            }
            var patch = GlancePatch()
            patch.replace("protected", false)
            _ = try await client.update(id, patch)
            try await client.delete(id)
        }
    }

    @Test(arguments: Lab.regions)
    func `a deactivated image is downloaded by an administrator alone`(_ region: String) async throws {
        guard let lab = try await Lab(region) else { return }
        try await lab.with("red-member") { client in
            let image = try await lab.image(client)
            try await client.deactivate(image.id)
            try await client.deactivate(image.id)
            #expect(try await client.show(image.id).status == .deactivated)
            let count = Mutex(0)
            #expect(
                try await code { try await client.download(image) { part in count.withLock { $0 += part.count } } }
                    == .forbidden
            )
            #expect(count.withLock { $0 } == 0)
            try await client.reactivate(image.id)
            #expect(try await client.show(image.id).status == .active)
            try await client.download(image) { part in count.withLock { $0 += part.count } }
            #expect(count.withLock { $0 } == 1 << 20)
            try await client.delete(image.id)
        }
    }

    @Test(arguments: Lab.regions)
    func `a second upload is refused, and a wrong one of every kind`(_ region: String) async throws {
        guard let lab = try await Lab(region) else { return }
        try await lab.with("red-member") { client in
            let file = try lab.file(1000)
            let image = try await lab.image(client)
            #expect(try await code { try await client.upload(image.id, from: file) } == .conflict)
            #expect(try await code { try await client.upload(UUID().uuidString.lowercased(), from: file) } == .notFound)
            #expect(try await code { try await client.upload(image.id, from: lab.scratch.appending("none")) } == .file)
            #expect(try await code { try await client.upload(image.id, from: lab.scratch.path) } == .file)
            let bare = try await client.create(GlanceNewImage(name: lab.name(), containerFormat: nil))
            #expect(try await code { try await client.upload(bare.id, from: file) } == .badRequest)
            let wrong = try await client.create(GlanceNewImage(name: lab.name(), diskFormat: "qcow2"))
            let verdict = try await code { try await client.upload(wrong.id, from: file) }
            #expect(verdict == (lab.region.isNew ? .unsupportedMedia : nil))
            if lab.region.isNew { #expect(try await client.show(wrong.id).status == .queued) }
            #expect(try await code { try await client.upload(wrong.id, from: file, store: "nowhere") } != nil)
            for id in [image.id, bare.id, wrong.id] { try await client.delete(id) }
        }
    }

    @Test(arguments: Lab.regions)
    func `stores are listed, chosen, copied to and cleared`(_ region: String) async throws {
        guard let lab = try await Lab(region) else { return }
        try await lab.with("red-member") { client in
            let stores = try #require(try await client.stores())
            #expect(stores.map(\.id).sorted() == ["cheap", "fast"])
            #expect(stores.first { $0.isDefault }?.id == "fast")
            #expect(stores.first { $0.id == "cheap" }?.description == "the cheap one")
            #expect(try await code { _ = try await client.stores(detail: true) } == .forbidden)
            let created = try await client.create(GlanceNewImage(name: lab.name(), diskFormat: "raw"))
            let image = try await client.upload(created.id, from: try lab.file(100_000), store: "cheap")
            #expect(image.stores == ["cheap"])
            try await lab.with("admin") { admin in
                let detail = try #require(try await admin.stores(detail: true))
                #expect(detail.allSatisfy { $0.type == "file" })
                try await admin.importData(image.id, GlanceImport(.copyImage, to: .these(["fast"])))
                let copied = try await waited(admin, image.id) { $0.stores?.count == 2 }
                #expect(copied.stores.map(Set.init) == ["fast", "cheap"])
                #expect(
                    try await code {
                        try await admin.importData(image.id, GlanceImport(.copyImage, to: .these(["fast"])))
                    } != nil
                )
                try await admin.delete(image.id, fromStore: "cheap")
                #expect(try await admin.show(image.id).stores == ["fast"])
                #expect(try await code { try await admin.delete(image.id, fromStore: "fast") } == .forbidden)
            }
            try await client.delete(image.id)
        }
    }

    @Test(arguments: Lab.regions)
    func `an image is staged and imported to all stores, and its task says so`(_ region: String) async throws {
        guard let lab = try await Lab(region) else { return }
        try await lab.with("red-member") { client in
            #expect(
                try await Set(client.importMethods()).isSuperset(of: ["glance-direct", "web-download", "copy-image"])
            )
            let bytes = noise(700_000)
            let file = try lab.scratch.write("staged.raw", bytes)
            let id = try await client.create(GlanceNewImage(name: lab.name(), diskFormat: "raw")).id
            #expect(try await code { try await client.importData(id, GlanceImport(.glanceDirect)) } == .conflict)
            #expect(try await client.stage(id, from: file).status == .uploading)
            #expect(try await code { try await client.stage(id, from: file) } == .conflict)
            try await client.importData(id, GlanceImport(.glanceDirect, to: .all))
            let image = try await waited(client, id) { $0.status == .active && $0.stores?.count == 2 }
            #expect(image.osHashValue == hexadecimal(SHA512.hash(data: bytes)))
            let tasks = try await client.tasks(of: id)
            #expect(tasks.map(\.status) == ["success"])
            #expect(tasks.first?.type == "api_image_import")
            #expect(tasks.first?.imageID == id)
            #expect(tasks.first?.createdAt != nil)
            try await client.delete(id)
        }
    }

    @Test(arguments: Lab.regions)
    func `Glance fetches an image from the web by itself`(_ region: String) async throws {
        guard let lab = try await Lab(region) else { return }
        try await lab.with("red-member") { client in
            // Its own list of versions will do for a file: it wants no log-in.
            let id = try await client.create(GlanceNewImage(name: lab.name(), diskFormat: "raw")).id
            try await client.importData(id, GlanceImport(.webDownload(uri: lab.lab.identity)))
            let image = try await waited(client, id) { $0.status == .active }
            #expect((image.size ?? 0) > 100)
            #expect(
                try await code { try await client.importData(id, GlanceImport(.webDownload(uri: "ftp://127.0.0.1/x"))) }
                    != nil
            )
            try await client.delete(id)
        }
    }

    @Test(arguments: Lab.regions)
    func `lists are filtered, sorted and paged`(_ region: String) async throws {
        guard let lab = try await Lab(region) else { return }
        try await lab.with("green-member") { client in
            let mark = lab.name("mark")
            var ids: [String: String] = [:]
            // A colon makes an operator of what is before it, a comma a list.
            let names = ["plain", "with:colon", "in:this", "a,b", "2026-01-01T00:00:00Z"]
            for (index, name) in names.enumerated() {
                var new = GlanceNewImage(name: name, diskFormat: index < 2 ? "raw" : "qcow2")
                new.tags = [mark] + (index == 0 ? ["first"] : [])
                new.properties = ["n": "\(index)", "a&b=c": "ü \(index % 2)"]
                new.isHidden = index == 4
                new.visibility = index == 3 ? "private" : "shared"
                ids[name] = try await client.create(new).id
            }
            func list(_ change: (inout GlanceQuery) -> Void) async throws -> [String] {
                var query = GlanceQuery()
                query.tags = [mark]
                query.sort = [(.name, true)]
                change(&query)
                return try await client.images(query).all().compactMap(\.name)
            }
            let visible = ["a,b", "in:this", "plain", "with:colon"]
            #expect(try await list { _ in } == visible)
            #expect(
                try await list { $0.sort = [(.diskFormat, false), (.name, true)] } == [
                    "plain", "with:colon", "a,b", "in:this",
                ]
            )
            #expect(try await list { $0.isHidden = true } == ["2026-01-01T00:00:00Z"])
            for name in names {
                #expect(try await list { ($0.names, $0.isHidden) = ([name], name.hasPrefix("2026")) } == [name])
            }
            #expect(try await list { $0.names = ["a,b", "with:colon"] } == ["a,b", "with:colon"])
            #expect(try await list { $0.ids = [ids["plain"] ?? "", ids["a,b"] ?? ""] } == ["a,b", "plain"])
            #expect(try await list { $0.diskFormats = ["raw"] } == ["plain", "with:colon"])
            #expect(try await list { $0.statuses = [.active, .queued] } == visible)
            #expect(try await list { $0.statuses = [.active] } == [])
            #expect(try await list { $0.visibility = "private" } == ["a,b"])
            #expect(try await list { $0.tags.append("first") } == ["plain"])
            #expect(try await list { $0.properties = ["n": "1"] } == ["with:colon"])
            #expect(try await list { $0.properties = ["a&b=c": "ü 0"] } == ["in:this", "plain"])
            #expect(try await list { $0.owner = lab.lab.project("green") } == visible)
            #expect(try await list { $0.owner = lab.lab.project("red") } == [])
            #expect(try await list { $0.isProtected = true } == [])
            #expect(try await list { $0.createdAt = [(.after, Date(timeIntervalSinceNow: 3600))] } == [])
            #expect(try await list { $0.updatedAt = [(.notBefore, Date(timeIntervalSinceNow: -3600))] } == visible)
            for size in 1...5 { #expect(try await list { $0.pageSize = size } == visible, "pages of \(size)") }
            #expect(try await list { $0.marker = ids["in:this"] } == ["plain", "with:colon"])
            #expect(try await code { _ = try await list { $0.marker = UUID().uuidString.lowercased() } } == .badRequest)
            for id in ids.values { try await client.delete(id) }
        }
    }

    private func hexadecimal(_ digest: some Sequence<UInt8>) -> String {
        digest.map { String(format: "%02x", $0) }.joined()
    }

    private func waited(_ client: GlanceClient, _ id: String, _ isDone: (GlanceImage) -> Bool) async throws
        -> GlanceImage
    {
        var image = try await client.show(id)
        for _ in 0..<300 where !isDone(image) && image.properties["os_glance_failed_import"]?.isEmpty != false {
            try await Task.sleep(for: .milliseconds(200))
            image = try await client.show(id)
        }
        let tasks = try await client.tasks(of: id)
        try #require(isDone(image), "\(image) \(tasks)")
        return image
    }
}
