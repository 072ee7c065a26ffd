import Foundation
import SystemPackage
import Testing

extension Integration {
    /// From the recipe that ships to an image that boots, in one home; each test takes up where the one before it ended.
    @Suite("The whole life of an image", .needs(.guests, .appliance, .debianTree))
    struct WholeLifeTests {
        static let stages = ["render", "tree", "install", "sysprep", "convert", "publish"]

        @Test("the first build prints the image's id and leaves the bake's story")
        func firstBuild() async throws {
            let result = try await DebianBake.succeeded()
            try await withLab(home: DebianBake.home) { lab in
                #expect(UUID(uuidString: result.line) != nil)
                #expect(result.events.ran == Self.stages)
                #expect(lab.leftovers == [])
                #expect(lab.imageBlobs.count == 1)

                let id = try #require(Disk.names(lab.home.appending("bakes")).first)
                let list = try await lab.run(["bakes", "list"]).required()
                #expect(list.stdout.contains("\(id) | done "))
                let show = try await lab.run(["bakes", "show", id]).required()
                #expect(show.stdout.contains(result.line))
                let log = try await lab.run(["bakes", "log", "last"]).required()
                #expect(log.stdout.contains("install: done in"))
                let console = try await lab.run(["bakes", "log", id, "--console"]).required()
                #expect(console.stdout.contains("Linux version"), "the console is there from the first byte")
                #expect(console.stdout.contains("imagebake-installer: finished"))

                let directory = lab.home.appending("bakes").appending(id)
                #expect(try Disk.text(directory.appending("hygiene.json")).contains("\"passed\" : true"))
                for name in ["domain.xml", "rendered/ks.cfg", "rendered/cloud.cfg", "rendered/cmdline", "sysprep.json"]
                {
                    #expect(Disk.exists(directory.appending(name)), "\(name)")
                }
            }
        }

        @Test("the registry knows the image's digests, sizes and origin")
        func registry() async throws {
            let id = try await DebianBake.succeeded().line
            try await withLab(home: DebianBake.home) { lab in
                let image = try await lab.run(["image", "show", "debian12", "--format", "json"]).json(ImageFields.self)
                let file = lab.root.appending("debian12.qcow2")
                try await lab.run(["image", "save", "debian12", "--file", file.string]).required()

                #expect(image.id == id)
                #expect(image.status == "active")
                #expect(image.size == Disk.size(file))
                #expect(image.sha256 == (try await lab.tool("sha256sum", file.string)).prefix(64))
                #expect(image.os_hash_algo == "sha512")
                #expect(image.os_hash_value == (try await lab.tool("sha512sum", file.string)).prefix(128))
                #expect(image.checksum == (try await lab.tool("md5sum", file.string)).prefix(32))
                #expect(image.virtual_size == 10 << 30)
                #expect(image.min_disk == 10)
                #expect(image.disk_format == "qcow2")
                #expect(image.visibility == "private")
                #expect(image.tags.sorted() == ["bookworm", "debian"])
                #expect(image.properties["os_distro"] == "debian")
                #expect(image.properties["os_version"] == "12")
                #expect(image.properties["architecture"] == "x86_64")
                #expect(image.properties["imagebake_tree_trust"] == "checksummed")
                let bake = try #require(Disk.names(lab.home.appending("bakes")).first)
                #expect(image.properties["imagebake_bake_id"] == bake)
                let digest = try await lab.tool("sha256sum", Checkout.recipe("debian12").string).prefix(64)
                #expect(image.properties["imagebake_recipe_digest"]?.hasSuffix(digest) == true, "\(image.properties)")

                // To standard output the same bytes come.
                let piped = try await lab.start(program: [
                    "sh", "-c", "'\(Checkout.binary)' image save debian12 | sha256sum",
                ]).result().required()
                #expect(piped.line.prefix(64) == image.sha256)

                // A complete qcow2 of its own, in the format that the recipe asks for.
                _ = try await lab.tool("qemu-img", "check", "-q", file.string)
                let info = try await lab.tool("qemu-img", "info", "--output", "json", file.string)
                #expect(info.contains("\"compression-type\": \"zstd\""))
                #expect(!info.contains("backing"))

                for format in ["table", "value", "yaml", "json"] {
                    let list = try await lab.run(["image", "list", "--format", format]).required()
                    #expect(list.stdout.contains(id), "\(format)")
                }
            }
        }

        @Test("a second build of the unchanged recipe runs nothing")
        func secondBuild() async throws {
            let id = try await DebianBake.succeeded().line
            try await withLab(home: DebianBake.home) { lab in
                let plan = try await lab.run(["plan", "recipes/debian12.recipe", "--format", "json"]).json(Plan.self)
                #expect(plan.action("publish") == "cached")
                let result = try await lab.run(["build", "recipes/debian12.recipe", "--progress", "json"]).required()
                #expect(result.line == id)
                #expect(
                    result.events.ran == ["render", "tree"],
                    "the tree is in its place; only its .treeinfo is read"
                )
                #expect(result.events.cached == ["install", "sysprep", "convert", "publish"])
                #expect(lab.imageBlobs.count == 1)
            }
        }

        @Test("a changed cloud.cfg alone keeps the install, as the plan says, and makes a second image of that name")
        func changedCloudConfig() async throws {
            let first = try await DebianBake.succeeded().line
            try await withLab(home: DebianBake.home) { lab in
                let text = try Disk.text(Checkout.recipe("debian12"))
                let recipe = try lab.file(
                    "debian12.recipe",
                    text + "\ncloud_init: {default_user: {name: debian, gecos: Second}}\n"
                )
                let plan = try await lab.run(["plan", recipe.string, "--format", "json"]).json(Plan.self)
                #expect(plan.action("tree") == "cached")
                #expect(plan.action("install") == "cached")
                #expect(plan.action("sysprep") == "run")
                #expect(plan.action("convert") == "run")

                let result = try await lab.run(["build", recipe.string, "--progress", "json"]).required()
                #expect(result.events.cached == ["install"])
                #expect(result.events.ran == ["render", "tree", "sysprep", "convert", "publish"])
                #expect(lab.leftovers == [])
                let second = result.line
                #expect(second != first)

                let ambiguous = try await lab.run(["image", "show", "debian12"])
                ambiguous.expect(64, "debian12", first, second)
                let names = try await lab.run(["image", "list", "--name", "debian12", "-f", "value", "-c", "ID"])
                    .required()
                #expect(names.stdout == "\(second)\n\(first)\n", "the newest comes first")

                try await lab.run(["image", "delete", second]).required()
                #expect(lab.imageBlobs.count == 1)
                let left = try await lab.run(["image", "show", "debian12", "--format", "json"]).json(ImageFields.self)
                #expect(left.id == first)

                // What was deleted is published again from the cached artefact; nothing else runs.
                let again = try await lab.run(["build", recipe.string, "--progress", "json"]).required()
                #expect(again.events.ran == ["render", "tree", "publish"])
                try await lab.run(["image", "delete", again.line]).required()
            }
        }
    }
}

/// The steps of `plan --format json`.
private struct Plan: Decodable {
    /// A stage and what would happen to it.
    struct Step: Decodable {
        let stage: String
        let action: String
    }

    let steps: [Step]

    func action(_ stage: String) -> String? { steps.first { $0.stage == stage }?.action }
}
