import Foundation
import SystemPackage
import Testing

extension Integration {
    /// The published image in a cloud's hands: a larger disk, a seed, a first boot.
    @Suite("The image boots", .needs(.guests, .appliance, .debianTree, .xorriso))
    struct BootTests {
        @Test("to the end of cloud-init, with the seed's user and key, a grown root and an identity of its own")
        func boots() async throws {
            let id = try await DebianBake.succeeded().line
            try await withLab(home: DebianBake.home) { lab in
                let image = lab.root.appending("debian12.qcow2")
                try await lab.run(["image", "save", id, "--file", image.string]).required()
                let disk = lab.root.appending("clone.qcow2")
                _ = try await lab.tool(
                    "qemu-img",
                    "create",
                    "-q",
                    "-f",
                    "qcow2",
                    "-b",
                    image.string,
                    "-F",
                    "qcow2",
                    disk.string,
                    "12G"
                )
                let key = try await makeKey(in: lab)
                let seed = try await makeSeed(key, in: lab)
                let serial = lab.root.appending("serial.log")
                // By hand, with QEMU alone: nothing of imagebake is needed to use its image.
                let boot = try await lab.start(program: [
                    // Some two minutes under TCG; a guest that does not switch itself off is not waited for without end.
                    "timeout", "900", "qemu-system-x86_64", "-machine", "q35", "-accel", "tcg,thread=multi", "-cpu",
                    "max", "-smp", "2",
                    "-m", "1024", "-nodefaults", "-display", "none", "-no-reboot", "-serial", "file:\(serial)",
                    "-drive", "file=\(disk),if=virtio,format=qcow2,cache=unsafe",
                    "-drive", "file=\(seed),if=virtio,format=raw,readonly=on", "-nic", "user,model=virtio",
                    "-device", "virtio-rng-pci",
                ]).result()

                let facts = Self.facts(try Disk.text(serial))
                let all = "\(facts)\n\((try Disk.text(serial)).suffix(3000))"
                #expect(boot.status == 0, "it did not switch itself off: \(boot) \(all)")
                #expect(facts["status"] == "status: done", "\(all)")
                #expect(facts["exit"] == "0", "\(all)")
                #expect(facts["errors"] == "[]", "\(all)")
                #expect(facts["user"]?.contains("(ada)") == true, "\(all)")
                #expect(facts["key"] == key, "\(all)")
                #expect(facts["hostname"] == "clone-7", "\(all)")
                #expect(facts["debian"]?.contains("(debian)") == true, "the recipe's own default user: \(all)")
                // 12 GiB less what the file system takes for itself.
                let root = try #require(facts["root"].flatMap { Int($0) }, "\(all)")
                #expect(root > 11 << 20 && root < 12 << 20, "\(all)")
                #expect(facts["machine-id"]?.wholeMatch(of: #/[0-9a-f]{32}/#) != nil, "\(all)")
                #expect(facts["host-keys"].flatMap { Int($0) }.map { $0 >= 2 } == true, "\(all)")
                #expect(facts["sshd"] == "active", "\(all)")
                #expect(facts["root-account"]?.hasPrefix("root L ") == true, "\(all)")
                #expect(facts["failed-units"] == "", "\(all)")
            }
        }

        private func makeKey(in lab: Lab) async throws -> String {
            let file = lab.root.appending("key")
            _ = try await lab.tool(
                "ssh-keygen",
                "-q",
                "-t",
                "ed25519",
                "-N",
                "",
                "-C",
                "ada@example",
                "-f",
                file.string
            )
            return try Disk.text(FilePath("\(file).pub")).trimmingCharacters(in: .whitespacesAndNewlines)
        }

        private func makeSeed(_ key: String, in lab: Lab) async throws -> FilePath {
            let directory = lab.root.appending("seed")
            try Disk.write("instance-id: clone-7\nlocal-hostname: clone-7\n", to: directory.appending("meta-data"))
            try Disk.write(
                """
                #cloud-config
                users:
                  - default
                  - name: ada
                    shell: /bin/bash
                    ssh_authorized_keys:
                      - \(key)
                write_files:
                  - path: /run/report
                    content: |
                      #!/bin/sh
                      say() { printf '\\nFACT %s=%s\\n' "$1" "$2"; }
                      status=$(cloud-init status --wait)
                      code=$?
                      say status "$(echo "$status" | grep -o 'status: .*')"
                      say exit "$code"
                      say errors "$(python3 -c 'import json; print(json.load(open("/run/cloud-init/result.json"))["v1"]["errors"])')"
                      say user "$(id ada)"
                      say debian "$(id debian)"
                      say key "$(cat /home/ada/.ssh/authorized_keys)"
                      say hostname "$(hostname)"
                      say root "$(df --output=size -k / | tail -n 1 | tr -d ' ')"
                      say machine-id "$(cat /etc/machine-id)"
                      say host-keys "$(ls /etc/ssh/ssh_host_*_key | wc -l)"
                      say sshd "$(systemctl is-active ssh)"
                      say root-account "$(passwd -S root)"
                      say failed-units "$(systemctl --failed --plain --no-legend | tr '\\n' ';')"
                      sync
                      systemctl poweroff
                runcmd:
                  # cloud-init has not ended while this runs, so the report waits for its end in a unit of its own.
                  - systemd-run --no-block --property StandardOutput=file:/dev/ttyS0 /bin/sh /run/report

                """,
                to: directory.appending("user-data")
            )
            let seed = lab.root.appending("seed.iso")
            _ = try await lab.tool(
                "xorriso",
                "-as",
                "mkisofs",
                "-quiet",
                "-V",
                "cidata",
                "-J",
                "-r",
                "-o",
                seed.string,
                directory.string
            )
            return seed
        }

        /// What the guest said of itself, by name.
        private static func facts(_ serial: String) -> [String: String] {
            var facts: [String: String] = [:]
            for line in serial.split(whereSeparator: \.isNewline) {
                guard let match = line.firstMatch(of: #/FACT ([a-z-]+)=(.*)/#) else { continue }
                facts[String(match.1)] = String(match.2).trimmingCharacters(in: .whitespaces)
            }
            return facts
        }
    }
}
