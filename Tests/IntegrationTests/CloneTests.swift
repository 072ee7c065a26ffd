import SystemPackage
import Testing

extension SideBySide {
    /// What clones of one image have in common, and what they must not.
    @Suite("Clones", .needs(.guests, .appliance, .debianTree, .xorriso))
    struct CloneTests {
        private static let identities = ["machine-id", "host-key", "seed", "duid"]

        private static let userData = """
            #cloud-config
            write_files:
              - path: /run/report
                content: |
                  #!/bin/sh
                  say() { printf '\\nFACT %s=%s\\n' "$1" "$2"; }
                  cloud-init status --wait >/dev/null
                  say machine-id "$(cat /etc/machine-id)"
                  say host-key "$(cut -d' ' -f2 /etc/ssh/ssh_host_ed25519_key.pub)"
                  say seed "$(sha256sum </var/lib/systemd/random-seed | cut -c1-32)"
                  # systemd-networkd and NetworkManager make it of the machine-id (RFC 8415, DUID-UUID and DUID-EN), dhclient writes it down.
                  say duid "$(systemd-id128 --app-specific=4d4d4e8c8c3b4a4b9d5e5b1a5f0c5e5d machine-id; grep -hs duid /var/lib/dhcp/*)"
                  sync
                  systemctl poweroff
            runcmd:
              - systemd-run --no-block --property StandardOutput=file:/dev/ttyS0 /bin/sh /run/report

            """

        private static func boot(_ image: FilePath, _ names: [String], in lab: Lab) async throws -> [[String: String]] {
            try await withThrowingTaskGroup(of: (Int, [String: String]).self) { group in
                for (index, name) in names.enumerated() {
                    group.addTask {
                        let clone = Clone(image: image, name: name, userData: userData)
                        let (result, serial) = try await clone.boot(in: lab, machine: ["-machine", "q35"])
                        let facts = Clone.facts(serial)
                        #expect(
                            result.status == 0,
                            "\(name) did not switch itself off: \(facts) \(serial.suffix(2000))"
                        )
                        for identity in identities {
                            #expect(facts[identity]?.isEmpty == false, "\(identity): \(facts)")
                        }
                        return (index, facts)
                    }
                }
                var all = [[String: String]](repeating: [:], count: names.count)
                for try await (index, facts) in group { all[index] = facts }
                return all
            }
        }

        @Test("two of one image of ours differ in machine-id, host keys, random seed and DUID")
        func differ() async throws {
            let id = try await DebianBake.succeeded().line
            try await withLab(home: DebianBake.home) { lab in
                let image = lab.root.appending("image.qcow2")
                try await lab.run(["image", "save", id, "--file", image.string]).required()
                let clones = try await Self.boot(image, ["first", "second"], in: lab)
                for identity in Self.identities { #expect(clones[0][identity] != clones[1][identity], "\(identity)") }
            }
        }

        /// Why imagebake has a sysprep of its own: `customize`, which is on by default, writes an id where `machine-id` has taken one away
        /// (libguestfs-common, mlcustomize/customize_run.ml).
        @Test("every one of an image that virt-sysprep made has the machine-id that is in the image")
        func virtSysprep() async throws {
            _ = try await DebianBake.succeeded()
            try await withLab(home: DebianBake.home) { lab in
                let stages = lab.home.appending("cache").appending("stages")
                let install = try #require(Disk.names(stages).first { $0.hasPrefix("install-") })
                let image = lab.root.appending("virt-sysprep.qcow2")
                let installed = stages.appending(install).appending("disk.qcow2")
                _ = try await lab.tool("qemu-img", "convert", "-O", "qcow2", installed.string, image.string)
                _ = try await lab.start(
                    program: ["virt-sysprep", "--quiet", "--format", "qcow2", "-a", image.string],
                    environment: ["LIBGUESTFS_BACKEND": "direct", "LIBGUESTFS_BACKEND_SETTINGS": "force_tcg"]
                ).result().required()
                let inside = try await lab.start(
                    program: ["virt-cat", "--format=qcow2", "-a", image.string, "/etc/machine-id"],
                    environment: ["LIBGUESTFS_BACKEND": "direct", "LIBGUESTFS_BACKEND_SETTINGS": "force_tcg"]
                ).result().required().line
                #expect(inside.wholeMatch(of: #/[0-9a-f]{32}/#) != nil)
                // The hygiene of such an image is asked for, and it fails.
                let hygiene = try await lab.run(["inspect", image.string, "--hygiene"])
                hygiene.expect(81)
                #expect(hygiene.stdout.contains("FAILED  machine-id"))
                #expect(hygiene.stdout.contains("/etc/machine-id"))
                let clone = try await Self.boot(image, ["third"], in: lab)
                #expect(clone[0]["machine-id"] == inside)
            }
        }
    }
}
