import Foundation
import Publish
import SystemPackage
import TestSupport
import Testing

/// The openstack client as a judge: what it makes we read field by field, and the other way round.
@Suite(.enabled(if: OpenStackLab.canRun, Lab.missing), .serialized)
struct ClientTests {
    @Test(arguments: Lab.regions)
    func `what the openstack client makes is read, field by field`(_ region: String) async throws {
        guard let lab = try await Lab(region) else { return }
        let name = lab.name("theirs")
        let file = try lab.file(123_456)
        let made = try await openstack(
            lab,
            [
                "image", "create", name, "--file", file.string, "--disk-format", "raw", "--min-disk", "3", "--min-ram",
                "64", "--private", "--protected",
                "--property", "os_distro=debian", "--property", "a/b=c d", "--tag", "one", "--tag", "two",
            ]
        )
        try await lab.with("red-member") { client in
            var query = GlanceQuery()
            query.names = [name]
            let listed = try await client.images(query).all()
            let image = try #require(listed.first)
            #expect(listed.count == 1)
            #expect(try await client.show(image.id) == image)
            try compare(image, made)
            #expect(image.properties["os_distro"] == "debian")
            #expect(image.properties["a/b"] == "c d")
            #expect(image.size == 123_456)
            #expect(image.isProtected)
        }
        _ = try await openstack(
            lab,
            ["image", "set", "--unprotected", "--hidden", "--name", "other \(name)", made["id"]?.string ?? ""]
        )
        try await lab.with("red-member") { client in
            let image = try await client.show(made["id"]?.string ?? "")
            #expect(image.name == "other \(name)")
            #expect(image.isHidden)
            try await client.delete(image.id)
        }
    }

    @Test(arguments: Lab.regions)
    func `what we make the openstack client reads, field by field, and saves`(_ region: String) async throws {
        guard let lab = try await Lab(region) else { return }
        try await lab.with("red-member") { client in
            let image = try await lab.image(client, size: 200_000) { new in
                new.visibility = "community"
                new.tags = ["x", "y"]
                new.properties = ["hw_disk_bus": "virtio", "q/r": "~s"]
                new.minDisk = 2
                new.minRAM = 128
            }
            var shown = try await openstack(lab, ["image", "show", image.id])
            try compare(image, shown)
            let saved = lab.scratch.appending("saved.raw")
            let result = try await lab.lab.openstack(
                "red-member",
                lab.region,
                ["image", "save", "--file", saved.string, image.id]
            )
            #expect(result.status == 0, "\(result.error)")
            #expect(try contents(saved) == noise(200_000))
            var patch = GlancePatch()
            patch.remove("q/r")
            patch.replace("hw_disk_bus", "scsi")
            patch.setTags(["z"])
            patch.replace("visibility", "shared")
            let changed = try await client.update(image.id, patch)
            _ = try await client.addMember(lab.lab.project("green"), to: image.id)
            shown = try await openstack(lab, ["image", "show", image.id])
            try compare(changed, shown)
            try await client.delete(image.id)
        }
    }

    /// Runs the client and reads its JSON.
    private func openstack(_ lab: Lab, _ arguments: [String]) async throws -> JSONValue {
        let isQuiet = arguments.contains("set")
        let result = try await lab.lab.openstack("red-member", lab.region, arguments + (isQuiet ? [] : ["-f", "json"]))
        try #require(result.status == 0, "\(result.error)")
        return isQuiet ? .null : try JSONDecoder().decode(JSONValue.self, from: Data(result.output.utf8))
    }

    /// Compares every field; the client puts some base fields among the properties.
    private func compare(_ image: GlanceImage, _ json: JSONValue) throws {
        let properties = json["properties"]?.object ?? [:]
        #expect(json["id"]?.string == image.id)
        #expect(json["name"]?.string == image.name)
        #expect(json["status"]?.string == image.status.rawValue)
        #expect(json["visibility"]?.string == image.visibility)
        #expect(json["protected"]?.bool == image.isProtected)
        #expect(json["checksum"]?.string == image.checksum)
        #expect(json["container_format"]?.string == image.containerFormat)
        #expect(json["disk_format"]?.string == image.diskFormat)
        #expect(json["min_disk"]?.integer == image.minDisk)
        #expect(json["min_ram"]?.integer == image.minRAM)
        #expect(json["owner"]?.string == image.owner)
        #expect(json["size"]?.integer == image.size)
        if let size = json["virtual_size"]?.integer { #expect(size == image.virtualSize) }
        #expect(json["file"]?.string == image.filePath)
        #expect(json["schema"]?.string == image.schemaPath)
        #expect(try Set((json["tags"]?.array ?? []).map { try #require($0.string) }) == Set(image.tags))
        func date(_ key: String) -> Date? { json[key]?.string.flatMap { try? Date($0, strategy: .iso8601) } }
        #expect(date("created_at") == image.createdAt)
        #expect(date("updated_at") == image.updatedAt)
        #expect(properties["os_hidden"]?.bool == image.isHidden)
        #expect(properties["os_hash_algo"]?.string == image.osHashAlgorithm)
        #expect(properties["os_hash_value"]?.string == image.osHashValue)
        #expect(properties["stores"]?.string == image.stores?.joined(separator: ","))
        let own = properties.filter { !["os_hidden", "os_hash_algo", "os_hash_value", "stores"].contains($0.key) }
        #expect(own.compactMapValues(\.string) == image.properties)
    }
}
