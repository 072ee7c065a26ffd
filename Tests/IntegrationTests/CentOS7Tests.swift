import Foundation
import SystemPackage
import Testing

extension Integration {
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
                try await expectFiles(in: lab)
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
        private func expectFiles(in lab: Lab) async throws {
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
        }
    }
}
