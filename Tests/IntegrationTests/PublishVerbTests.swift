import Foundation
import SystemPackage
import TestSupport
import Testing

extension SideBySide {
    /// `publish` and `rollback`, typed as people type them.
    @Suite("publish and rollback")
    struct PublishVerbTests {
        private struct Step: Decodable {
            let registry: String
            let action: String
            let image: String?
            let name: String
        }

        private struct Fields: Decodable {
            let id: String
            let name: String?
            let visibility: String
            let min_disk: Int
            let min_ram: Int
            let os_hidden: Bool
            let disk_format: String
        }

        private func file(_ name: String, _ byte: UInt8, in lab: Lab) throws -> FilePath {
            let file = lab.root.appending(name)
            try Data(repeating: byte, count: 1 << 20).write(to: URL(filePath: file.string))
            return file
        }

        private func run(_ lab: Lab, _ text: String) async throws -> CommandResult {
            try await lab.run(text.split(separator: " ").map(String.init))
        }

        @Test("a name moves, goes back, and says beforehand what it will do")
        func life() async throws {
            try await withLab { lab in
                let options = "--name web --keep 2 --public --property os_distro=debian --progress none"
                var ids: [String] = []
                for byte in 1...3 as ClosedRange<UInt8> {
                    let file = try file("web-\(byte).raw", byte, in: lab)
                    ids.append(try await run(lab, "publish \(file) \(options)").required().line)
                }
                let web = try await run(lab, "image show web --format json").json(Fields.self)
                #expect(web.id == ids[2] && web.visibility == "public" && web.min_disk == 1 && web.min_ram == 512)
                #expect(try await run(lab, "image show \(ids[0]) --format json").json(Fields.self).os_hidden)

                // The same again sends nothing.
                let last = lab.root.appending("web-3.raw")
                let again = try await run(lab, "publish \(last) \(options) --format json").json([Step].self)
                #expect(again.map(\.action) == ["skip"] && again[0].image == ids[2])

                let next = try file("web-4.raw", 4, in: lab)
                let dry = try await run(lab, "publish \(next) \(options) --dry-run --format json").json([Step].self)
                #expect(dry.map(\.action) == ["upload", "publish", "rename", "hide"])
                let table = try await run(lab, "publish \(next) \(options) --dry-run").required().stdout
                #expect(table.contains("| registry | action ") && table.contains("takes the name 'web'"))
                #expect(try await run(lab, "image show web --format json").json(Fields.self).id == ids[2])

                let plan = try await run(lab, "rollback web --dry-run --format json").json([Step].self)
                let done = try await run(lab, "rollback web --format json").json([Step].self)
                #expect(done.map(\.action) == ["publish", "withdraw"] && plan.map(\.action) == done.map(\.action))
                #expect(try await run(lab, "image show web --format json").json(Fields.self).id == ids[1])
                try await run(lab, "publish \(last) \(options)").expect(84, "a rollback took the name 'web'")
                try await run(lab, "rollback nothing").expect(66, "has the name 'nothing'")
            }
        }

        @Test("an image is promoted step by step, and not taken back")
        func promotion() async throws {
            try await withLab { lab in
                let file = try file("web.raw", 1, in: lab)
                try await run(lab, "publish \(file) --progress none").required()
                for visibility in ["shared", "community", "public"] {
                    try await run(lab, "publish web --promote \(visibility)").required()
                    let web = try await run(lab, "image show web --format json").json(Fields.self)
                    #expect(web.visibility == visibility)
                }
                try await run(lab, "publish web --promote shared").expect(84, "which more people see")
                try await run(lab, "publish web --promote private").expect(64, "--promote takes")
                try await run(lab, "publish web --promote public --profile scs-0102").expect(64, "scs-0102 asks for")
            }
        }

        @Test("a root file system goes with its kernel and its ramdisk, and comes back as it was")
        func machineImage() async throws {
            try await withLab { lab in
                let root = try file("root.img", 1, in: lab)
                let kernel = try file("vmlinuz", 2, in: lab)
                let ramdisk = try file("initrd.img", 3, in: lab)
                let options =
                    "--kernel \(kernel) --ramdisk \(ramdisk) --name web --keep 1 --retire delete --progress none"
                for _ in 1...2 { try await run(lab, "publish \(root) \(options)").required() }
                for (name, format, file) in [
                    ("web", "ami", root), ("web-kernel", "aki", kernel), ("web-ramdisk", "ari", ramdisk),
                ] {
                    let fields = try await run(lab, "image show \(name) --format json").json(Fields.self)
                    #expect(fields.disk_format == format)
                    let saved = lab.root.appending("saved-\(name)")
                    try await run(lab, "image save \(name) --file \(saved)").required()
                    #expect(try Disk.data(saved) == Disk.data(file))
                }
                // An image of the local registry takes its parts along.
                try await run(lab, "publish web --name other --progress none").required()
                for name in ["other", "other-kernel", "other-ramdisk"] {
                    try await run(lab, "image show \(name)").required()
                }
                #expect(
                    try await run(lab, "image list --format value").required().stdout.split(separator: "\n").count == 6
                )

                try await run(lab, "publish \(root) --kernel \(kernel)").expect(64, "go together")
                try await run(lab, "publish web --kernel \(kernel) --ramdisk \(ramdisk)").expect(
                    66,
                    "there is no file web"
                )
            }
        }

        @Test("wrong usage is said, and leaves nothing")
        func refusals() async throws {
            try await withLab { lab in
                let file = try file("web.raw", 1, in: lab)
                try await run(lab, "publish nothing").expect(66, "neither a file nor an image")
                try await run(lab, "publish /no/such.raw").expect(66, "there is no file")
                try await run(lab, "publish \(file) --keep 0").expect(64, "--keep takes")
                try await run(lab, "publish \(file) --keep 2 --retire community").expect(64, "needs --public")
                try await run(lab, "publish \(file) --keep 2 --retire delete --protected").expect(64, "never deletes")
                try await run(lab, "publish \(file) --property hw_disk_bus=virtoi").expect(64, "did you mean 'virtio'?")
                try await run(lab, "publish \(file) --profile scs-0102").expect(64, "scs-0102 asks for 'architecture'")
                try await run(lab, "publish \(file) --disk-format qcow2").expect(84, "is declared as qcow2")
                #expect(try await run(lab, "image list --format value").required().stdout == "")
            }
        }

        @Test(
            "several clouds at once: one that is down does not keep the others from it, and a second run completes it",
            .enabled(if: OpenStackLab.canRun, "run scripts/openstack.sh")
        )
        func clouds() async throws {
            let cloud = try await OpenStackLab.shared()
            try await withLab { lab in
                func auth(_ password: String) -> String {
                    "{auth_url: \(cloud.identity), username: red-member, password: \(password), project_name: red, "
                        + "user_domain_name: Default, project_domain_name: Default}"
                }
                func write(_ broken: String) throws {
                    let text = """
                        clouds:
                          good: {region_name: RegionOne, auth: \(auth(cloud.password("red-member")))}
                          other: {region_name: RegionOne, auth: \(auth(broken))}

                        """
                    try Disk.write(text, to: lab.root.appending("clouds.yaml"))
                }
                let environment: [String: String?] = [
                    "HOME": lab.root.string, "XDG_CONFIG_HOME": nil, "OS_CLOUD": nil,
                ]
                let file = try file("web.raw", 1, in: lab)
                let name = "several-\(UUID().uuidString.prefix(8).lowercased())"
                let command = [
                    "publish", file.string, "--name", name, "--registry", "local", "--registry", "good", "--registry",
                    "other", "--keep", "2", "--format", "json", "--progress", "none",
                ]
                try write("wrong")
                let first = try await lab.run(command, environment: environment, directory: lab.root)
                first.expect(77, "publishing failed in 1 of 3 places: other: '\(name)' (raw)")
                #expect(try await run(lab, "image show \(name) --format value").required().stdout.contains("active"))
                try write(cloud.password("red-member"))
                let second = try await lab.run(command, environment: environment, directory: lab.root).json([Step].self)
                // Both clouds are one Glance, so that even the one that failed finds the bytes there.
                #expect(second.map(\.action) == ["skip", "skip", "skip"])
                let saved = try await lab.run(
                    ["image", "show", name, "--registry", "good", "--format", "json"],
                    environment: environment,
                    directory: lab.root
                ).json(Fields.self)
                #expect(saved.id == second[1].image && saved.disk_format == "raw")

                // An image of the local registry goes to a cloud by its name.
                let image = ["publish", name, "--name", name + "-b", "--registry", "good", "--progress", "none"]
                let id = try await lab.run(image, environment: environment, directory: lab.root).required().line
                for image in [saved.id, id] {
                    try await lab.run(
                        ["image", "delete", image, "--registry", "good"],
                        environment: environment,
                        directory: lab.root
                    ).required()
                }
            }
        }
    }
}
