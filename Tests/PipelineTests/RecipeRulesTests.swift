import DiskImages
import Foundation
import Guestfs
import Pipeline
import Recipes
import SystemPackage
import Testing

@testable import Publish

/// What a recipe may say is what the later stages take: neither less, for nobody could use it, nor more, for it would fail late.
@Suite("Rules of recipes")
struct RecipeRulesTests {
    private static let own = [
        ImageProperty.osDistro, ImageProperty.osVersion, ImageProperty.architecture, ImageProperty.bakeID,
        ImageProperty.recipeDigest, ImageProperty.treeTrust, ImageProperty.hygiene, ImageProperty.name,
        ImageProperty.published, ImageProperty.incoming, ImageProperty.withdrawn, ImageProperty.image,
        ImageProperty.refused, ImageProperty.part,
    ]

    private static let free = ["os_admin_user", "os:note", "a-b.c", "Size", "names"]

    @Test(
        "a property is refused by the reader where the registry would refuse it",
        arguments: ImageLimits.reserved.sorted() + own + ["os_glance_", "os_glance_importing"] + free
    )
    func property(_ name: String) throws {
        let problems = try problems(of: "publish: [{properties: {\"\(name)\": mine}}]")
        #expect(problems.isEmpty == registryTakes(properties: [name: "mine"]))
        if !Self.free.contains(name) {
            let problem = try #require(problems.first)
            #expect((problem.line, problem.column) == (10, 25))
            #expect(problem.message.hasPrefix("the property '\(name)' in 'publish[0].properties' is "))
        }
    }

    @Test(
        "a value that Nova would refuse is refused by reader and registry, with its place",
        arguments: [
            ("hw_disk_bus: virtoi", "'hw_disk_bus' cannot be 'virtoi'; did you mean 'virtio'?", 38),
            ("os_secure_boot: required", "hw_firmware_type", 41),
        ]
    )
    func vocabulary(property: String, words: String, column: Int) throws {
        let problem = try #require(try problems(of: "publish: [{properties: {\(property)}}]").first)
        #expect(problem.message.contains(words), "\(problem)")
        #expect((problem.line, problem.column) == (10, column), "\(problem)")
        let parts = property.split(separator: ": ").map(String.init)
        #expect(!registryTakes(properties: [parts[0]: parts[1]]))
        #expect(try problems(of: "publish: [{properties: {hw_disk_bus: scsi, hw_disk_buss: scsi}}]").isEmpty)
    }

    @Test("as many properties and tags are taken as the registry takes", arguments: [0, 1])
    func counts(_ excess: Int) throws {
        let properties = (0..<128 - Self.own.count + excess).map { "p\($0)" }
        let many = "{" + properties.map { "\($0): a" }.joined(separator: ", ") + "}"
        #expect(try problems(of: "publish: [{properties: \(many)}]").isEmpty == (excess == 0))
        let isTaken = registryTakes(properties: Dictionary(uniqueKeysWithValues: properties.map { ($0, "a") }))
        #expect(isTaken == (excess == 0))

        let tags = (0..<128 + excess).map { "t\($0)" }
        #expect(try problems(of: "publish: [{tags: [\(tags.joined(separator: ", "))]}]").isEmpty == (excess == 0))
        #expect(registryTakes(tags: tags) == (excess == 0))
    }

    @Test("a property's value has as many bytes as the registry takes", arguments: [0, 1])
    func bytes(_ excess: Int) throws {
        let value = String(repeating: "ü", count: 32767) + String(repeating: "a", count: 1 + excess)
        #expect(try problems(of: "publish: [{properties: {a: \(value)}}]").isEmpty == (excess == 0))
        #expect(registryTakes(properties: ["a": value]) == (excess == 0))
    }

    @Test("each sysprep operation can be named, no other can", arguments: ["enable", "disable"])
    func operations(_ key: String) throws {
        let names = Sysprep.operations.map(\.name)
        #expect(!names.isEmpty)
        #expect(try problems(of: "sysprep: {\(key): [\(names.joined(separator: ", "))]}").isEmpty)
        let problem = try #require(try problems(of: "sysprep: {\(key): [machine-idd]}").first)
        #expect(
            "\(problem)".hasSuffix(
                "web.recipe:10:\(14 + key.count): error: unknown sysprep operation 'machine-idd' in 'sysprep.\(key)[0]'; "
                    + "did you mean 'machine-id'?"
            )
        )
    }

    /// What the reader says of a small recipe with a line at its end.
    private func problems(of line: String) throws -> [Diagnostic] {
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
            \(line)

            """
        let directory = URL(filePath: NSTemporaryDirectory()).appending(path: "imagebake-rules-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let file = directory.appending(path: "web.recipe")
        try Data(text.utf8).write(to: file)
        let loader = RecipeLoader.forBakes(try Resources())
        do {
            _ = try loader.load(FilePath(file.path))
            return []
        } catch {
            return error.diagnostics
        }
    }

    /// Whether the registry takes it, from a bake.
    private func registryTakes(properties: [String: String] = [:], tags: [String] = []) -> Bool {
        var request = ImageRequest(file: "/image", name: "web", diskFormat: .qcow2)
        request.properties = properties
        request.tags = tags
        request.osDistro = "debian"
        request.osVersion = "12"
        request.architecture = "x86_64"
        request.bakeID = "1"
        request.recipeDigest = "2"
        request.treeTrust = "pinned"
        request.hygiene = "passed"
        let registry = LocalRegistry(root: "/nowhere")
        let publisher = ImagePublisher(registry: registry, rule: RotationRule(name: "web"), publisher: "here")
        return (try? publisher.check(request)) != nil
    }
}
