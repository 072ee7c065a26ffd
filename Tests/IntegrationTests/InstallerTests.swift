import Foundation
import SystemPackage
import Testing

extension SideBySide {
    /// What a kickstart can ask of the Debian installer, in the bytes that are published.
    @Suite("The Debian installer", .needs(.guests, .appliance, .debianTree, .initrd))
    struct InstallerTests {
        static let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ3zBqFYZbVqnAtS3gUqG1Bq4pJTgnCmDdHKuOqm5W7x ada@example"

        @Test("obeys every part of a recipe")
        func everything() async throws {
            let tree = try await DebianBake.tree()
            try await withLab { lab in
                try await lab.learn()
                let recipe = try lab.file(
                    "everything.recipe",
                    Self.recipe.replacing("location: built-in", with: "location: \(tree)")
                )
                // One process, two bakes: they share libvirt's embedded driver. The second one's guest fails at once.
                let panicking = try await TinyTree.make("panicking", in: lab, script: "exit 3")
                let second = try SmallRecipe.write(
                    to: lab,
                    replacing: "location: built-in",
                    with: "location: \(panicking)"
                )
                let result = try await lab.run(["build", recipe.string, second.string])
                result.expect(80, "install failed: the kernel panicked")
                #expect(UUID(uuidString: result.line) != nil, "the first one is published: \(result)")
                #expect(lab.leftovers == [])
                let image = lab.root.appending("everything.qcow2")
                try await lab.run(["image", "save", "everything", "--file", image.string]).required()
                // Fixed partitions in their order, the root that grows last.
                let boot = try await ImageFiles(image, partition: 1, in: lab)
                let swap = try await ImageFiles(image, partition: 2, in: lab)
                let root = try await ImageFiles(image, partition: 3, in: lab)
                try await expectPartitions(boot: boot, swap: swap, root: root)
                try await expectNetwork(root)
                try await expectAccounts(root)
                try await expectPackages(root)
                let bakes = lab.home.appending("bakes")
                let first = try #require(Disk.names(bakes).first)
                let console = try Disk.text(bakes.appending(first).appending("console.log"))
                try await expectScripts(root, console: console)
                try await expectPlace(root)
            }
        }

        @Test("stops at a payload that is not what the checksum says")
        func wrongChecksum() async throws {
            let debian = try await DebianBake.tree()
            try await withLab { lab in
                try await lab.learn()
                let tree = try await Self.smallTree(from: debian, payloadChecksum: Self.zeros, in: lab)
                let recipe = try SmallRecipe.write(to: lab)
                let result = try await lab.run(["build", recipe.string, "--location", tree.string])
                result.expect(
                    80,
                    "install failed: the payload http://10.0.2.2:",
                    "rootfs.tar does not have the checksum that the kickstart gives"
                )
                #expect(lab.console.contains("not \(Self.zeros)"), "\(result)")
                #expect(lab.leftovers == [])
                #expect(lab.blobs == [])
            }
        }

        @Test("stops at a command that it does not know, with its line, and runs %onerror wherever that stands")
        func unknownCommand() async throws {
            let debian = try await DebianBake.tree()
            try await withLab { lab in
                try await lab.learn()
                let tree = try await Self.smallTree(from: debian, payloadChecksum: Self.zeros, in: lab)
                _ = try lab.file(
                    "web.mustache",
                    """
                    {{% CONTENT_TYPE:KICKSTART}}
                    text
                    {{> kickstart/disk}}
                    frobnicate --now
                    rootpw --iscrypted {{root_password_hash}}
                    poweroff
                    {{> kickstart/packages}}
                    {{> kickstart/scripts}}

                    """
                )
                let recipe = try SmallRecipe.write(
                    to: lab,
                    replacing: "location: built-in",
                    with: """
                        location: built-in
                          kickstart_template: web.mustache
                          onerror: [{script: "echo told by the recipe: $((6 * 7))\\n"}]
                        """
                )
                let result = try await lab.run(["build", recipe.string, "--location", tree.string])
                let kickstart = try Disk.text(lab.lastBake.appending("rendered/ks.cfg"))
                let line = kickstart.split(separator: "\n", omittingEmptySubsequences: false)
                    .firstIndex { $0.hasPrefix("frobnicate") }.map { $0 + 1 }
                result.expect(80, "install failed: unknown command 'frobnicate' (kickstart line \(line ?? 0))")
                #expect(lab.console.contains("told by the recipe: 42"), "\(result)")
                #expect(lab.leftovers == [])
            }
        }

        private static let zeros = String(repeating: "0", count: 64)

        /// A tree with the real installer and a payload of nothing, so that a test of what goes wrong early is short.
        private static func smallTree(
            from debian: FilePath,
            payloadChecksum: String,
            in lab: Lab
        ) async throws -> FilePath {
            let tree = lab.root.appending("small")
            try Disk.make(tree.appending("images"))
            try Disk.make(tree.appending("LiveOS"))
            _ = try await lab.tool("cp", "-r", "\(debian)/images/pxeboot", "\(tree)/images/")
            _ = try await lab.tool("tar", "-cf", "\(tree)/LiveOS/rootfs.tar", "--files-from", "/dev/null")
            let treeinfo = try Disk.text(debian.appending(".treeinfo"))
            try Disk.write(
                treeinfo.replacing(
                    #/LiveOS/rootfs\.tar = sha256:[0-9a-f]+/#,
                    with: "LiveOS/rootfs.tar = sha256:\(payloadChecksum)"
                ),
                to: tree.appending(".treeinfo")
            )
            return tree
        }

        private func expectPartitions(boot: ImageFiles, swap: ImageFiles, root: ImageFiles) async throws {
            #expect(try await boot.label() == "boot")
            #expect(try await swap.label() == "swap")
            #expect(try await root.label() == "root")
            #expect(boot.mebibytes == 300)
            #expect(swap.mebibytes == 128)
            #expect(root.mebibytes > 9 << 10)
            let table = try await root.text("/etc/fstab").split(separator: "\n").map {
                $0.split(separator: " ").dropFirst().prefix(2).joined(separator: " ")
            }
            for line in ["/ ext4", "/boot ext4", "none swap"] { #expect(table.contains(line), "\(table)") }

            #expect(try await root.names("/boot") == [], "what is mounted there is another partition")
            let menu = try await boot.text("/grub/grub.cfg")
            #expect(menu.contains("console=ttyS0,115200 quiet_test=1"), "\(menu)")
            #expect(menu.contains("set timeout=7"), "\(menu)")
            let settings = try await root.text("/etc/default/grub")
            #expect(settings.contains("GRUB_TIMEOUT=7\n"))
            #expect(settings.contains("quiet_test=1"))
            #expect(settings.contains("net.ifnames=0"), "a card that is called eth0 needs it: \(settings)")
        }

        /// The address is for the machine that the image becomes; the install itself went by QEMU's own network.
        private func expectNetwork(_ root: ImageFiles) async throws {
            #expect(try await root.text("/etc/hostname") == "web-1.example.org\n")
            #expect(try await root.text("/etc/hosts").contains("127.0.1.1 web-1.example.org web-1\n"))
            #expect(try await root.names("/etc/network/interfaces.d") == ["10-imagebake"])
            #expect(
                try await root.text("/etc/network/interfaces.d/10-imagebake") == """
                    auto eth0
                    iface eth0 inet static
                        address 192.0.2.10
                        netmask 255.255.255.0
                        gateway 192.0.2.1
                        dns-nameservers 192.0.2.53 198.51.100.53

                    """
            )
            let override = try await root.text("/etc/cloud/cloud.cfg.d/99-imagebake-network.cfg")
            #expect(override.contains("\nnetwork: {config: disabled}\n"))
            #expect(try await root.text("/etc/resolv.conf") == "nameserver 192.0.2.53\nnameserver 198.51.100.53\n")
            let sysctl = try await root.text("/etc/sysctl.d/60-imagebake-noipv6.conf")
            #expect(sysctl.contains("net.ipv6.conf.all.disable_ipv6 = 1\n"))
            #expect(
                try await root.text("/etc/apt/sources.list") == """
                    deb http://deb.debian.org/debian bookworm main
                    deb http://deb.debian.org/debian bookworm-updates main
                    deb http://deb.debian.org/debian-security bookworm-security main

                    """
            )
            #expect(try await root.names("/etc/apt/sources.list.d") == [])
        }

        private func expectAccounts(_ root: ImageFiles) async throws {
            let account = try await root.text("/etc/passwd").split(separator: "\n").first { $0.hasPrefix("ada:") }
            #expect(account?.hasSuffix(":/home/ada:/bin/sh") == true, "\(account ?? "")")
            let groups = try await root.text("/etc/group").split(separator: "\n").map { $0.split(separator: ":") }
            for name in ["adm", "operators"] {
                #expect(groups.contains { $0.first == name[...] && $0.last == "ada" }, "\(name): \(groups)")
            }
            #expect(try await root.text("/home/ada/.ssh/authorized_keys") == Self.key + "\n")
            #expect(try await root.text("/etc/sudoers.d/90-imagebake-ada") == "ada ALL=(ALL) NOPASSWD:ALL\n")
            let shadow = try await root.text("/etc/shadow").split(separator: "\n").first { $0.hasPrefix("ada:") }
            #expect(shadow?.hasPrefix("ada:!") == true)
        }

        private func expectPackages(_ root: ImageFiles) async throws {
            let installed = Set(
                try await root.text("/var/lib/dpkg/status").components(separatedBy: "\n\n")
                    .filter { $0.contains("\nStatus: install ok installed\n") }
                    .compactMap { $0.split(separator: "\n").first?.dropFirst("Package: ".count) }
            )
            #expect(installed.contains("acpid"), "from apt")
            #expect(installed.contains("rsync"), "from apt")
            #expect(!installed.contains("acpi-support-base"), "acpid recommends it, the recipe excludes it")
            #expect(!installed.contains("debconf-utils"), "the payload has it, the recipe excludes it")
            // A service of a package that came from apt, on and off; what is on by default is so in the payload too.
            let wanted = try await root.names("/etc/systemd/system/multi-user.target.wants")
            #expect(wanted.contains("acpid.service"), "\(wanted)")
            #expect(!wanted.contains("rsync.service"), "\(wanted)")
            #expect(try await root.names("/etc/systemd/system/getty.target.wants").contains("getty@tty2.service"))
            #expect(try await !root.names("/usr/sbin").contains("policy-rc.d"))
        }

        private func expectScripts(_ root: ImageFiles, console: String) async throws {
            #expect(try await root.text("/srv/pre.txt") == "before the disk was touched\n")
            #expect(try await root.text("/srv/post.log") == "logged 1\nlogged 2\n")
            #expect(!console.contains("logged 1"), "what has a log is not on the console")
            #expect(try await root.text("/srv/python.txt") == "49 /\n")
            #expect(try await !root.names("/etc").contains("imagebake-stamp"))
        }

        private func expectPlace(_ root: ImageFiles) async throws {
            #expect(try await root.text("/etc/default/locale") == "LANG=en_GB.UTF-8\n")
            #expect(try await root.text("/etc/locale.gen").contains("\nen_GB.UTF-8 UTF-8\n"))
            #expect(try await root.text("/etc/timezone") == "Europe/Berlin\n")
            #expect(try await root.text("/etc/adjtime").hasSuffix("\nLOCAL\n"))
            let keyboard = try await root.text("/etc/default/keyboard")
            #expect(keyboard.contains("\nXKBLAYOUT=\"de\"\n"), "\(keyboard)")
            #expect(keyboard.contains("\nXKBVARIANT=\"nodeadkeys\"\n"), "\(keyboard)")
            // What the console really loads at boot: on a German keyboard the key right of T gives z.
            let keymap = try await root.unpackedText("/etc/console-setup/cached_UTF-8_del.kmap.gz")
            #expect(keymap.contains(#/keycode 21 = \+?(z|U\+007a) /#))
            let units = try await root.names("/etc/systemd/system/sysinit.target.wants")
            #expect(units.contains("keyboard-setup.service"), "\(units)")
        }

        static let recipe = """
            version: 1
            name: everything
            os: debian12
            machine: {memory: 1 GiB, vcpus: 2, disk: 10 GiB}
            install:
              location: built-in
              pre:
                - script: |
                    echo 'before the disk was touched' >/tmp/pre.txt
              post:
                - nochroot: true
                  script: |
                    cp /tmp/pre.txt /mnt/sysimage/srv/pre.txt
                - log: /srv/post.log
                  script: |
                    echo 'logged 1'
                    echo 'logged 2' >&2
                - interpreter: /usr/bin/python3
                  script: |
                    import os
                    open("/srv/python.txt", "w").write(f"{7 * 7} {os.getcwd()}\\n")
            system:
              locale: en_GB.UTF-8
              keyboard: de-latin1-nodeadkeys
              timezone: {name: Europe/Berlin, utc: false}
              network:
                device: eth0
                bootproto: static
                ip: 192.0.2.10
                netmask: 255.255.255.0
                gateway: 192.0.2.1
                nameservers: [192.0.2.53, 198.51.100.53]
                ipv6: false
                hostname: web-1.example.org
              partitions:
                - {mount: /boot, fstype: ext4, size: 300 MiB, asprimary: true, label: boot}
                - {mount: swap, fstype: swap, size: 128 MiB, label: swap}
                - {mount: /, fstype: ext4, size: 2 GiB, grow: true, label: root}
              bootloader:
                append: ["console=ttyS0,115200", quiet_test=1]
                timeout: 7
              users:
                - name: ada
                  groups: [adm, operators]
                  shell: /bin/sh
                  ssh_keys: ["\(key)"]
                  sudo: true
              packages: [acpid, rsync]
              exclude_packages: [acpi-support-base, debconf-utils]
              services:
                enabled: [acpid, getty@tty2]
                disabled: [rsync]
            cloud_init:
              default_user:
                name: debian

            """
    }
}
