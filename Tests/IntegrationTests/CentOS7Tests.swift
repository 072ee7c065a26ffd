import Foundation
import SystemPackage
import Testing

extension SideBySide {
    /// The CentOS 7 recipe as it ships, baked through a stand-in for the tree that CI cannot reach.
    @Suite("The CentOS 7 recipe", .needs(.guests, .appliance, .debianTree, .rpm, .python))
    struct CentOS7Tests {
        @Test("bakes from its kickstart over HTTP to a clean, published image")
        func bakes() async throws {
            let debian = try await DebianBake.tree()
            try await withLab { lab in
                let tree = lab.root.appending("centos7")
                let builder = Checkout.root.appending("Tests/Support/centos7-stand-in/build")
                _ = try await lab.tool(builder.string, "--debian-tree", debian.string, "--output", tree.string)
                let server = try await TreeServer.start(tree, in: lab)

                let result = try await lab.run(["build", "recipes/centos7.recipe", "--location", server.url]).required()
                #expect(lab.leftovers == [])

                // It came over HTTP: kernel and initrd to us, the payload to the guest.
                for path in [".treeinfo", "images/pxeboot/vmlinuz", "LiveOS/rootfs.tar"] {
                    #expect(server.requests.contains("GET /\(path) HTTP/1.1\" 200"), "\(path)")
                }

                let image = try await lab.run(["image", "show", "centos7", "--format", "json"]).json(ImageFields.self)
                #expect(image.id == result.line)
                #expect(image.properties["os_distro"] == "centos")
                #expect(image.properties["os_version"] == "7")
                #expect(image.min_disk == 10)
                #expect(image.properties["imagebake_tree_trust"] == "checksummed")
                #expect(image.tags.sorted() == ["centos", "el7"])

                try await expectSysprep(in: lab)
                let saved = try await expectFiles(in: lab)
                try await expectDocuments(of: saved, in: lab)
            }
        }

        /// What sysprep says that it found and did.
        private func expectSysprep(in lab: Lab) async throws {
            let file = lab.lastBake.appending("sysprep.json")
            let report = try JSONDecoder().decode(SysprepFields.self, from: try Disk.data(file))
            #expect(report.os.distro == "centos")
            #expect(report.os.majorVersion == 7)
            #expect(report.os.packageFormat == "rpm")
            #expect(report.packages.contains { $0.name == "cloud-init" })
            let interface = report.changes("net-hwaddr").joined(separator: "\n")
            #expect(interface.contains("/etc/sysconfig/network-scripts/ifcfg-eth0"), "\(report.operations)")
            let rules = report.changes("udev-persistent-net").joined(separator: "\n")
            #expect(rules.contains("70-persistent-net.rules"), "\(report.operations)")
            for name in ["root-password", "ssh-hostkeys", "machine-id", "logfiles", "package-manager-cache"] {
                #expect(!report.changes(name).isEmpty, "\(name) found nothing: \(report.operations.map(\.name))")
            }
            #expect(try Disk.text(lab.lastBake.appending("hygiene.json")).contains("\"passed\" : true"))
        }

        /// What is in the published bytes.
        private func expectFiles(in lab: Lab) async throws -> FilePath {
            let saved = lab.root.appending("centos7.qcow2")
            try await lab.run(["image", "save", "centos7", "--file", saved.string]).required()
            let files = try await ImageFiles(saved, in: lab)
            let interface = try await files.text("/etc/sysconfig/network-scripts/ifcfg-eth0")
            #expect(!interface.contains("HWADDR"))
            #expect(!interface.contains("UUID"))
            for line in ["DEVICE=\"eth0\"", "BOOTPROTO=\"dhcp\"", "ONBOOT=\"yes\"", "IPV6INIT=\"no\""] {
                #expect(interface.contains(line), "\(interface)")
            }
            #expect(try await files.text("/etc/sysconfig/network").contains("NOZEROCONF=yes"))
            #expect(try await files.names("/etc/udev/rules.d").filter { $0.contains("persistent") } == [])
            #expect(try await files.names("/root").filter { $0.hasSuffix("-ks.cfg") } == [])
            #expect(try await !files.names("/var/log").contains("anaconda"))
            #expect(try await !files.names("/etc").contains("imagebake-stamp"))
            #expect(try await files.names("/etc/ssh").filter { $0.hasPrefix("ssh_host_") } == [])
            #expect(try await files.text("/etc/machine-id").trimmingCharacters(in: .whitespacesAndNewlines) == "")
            let shadow = try await files.text("/etc/shadow").split(separator: "\n")
            #expect(shadow.first { $0.hasPrefix("root:") }?.wholeMatch(of: #/root:[!*]+:.*/#) != nil)
            #expect(!shadow.contains { $0.contains("$6$") })
            let cloud = try await files.text("/etc/cloud/cloud.cfg")
            #expect(cloud.contains("name: centos") || cloud.contains("name: \"centos\""), "\(cloud)")
            return saved
        }

        /// That the bake wrote bills of materials about just these bytes, and that the image itself says the same.
        private func expectDocuments(of image: FilePath, in lab: Lab) async throws {
            let digest = try await lab.tool("sha256sum", image.string).prefix(64)
            let url = "pkg:rpm/centos/cloud-init@"
            for name in ["centos7.spdx.json", "centos7.cdx.json"] {
                let text = try Disk.text(lab.lastBake.appending(name))
                #expect(text.contains("\"\(digest)\"") && text.contains(url), "\(name)")
                let shown = try await lab.run(["bakes", "show", "last"]).required()
                #expect(shown.stdout.contains(name))
            }
            let baked = try Disk.text(lab.lastBake.appending("centos7.spdx.json"))
            // The registry keeps them with the image.
            for (name, file) in [
                ("sbom.spdx.json", "centos7.spdx.json"), ("sbom.cdx.json", "centos7.cdx.json"),
                ("hygiene.json", "hygiene.json"), ("hygiene.txt", "hygiene.txt"),
            ] {
                let kept = try await lab.run(["image", "save", "centos7", "--document", name]).required()
                #expect(try kept.stdout == Disk.text(lab.lastBake.appending(file)), "\(name)")
            }
            let report = try await lab.tool("sha256sum", lab.lastBake.appending("hygiene.json").string).prefix(64)
            let shownImage = try await lab.run(["image", "show", "centos7"]).required()
            #expect(shownImage.stdout.contains("imagebake_hygiene='passed sha256:\(report)'"))
            let output = lab.root.appending("inspected.spdx.json")
            try await lab.run(["inspect", image.string, "--sbom", "spdx", "--output", output.string]).required()
            func urls(_ text: String) -> [Substring] { text.split(separator: "\n").filter { $0.contains("pkg:rpm/") } }
            #expect(try urls(Disk.text(output)) == urls(baked))

            let same = try await lab.run(["diff", image.string, image.string])
            #expect(same.status == 0 && same.stdout == "", "\(same)")
        }
    }
}
