import Foundation
import SystemPackage
import Testing

extension SideBySide {
    /// The verbs of `openstack image` on the local registry, typed as people type them.
    @Suite("The verbs of 'image'")
    struct ImageVerbTests {
        /// What is compared of an image.
        private struct Fields: Decodable {
            let id: String
            let name: String?
            let status: String
            let visibility: String
            let owner: String?
            let protected: Bool
            let os_hidden: Bool
            let min_disk: Int
            let tags: [String]
            let properties: [String: String]
            let size: Int64?
        }

        private func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }

        private func show(_ lab: Lab, _ options: String = "") async throws -> Fields {
            try await lab.run(words("image show web --format json " + options)).json(Fields.self)
        }

        /// A raw image that is no other format.
        private func file(in lab: Lab) throws -> FilePath {
            let file = lab.root.appending("web.raw")
            try Data(repeating: 7, count: 1 << 20).write(to: URL(filePath: file.string))
            return file
        }

        @Test("an image is made, changed, hidden, shared, deactivated, verified and deleted")
        func life() async throws {
            try await withLab { lab in
                let file = try file(in: lab)
                func image(_ text: String, _ status: Int32 = 0, _ expected: String...) async throws {
                    let result = try await lab.run(["image"] + words(text))
                    result.expect(status, expected)
                }
                try await image(
                    "create web --file \(file) --tag a --property hw_disk_bus=virtio --min-disk 2 --private"
                )
                var web = try await show(lab)
                #expect(
                    web.status == "active" && web.visibility == "private" && web.owner == "default"
                        && web.size == 1 << 20
                )
                #expect(web.tags == ["a"] && web.properties == ["hw_disk_bus": "virtio"] && web.min_disk == 2)

                try await image(
                    "set web --property os_type=linux --tag b --os-distro debian --hidden --protected --shared"
                )
                try await image("unset web --tag a --property hw_disk_bus")
                web = try await show(lab)
                #expect(web.tags == ["b"] && web.properties == ["os_type": "linux", "os_distro": "debian"])
                #expect(web.os_hidden && web.protected && web.visibility == "shared")
                #expect(try await lab.run(words("image list --format value")).stdout == "")
                #expect(try await lab.run(words("image list --hidden --format value")).stdout.hasPrefix(web.id))
                try await image("delete web", 77, "Image \(web.id) is protected and cannot be deleted.")
                try await image("unset web --tag a", 66, "has no tag 'a'")
                try await image("set web --unprotected --unhidden")

                try await image("add project web p2")
                try await image("show \(web.id) --os-project-name p3", 66, "no image has the id")
                try await image("set \(web.id) --os-project-name p2 --name mine", 77, "not authorized")
                #expect(try await lab.run(words("image list --os-project-name p2 --format value")).stdout == "")
                try await image("set \(web.id) --os-project-name p2 --accept")
                #expect(
                    try await lab.run(words("image list --os-project-name p2 --format value")).stdout.hasPrefix(web.id)
                )
                let members = try await lab.run(words("image member list web --format value")).required()
                #expect(members.line == "\(web.id) p2 accepted")
                try await image("remove project web p2")
                try await image("member get web p2", 66, "is not shared with the project 'p2'")

                try await image("set web --deactivate")
                let saved = lab.root.appending("saved")
                try await image("save \(web.id) --file \(saved) --os-project-name default", 77, "deactivated")
                #expect(!Disk.exists(saved))
                try await image("set web --activate")
                try await image("save web --file \(saved)")
                #expect(try Disk.data(saved) == Disk.data(file))
                try await image("verify web", 0, "well")
                try await image("delete web", 0, "deleted web (\(web.id))")
                #expect(
                    Disk.names(lab.home.appending("registry/blobs/sha256")).allSatisfy { name in
                        Disk.names(lab.home.appending("registry/blobs/sha256/\(name)")).isEmpty
                    }
                )
            }
        }

        @Test("bytes are staged and imported")
        func importing() async throws {
            try await withLab { lab in
                let file = try file(in: lab)
                try await lab.run(words("image create web --disk-format raw")).required()
                #expect(try await show(lab).status == "queued")
                try await lab.run(words("image stage web --file \(file)")).required()
                #expect(try await show(lab).status == "uploading")
                try await lab.run(words("image import web")).required()
                #expect(try await show(lab).status == "active")
                try await lab.run(words("image import web")).expect(84, "in the state 'active'")
                #expect(
                    try await lab.run(words("image import info --format value")).line
                        == "['glance-direct', 'web-download', 'copy-image']"
                )
                #expect(try await lab.run(words("image stores list --format value")).line.hasPrefix("local"))
            }
        }

        @Test(
            "what is wrong is refused, and no image is left",
            arguments: [
                ("create web --file FILE --disk-format qcow2", 84, "is declared as qcow2 but is raw"),
                ("create web --file FILE --disk-format gpt", 64, "there is no disk format 'gpt'"),
                (
                    "create web --file FILE --disk-format ami --container-format bare", 64,
                    "Invalid mix of disk and container"
                ),
                ("create web --file FILE --container-format ami", 64, "Invalid mix of disk and container formats"),
                ("create web --file FILE.not", 66, "FILE.not"),
                ("create web --file FILE --property os_glance_x=1", 64, "belongs to Glance"),
                ("create web --file FILE --property nothing", 64, "--property"),
                ("create web --file FILE --public --os-project-name p1", 77, "publicize_image"),
                ("create web --file FILE --os-project-name p1 --role reader", 77, "add_image"),
                ("create web --file FILE --store rbd", 64, "there is no store 'rbd'"),
                ("create web --import", 64, "--import takes --file"),
                ("list --sort colour", 64, "'colour' is nothing to sort by"),
                ("import web --method web-download", 64, "--uri"),
            ] as [(String, Int32, String)]
        )
        func wrong(arguments: String, status: Int32, expected: String) async throws {
            try await withLab { lab in
                let file = try file(in: lab).string
                let result = try await lab.run(
                    ["image"] + words(arguments.replacing("FILE", with: file))
                )
                result.expect(status, expected.replacing("FILE", with: file))
                #expect(try await lab.run(words("image list --all --format value")).stdout == "")
            }
        }
    }
}
