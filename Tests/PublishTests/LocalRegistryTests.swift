import DiskImages
import Foundation
import Publish
import SystemPackage
import TestSupport
import Testing

@Suite struct LocalRegistryTests {
    private let fixture: Fixture
    private var registry: LocalRegistry { fixture.registry }

    init() throws {
        fixture = try Fixture()
    }

    private func error(_ body: () async throws -> Void) async -> RegistryError? {
        await #expect(throws: RegistryError.self, performing: { try await body() })
    }

    @Test func aRegistryThatIsNotThereIsEmpty() async throws {
        #expect(try await registry.list().isEmpty)
        #expect(try await registry.sweepLeftovers() == SweepReport())
        #expect(await error { _ = try await registry.show("debian12") }?.code == .notFound)
        #expect(await error { _ = try await registry.delete("debian12") }?.code == .notFound)
        #expect(fixture.scratch.names.isEmpty)
    }

    @Test func publishesWithAllItsMetadata() async throws {
        let qemuImg = try QemuImg.find()
        let file = fixture.scratch.appending("debian12.qcow2")
        try await qemuImg.create(file, size: (10 << 30) + 1024)
        var request = ImageRequest(file: file, name: "debian12", diskFormat: .qcow2)
        request.visibility = .community
        request.tags = ["golden", "base", "golden"]
        request.properties = ["hw_disk_bus": "virtio"]
        request.minRAM = 512
        request.osDistro = "debian"
        request.osVersion = "12"
        request.architecture = "x86_64"
        request.bakeID = "20261124-0912-debian12"
        request.recipeDigest = "sha256:abc"
        let image = try await registry.publish(request)

        #expect(image.name == "debian12")
        #expect(image.status == .active)
        #expect(image.visibility == .community)
        #expect(!image.isProtected)
        #expect(image.tags == ["base", "golden"])
        #expect(image.diskFormat?.rawValue == "qcow2")
        #expect(image.containerFormat == .bare)
        #expect(image.size == Int64(try contents(file).count))
        #expect(image.virtualSize == Int64((10 << 30) + 1024))
        #expect(image.minDisk == 11)
        #expect(image.minRAM == 512)
        #expect(image.osHashAlgorithm == "sha512")
        #expect(try await command("md5sum", [file.string]).hasPrefix(try #require(image.checksum)))
        #expect(try await command("sha512sum", [file.string]).hasPrefix(try #require(image.osHashValue)))
        #expect(try await command("sha256sum", [file.string]).hasPrefix(try #require(image.sha256)))
        #expect(
            image.properties == [
                "hw_disk_bus": "virtio", "os_distro": "debian", "os_version": "12", "architecture": "x86_64",
                "imagebake_bake_id": "20261124-0912-debian12", "imagebake_recipe_digest": "sha256:abc",
            ]
        )
        #expect(abs(image.createdAt.timeIntervalSinceNow) < 3600)
        #expect(try await registry.show("debian12") == image)
        #expect(try await registry.show(image.id.description.uppercased()) == image)
        #expect(try await registry.list() == [image])
        let digest = try #require(image.sha256)
        #expect(fixture.files == ["sha256/\(digest.prefix(2))/\(digest)"])
    }

    @Test func writesGlancesJSON() async throws {
        let image = try await registry.publish(try fixture.request("web"))
        let data = try JSONEncoder().encode(image)
        let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(
            Set(object.keys) == [
                "id", "name", "status", "visibility", "protected", "tags", "properties", "disk_format",
                "container_format", "size", "virtual_size", "checksum", "os_hash_algo", "os_hash_value", "sha256",
                "min_disk", "min_ram", "created_at", "updated_at", "documents", "os_hidden", "owner", "stores",
            ]
        )
        let created = try #require(object["created_at"] as? String)
        #expect(created.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/) != nil)
        #expect(object["id"] as? String == image.id.description)
        #expect(try JSONDecoder().decode(Image.self, from: data) == image)
    }

    @Test func aSecondImageOfANameIsAnImageOfItsOwn() async throws {
        let first = try await registry.publish(try fixture.request("web", seed: 1))
        let second = try await registry.publish(try fixture.request("web", seed: 2))
        #expect(try await registry.list() == [second, first])
        let error = await error { _ = try await registry.show("web") }
        #expect(error?.code == .ambiguous([second.id, first.id]))
        #expect(error?.message.contains(first.id.description) == true)
        #expect(error?.message.contains(second.id.description) == true)
        #expect(await self.error { try await registry.delete("web") }?.code == .ambiguous([second.id, first.id]))
        #expect(try await registry.show(first.id.description) == first)
        try await registry.delete(first.id.description)
        #expect(try await registry.show("web") == second)
    }

    @Test(arguments: FileSharing.allCases)
    func theSameBytesAreKeptOnce(sharing: FileSharing) async throws {
        let request = try fixture.request("web", sharing: sharing)
        let first = try await registry.publish(request)
        let second = try await registry.publish(request)
        #expect(first.id != second.id)
        #expect(first.sha256 == second.sha256)
        #expect(fixture.files.count == 1)
        try await registry.delete(first.id.description)
        #expect(fixture.files.count == 1)
        let saved = fixture.scratch.appending("saved")
        try await registry.save("web", to: .file(saved))
        #expect(try contents(saved) == contents(request.file))
        try await registry.delete("web")
        #expect(fixture.files.isEmpty)
        #expect(try await registry.list().isEmpty)
        #expect(try contents(request.file).count == 1 << 20)
    }

    @Test func sharesTheInodeOnlyWhenAsked() async throws {
        func inode(_ path: FilePath) throws -> Int? {
            let attributes = try FileManager.default.attributesOfItem(atPath: path.string)
            return attributes[.systemFileNumber] as? Int
        }
        func permissions(_ path: FilePath) throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: path.string)[.posixPermissions] as? Int
        }
        let linked = try fixture.request("linked", seed: 1, sharing: .hardLink)
        let image = try await registry.publish(linked)
        #expect(try inode(linked.file) == inode(fixture.blob(image)))
        #expect(try permissions(linked.file) == 0o444)

        let copied = try fixture.request("copied", seed: 2, sharing: .reflink)
        let before = try permissions(copied.file)
        let other = try await registry.publish(copied)
        #expect(try inode(copied.file) != inode(fixture.blob(other)))
        #expect(try permissions(copied.file) == before)
        #expect(try permissions(fixture.blob(other)) == 0o444)
    }

    @Test func aProtectedImageIsNotDeleted() async throws {
        var request = try fixture.request("web")
        request.isProtected = true
        let image = try await registry.publish(request)
        let error = await error { try await registry.delete("web") }
        #expect(error?.code == .protected)
        #expect(error?.message == "Image \(image.id) is protected and cannot be deleted.")
        #expect(try await registry.list() == [image])
        #expect(fixture.files.count == 1)
    }

    @Test func filters() async throws {
        var request = try fixture.request("web", seed: 1)
        request.tags = ["golden"]
        request.osDistro = "debian"
        request.visibility = .public
        let web = try await registry.publish(request)
        let database = try await registry.publish(try fixture.request("database", seed: 2))
        func list(_ change: (inout ImageQuery) -> Void) async throws -> [Image] {
            var query = ImageQuery()
            change(&query)
            return try await registry.list(query)
        }
        #expect(try await list { $0.name = "database" } == [database])
        #expect(try await list { $0.tags = ["golden"] } == [web])
        #expect(try await list { $0.properties = ["os_distro": "debian"] } == [web])
        #expect(try await list { $0.visibility = .only(.private) } == [database])
        #expect(try await list { $0.visibility = .all } == [database, web])
        #expect(
            try await list {
                $0.name = "web"
                $0.visibility = .only(.private)
            }.isEmpty
        )
        #expect(try await list { $0.sort = [ImageSort(.name)] } == [database, web])
        #expect(try await list { $0.sort = [ImageSort(.name, isDescending: true)] } == [web, database])
        #expect(try await list { $0.sort = [ImageSort(.size)] } == [database, web])
        #expect(try await list { $0.limit = 1 } == [database])
        #expect(
            try await list {
                $0.limit = 1
                $0.marker = database.id
            } == [web]
        )
        #expect(try await list { $0.isHidden = true }.isEmpty)
        #expect(await error { _ = try await list { $0.marker = ImageID() } }?.code == .invalid)
    }

    @Test func aNameWithQuotesIsAName() async throws {
        let name = #"o'web"; DROP TABLE image; -- ü 你"#
        let image = try await registry.publish(try fixture.request("x").named(name))
        #expect(try await registry.show(name) == image)
    }
}

extension ImageRequest {
    fileprivate func named(_ name: String) -> ImageRequest {
        var copy = self
        copy.name = name
        return copy
    }
}
