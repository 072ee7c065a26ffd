import Foundation
import SystemPackage
import Testing

extension SideBySide {
    /// The published image in a cloud's hands: a larger disk, a seed, a first boot.
    @Suite("The image boots", .needs(.guests, .appliance, .debianTree, .xorriso, .ovmf))
    struct BootTests {
        @Test(
            "to the end of cloud-init, with the seed's user and key, a grown root and an identity of its own",
            arguments: Firmware.allCases
        )
        func boots(firmware: Firmware) async throws {
            let (home, id) = try await firmware.bake()
            try await withLab(home: home) { lab in
                let image = lab.root.appending("debian12.qcow2")
                try await lab.run(["image", "save", id, "--file", image.string]).required()
                let info = try await lab.tool("qemu-img", "info", "-f", "qcow2", image.string)
                let size = try #require(info.firstMatch(of: #/virtual size: .*\((\d+) bytes\)/#).flatMap { Int($0.1) })
                #expect(firmware.isShrunk ? size < 2 << 30 : size == 10 << 30, "\(info)")
                let key = try await makeKey(in: lab)
                let clone = Clone(image: image, name: "clone-7", userData: Self.userData(key))
                let (boot, serial) = try await clone.boot(in: lab, machine: try await firmware.arguments(in: lab))
                let facts = Clone.facts(serial)
                let all = "\(facts)\n\(serial.suffix(3000))"
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
                #expect(serial.contains("clone-7 login:"), "\(all)")
                #expect(facts["firmware"] == firmware.factOfFirmware, "\(all)")
                #expect(facts["boot-loader"] == firmware.bootLoader, "\(all)")
                guard firmware != .bios else { return }
                // The scripts for the first boot ran in their order, and nothing of them is left.
                #expect(facts["firstboot"]?.hasPrefix("one two ") == true, "\(all)")
                #expect(facts["firstboot"]?.contains("No such file") == true, "\(all)")
                #expect(facts["esp"]?.contains(#/^\/dev\/\w+1 vfat .*fmask=0077/#) == true, "\(all)")
                #expect(facts["esp-files"] == "BOOTX64.EFI grubx64.efi mmx64.efi", "\(all)")
                #expect(facts["upgrade"] == "0 the removable path is renewed", "\(all)")
            }
        }

        /// What `image show` says of a root file system.
        private struct Root: Decodable {
            let id: String
            let disk_format: String
            let container_format: String
            let properties: [String: String]
        }

        @Test(
            "the same disk as ami, aki and ari starts as Nova starts it: by its kernel, without partitions or a boot loader"
        )
        func machineImage() async throws {
            let (home, _) = try await Firmware.secureBoot.bake()
            let tree = try await DebianBake.tree()
            try await withLab(home: home) { lab in
                let text = Firmware.secureBoot.recipe("three", tree) + "outputs: [{format: ami}]\n"
                let recipe = try lab.file("three.recipe", text).string
                let build = try await lab.run(["build", recipe, "--progress", "json"]).required()
                // The disk is the other bake's.
                #expect(build.events.ran == ["render", "tree", "convert", "publish"])
                let shown = try await lab.run(["image", "show", "three", "--format", "json"]).json(Root.self)
                #expect(shown.id == build.line && shown.disk_format == "ami" && shown.container_format == "ami")
                var files: [String: FilePath] = [:]
                for (name, id) in [
                    ("root", shown.id), ("kernel", try #require(shown.properties["kernel_id"])),
                    ("ramdisk", try #require(shown.properties["ramdisk_id"])),
                ] {
                    files[name] = lab.root.appending(name)
                    let file = lab.root.appending(name).string
                    try await lab.run(["image", "save", id, "--file", file]).required()
                }
                let root = try #require(files["root"])
                let info = try await lab.tool("qemu-img", "info", root.string)
                #expect(info.contains("file format: raw"), "\(info)")
                let check = try await lab.start(program: ["e2fsck", "-f", "-n", root.string]).result()
                #expect(check.status == 0, "\(check)")
                let line = try #require(shown.properties["os_command_line"])
                let uuid = try await lab.tool("blkid", "-p", "-s", "UUID", "-o", "value", root.string)
                    .trimmingCharacters(in: .whitespacesAndNewlines)
                #expect(line.hasPrefix("root=UUID=\(uuid) ro ") && line.contains("console=ttyS0"), "\(line)")

                let key = try await makeKey(in: lab)
                let clone = Clone(image: root, format: "raw", name: "clone-3", userData: Self.userData(key))
                let (boot, serial) = try await clone.boot(
                    in: lab,
                    machine: [
                        "-machine", "q35", "-kernel", try #require(files["kernel"]).string, "-initrd",
                        try #require(files["ramdisk"]).string, "-append", line,
                    ]
                )
                let facts = Clone.facts(serial)
                let all = "\(facts)\n\(serial.suffix(3000))"
                #expect(boot.status == 0, "it did not switch itself off: \(boot) \(all)")
                #expect(facts["status"] == "status: done" && facts["exit"] == "0" && facts["errors"] == "[]", "\(all)")
                #expect(facts["root-device"] == "/dev/vda" && facts["firmware"] == "x86_64 bios", "\(all)")
                #expect(facts["key"] == key && facts["hostname"] == "clone-3" && facts["sshd"] == "active", "\(all)")
                // 12 GiB less what the file system takes for itself.
                let size = try #require(facts["root"].flatMap { Int($0) }, "\(all)")
                #expect(size > 11 << 20 && size < 12 << 20, "\(all)")
                #expect(facts["failed-units"] == "", "\(all)")
                #expect(serial.contains("clone-3 login:"), "\(all)")
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

        private static func userData(_ key: String) -> String {
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
                  say root-device "$(findmnt -n -o SOURCE /)"
                  say root "$(df --output=size -k / | tail -n 1 | tr -d ' ')"
                  say machine-id "$(cat /etc/machine-id)"
                  say host-keys "$(ls /etc/ssh/ssh_host_*_key | wc -l)"
                  say sshd "$(systemctl is-active ssh)"
                  say root-account "$(passwd -S root)"
                  efi=/sys/firmware/efi
                  say firmware "$(uname -m) $([ -d $efi ] && od -An -j4 -tu1 $efi/efivars/SecureBoot-* || echo bios)"
                  say boot-loader "$(dpkg-query -W -f '${db:Status-Status} ${Package}\\n' 'grub-*' shim-signed |
                      awk '$1 == "installed" && $2 !~ /-(common|bin)$/ { print $2 }' | tr '\\n' ' ')"
                  if [ -d $efi ]; then
                      say esp "$(findmnt -n -o SOURCE,FSTYPE,OPTIONS /boot/efi | tr -s ' ')"
                      say esp-files "$(ls /boot/efi/EFI/BOOT | tr '\\n' ' ')"
                      # What an upgrade of the package does.
                      rm /boot/efi/EFI/BOOT/grubx64.efi
                      dpkg-reconfigure --frontend=noninteractive grub-efi-amd64 2>&1
                      say upgrade "$? $([ -s /boot/efi/EFI/BOOT/grubx64.efi ] && echo the removable path is renewed)"
                  fi
                  for second in $(seq 60); do [ -d /usr/lib/imagebake ] || break; sleep 1; done
                  say firstboot "$(cat /root/firstboot 2>&1 | tr '\\n' ' ')$(ls -d /usr/lib/imagebake 2>&1)"
                  say failed-units "$(systemctl --failed --plain --no-legend | tr '\\n' ';')"
                  sync
                  systemctl poweroff
            runcmd:
              # cloud-init has not ended while this runs, so the report waits for its end in a unit of its own.
              - systemd-run --no-block --property StandardOutput=file:/dev/ttyS0 /bin/sh /run/report

            """
        }
    }
}
