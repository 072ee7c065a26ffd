import Foundation
import SystemPackage
import TestSupport
import Testing

extension SideBySide {
    /// The verbs of `openstack image` on a real Glance, with the openstack client as the judge.
    @Suite("The verbs of 'image' on a cloud", .enabled(if: OpenStackLab.canRun, "run scripts/openstack.sh"))
    struct CloudVerbTests {
        private struct Fields: Decodable {
            let id: String
            let name: String?
            let status: String
            let visibility: String
            let owner: String?
            let protected: Bool
            let os_hidden: Bool
            let tags: [String]
            let properties: [String: String]
            let size: Int64?
            let os_hash_value: String?
        }

        /// A user of the lab's at the keyboard.
        private struct User {
            let lab: Lab
            let cloud: OpenStackLab
            let name: String

            @discardableResult
            func image(_ text: String, _ status: Int32 = 0, _ words: String...) async throws -> String {
                let result = try await run(text)
                result.expect(status, words)
                #expect(!(result.stdout + result.stderr).contains(cloud.password(name)), "a password is shown")
                return result.stdout
            }

            func run(_ text: String) async throws -> CommandResult {
                // HOME: the developer's own clouds.yaml is not this one's.
                let environment = cloud.environment(name).mapValues { Optional($0) }
                    .merging(["HOME": lab.root.string, "XDG_CONFIG_HOME": nil, "OS_CLOUD": nil]) { $1 }
                let words = text.split(separator: " ").map(String.init)
                return try await lab.run(
                    ["image"] + words + ["--registry", "envvars"],
                    environment: environment,
                    directory: lab.root
                )
            }

            func show(_ reference: String) async throws -> Fields {
                try await run("show \(reference) --format json").json(Fields.self)
            }
        }

        private func withUsers(_ body: (Lab, User, User) async throws -> Void) async throws {
            let cloud = try await OpenStackLab.shared()
            try await withLab { lab in
                try await body(
                    lab,
                    User(lab: lab, cloud: cloud, name: "red-member"),
                    User(lab: lab, cloud: cloud, name: "blue-member")
                )
            }
        }

        private func file(in lab: Lab) throws -> FilePath {
            let file = lab.root.appending("web.raw")
            try Data((0..<(1 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }).write(
                to: URL(filePath: file.string)
            )
            return file
        }

        @Test("an image is made, changed, shared, saved and deleted, and the openstack client sees the same")
        func life() async throws {
            try await withUsers { lab, red, blue in
                let cloud = red.cloud
                let name = "web-\(UUID().uuidString.prefix(8))"
                let file = try file(in: lab)
                try await red.image("create \(name) --file \(file) --tag a --property hw_disk_bus=virtio --min-disk 2")
                let made = try await red.show(name)
                #expect(made.status == "active" && made.visibility == "shared" && made.size == 1 << 20)
                #expect(made.owner == cloud.project("red"))
                #expect(try await lab.tool("sha512sum", file.string).prefix(128) == made.os_hash_value ?? "")
                let theirs = try await cloud.openstack(
                    "red-member",
                    cloud.newest,
                    ["image", "show", made.id, "-f", "value", "-c", "status", "-c", "visibility", "-c", "min_disk"]
                )
                #expect(theirs.output.split(separator: "\n") == ["2", "active", "shared"])

                try await red.image("set \(name) --property os_type=linux --tag b --protected --hidden")
                try await red.image("unset \(name) --tag a --property hw_disk_bus")
                let changed = try await red.show(name)
                #expect(
                    changed.tags == ["b"] && changed.properties["os_type"] == "linux" && changed.protected
                        && changed.os_hidden
                )
                #expect(changed.properties["hw_disk_bus"] == nil)
                try await red.image("delete \(name)", 77, "is protected and cannot be deleted")
                try await red.image("set \(name) --unprotected --unhidden")

                try await blue.image("show \(made.id)", 66, "no image of the cloud")
                try await red.image("add project \(name) \(cloud.project("blue"))")
                try await blue.image("set \(made.id) --name mine", 77)
                #expect(!(try await blue.image("list --format value").contains(made.id)))
                try await blue.image("set \(made.id) --accept")
                #expect(try await blue.image("list --format value").contains(made.id))
                let members = try await red.image("member list \(name) --format value")
                #expect(members == "\(made.id) \(cloud.project("blue")) accepted\n")

                let saved = lab.root.appending("saved")
                try await blue.image("save \(made.id) --file \(saved)")
                #expect(try Disk.data(saved) == Disk.data(file))
                Disk.remove(saved)
                try await red.image("set \(name) --deactivate")
                try await blue.image("save \(made.id) --file \(saved)", 77)
                #expect(Disk.names(lab.root).filter { $0.contains("saved") } == [])
                try await red.image("set \(name) --activate")
                try await red.image("remove project \(name) \(cloud.project("blue"))")
                try await red.image("delete \(name)", 0)
                try await red.image("show \(made.id)", 66)
            }
        }

        @Test("what the cloud, or imagebake before it, refuses leaves no image")
        func refusals() async throws {
            try await withUsers { lab, red, _ in
                let name = "wrong-\(UUID().uuidString.prefix(8))"
                let file = try file(in: lab)
                try await red.image("create \(name) --file \(file) --disk-format qcow2", 84, "is declared as qcow2")
                try await red.image("create \(name) --file \(file) --public", 77)
                try await red.image(
                    "create \(name) --file \(file) --property hw_disk_bus=virtoi",
                    64,
                    "did you mean 'virtio'?"
                )
                try await red.image("create \(name) --file \(file) --store nowhere", 64)
                let list = try await red.cloud.openstack(
                    "red-admin",
                    red.cloud.newest,
                    ["image", "list", "--name", name, "-f", "value"]
                )
                #expect(list.output == "", "\(list)")
            }
        }

        @Test("an image goes by way of the staging area")
        func importing() async throws {
            try await withUsers { lab, red, _ in
                let name = "import-\(UUID().uuidString.prefix(8))"
                let file = try file(in: lab)
                try await red.image("create \(name) --file \(file) --import")
                #expect(try await red.show(name).status == "active")
                #expect(try await red.image("import info --format value").contains("glance-direct"))
                #expect(try await red.image("stores list --format value").contains("fast"))
                try await red.image("delete \(name)")
            }
        }

        /// Says that the guest came up to the end of cloud-init, and switches it off.
        private static let userData = """
            #cloud-config
            write_files:
              - path: /run/report
                content: |
                  #!/bin/sh
                  cloud-init status --wait >/dev/null
                  printf '\\nFACT %s=%s\\n' sshd "$(systemctl is-active ssh)" hostname "$(hostname)"
                  sync
                  systemctl poweroff
            runcmd:
              - systemd-run --no-block --property StandardOutput=file:/dev/ttyS0 /bin/sh /run/report

            """

        @Test(
            "a bake is published to the cloud, whole and once, and boots from there",
            .needs(.debianTree, .appliance, .xorriso)
        )
        func bake() async throws {
            let local = try await DebianBake.succeeded().line
            let cloud = try await OpenStackLab.shared()
            let digest = try await withLab(home: DebianBake.home) { lab in
                try await lab.run(["image", "show", local, "--format", "json"]).json(Fields.self).os_hash_value ?? ""
            }
            try await withLab(home: DebianBake.home) { lab in
                let environment = cloud.environment("red-member").mapValues { Optional($0) }
                    .merging(["HOME": lab.root.string, "XDG_CONFIG_HOME": nil, "OS_CLOUD": nil]) { $1 }
                let command = ["build", "recipes/debian12.recipe", "--publish", "envvars", "--progress", "json"]
                // A wrong password is found before anything is made.
                let wrong = environment.merging(["OS_PASSWORD": "wrong"]) { $1 }
                try await lab.run(command, environment: wrong).expect(77)

                let id = try await lab.run(command, environment: environment).required().line
                let shown = try await cloud.openstack("red-member", cloud.newest, ["image", "show", id, "-f", "json"])
                let image = try JSONDecoder().decode(Shown.self, from: Data(shown.output.utf8))
                #expect(image.status == "active" && image.visibility == "private" && image.disk_format == "qcow2")
                #expect(image.min_disk == 10 && image.tags.sorted() == ["bookworm", "debian"])
                #expect(image.properties["os_distro"]?.text == "debian")
                #expect(image.properties["os_hash_value"]?.text == digest)
                #expect(image.properties["imagebake_hygiene"]?.text?.hasPrefix("passed sha256:") == true)

                let saved = lab.root.appending("saved.qcow2")
                let theirs = try await cloud.openstack(
                    "red-member",
                    cloud.newest,
                    ["image", "save", id, "--file", saved.string]
                )
                #expect(theirs.status == 0, "\(theirs)")
                #expect(try await lab.tool("sha512sum", saved.string).prefix(128) == digest)
                let clone = Clone(image: saved, name: "from-the-cloud", userData: Self.userData)
                let (boot, serial) = try await clone.boot(in: lab, machine: ["-machine", "q35"])
                #expect(boot.status == 0, "\(serial.suffix(2000))")
                let facts = Clone.facts(serial)
                #expect(facts == ["sshd": "active", "hostname": "from-the-cloud"], "\(serial.suffix(2000))")

                let again = try await lab.run(command, environment: environment).required()
                #expect(again.events.ran == ["render", "tree"])
                let count = try await cloud.openstack(
                    "red-member",
                    cloud.newest,
                    ["image", "list", "--name", "debian12", "-f", "value", "-c", "ID"]
                )
                #expect(count.output == id + "\n")
                try await lab.run(["image", "delete", id, "--registry", "envvars"], environment: environment).required()
            }
        }

        /// What the openstack client shows.
        private struct Shown: Decodable {
            /// A property's value; they are texts, but for some that the client adds.
            struct Value: Decodable {
                let text: String?

                init(from decoder: any Decoder) throws {
                    text = try? decoder.singleValueContainer().decode(String.self)
                }
            }

            let status: String
            let visibility: String
            let disk_format: String
            let min_disk: Int
            let tags: [String]
            let properties: [String: Value]
        }

        @Test("a cloud that is not there, or does not know the user, is said to be so")
        func wrongCloud() async throws {
            try await withUsers { lab, red, _ in
                try await lab.run(
                    ["image", "list", "--registry", "nowhere"],
                    environment: ["HOME": lab.root.string, "XDG_CONFIG_HOME": nil, "OS_CLOUD": nil],
                    directory: lab.root
                ).expect(78, "there is no cloud 'nowhere'")
                let clouds = """
                    clouds:
                      mine:
                        auth: {auth_url: \(red.cloud.identity), username: red-member, password: wrong, project_name: red,
                               user_domain_name: Default, project_domain_name: Default}

                    """
                try clouds.write(toFile: lab.root.appending("clouds.yaml").string, atomically: true, encoding: .utf8)
                try await lab.run(
                    ["image", "list", "--registry", "mine"],
                    environment: ["HOME": lab.root.string, "XDG_CONFIG_HOME": nil, "OS_CLOUD": nil],
                    directory: lab.root
                ).expect(77)
            }
        }
    }
}
