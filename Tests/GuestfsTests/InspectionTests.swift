import CGuestfs
import Foundation
import Inventory
import SystemPackage
import Testing

@testable import Guestfs

/// What is read of a disk without starting it.
@Suite(.serialized) struct InspectionTests {
    private static let status = """
        Package: zlib1g
        Status: install ok installed
        Version: 1:1.2.13.dfsg-1
        Architecture: amd64
        Source: zlib

        Package: bash
        Status: install ok installed
        Version: 5.2.15-2+b2
        Architecture: amd64

        Package: bash-doc
        Status: install ok installed
        Version: 5.2.15-2
        Architecture: all

        Package: evil
        Status: install ok installed
        Version: 1
        Architecture: all

        """

    private static let copyright = """
        Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/

        Files: *
        Copyright: x
        License: GPL-3+

        """

    /// The files of the guest that all is read from; a number is a link's mode.
    private static let files: [(GuestPath, String)] = [
        ("/etc/debian_version", "12.5\n"),
        ("/usr/lib/os-release", "ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n"),
        ("/etc/fstab", "LABEL=root / ext4 defaults 0 0\nLABEL=boot /boot ext4 defaults 0 0\n"),
        ("/var/lib/dpkg/status", status),
        ("/usr/share/doc/bash/copyright", copyright),
        ("/usr/share/doc/zlib1g/copyright", "free\n"),
        ("/boot/vmlinuz-6.1.0-18-amd64", "k"), ("/boot/initrd.img-6.1.0-18-amd64", "i"),
        ("/usr/lib/modules/6.1.0-18-amd64/modules.dep", "x"), ("/usr/lib/modules/6.1.0-17-amd64/modules.dep", "x"),
        ("/boot/grub/i386-pc/core.img", "g"),
        (
            "/boot/grub/grub.cfg",
            "menuentry 'Debian GNU/Linux' --class debian {\n\techo 'x'\n\tlinux /vmlinuz-6.1.0-18-amd64 root=UUID=1 ro console=ttyS0\n\tinitrd /i\n}\n"
        ),
        ("/boot/efi/EFI/debian/grubx64.efi", "e"),
        (
            "/etc/passwd",
            "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1::/usr/sbin:/usr/sbin/nologin\nadmin:x:1000:1000::/home/admin:/bin/sh\nnopass::1001:1001::/home/nopass:/bin/sh\nbroken\n"
        ),
        ("/etc/shadow", "root:$6$secret$hash:19000:0:99999:7:::\ndaemon:*:1::::::\nadmin:!$6$x$y:1::::::\n"),
        ("/home/admin/.ssh/authorized_keys", "# comment\nssh-ed25519 AAAA x\n\nssh-rsa BBBB y\n"),
        (
            "/usr/lib/systemd/system/ssh.service",
            "[Service]\nExecStart=/usr/sbin/sshd\n[Install]\nWantedBy=multi-user.target\n"
        ),
        (
            "/usr/lib/systemd/system/ssh.socket",
            "[Socket]\nListenStream=0.0.0.0:22\nListenStream=[::]:22\n[Install]\nWantedBy=sockets.target\n"
        ),
        ("/usr/lib/systemd/system/static.service", "[Service]\nExecStart=/bin/true\n"),
        (
            "/usr/lib/systemd/system/later.service",
            "[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n"
        ),
        (
            "/usr/lib/systemd/system/off.service",
            "[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n"
        ),
        ("/usr/lib/systemd/system/masked.service", "[Install]\nWantedBy=multi-user.target\n"),
        ("/usr/lib/systemd/system/getty@.service", "[Install]\nWantedBy=getty.target\n"),
        ("/usr/lib/systemd/system-preset/90-x.preset", "disable off.*\nenable *\n"),
    ]

    private static let links: [(target: String, link: String)] = [
        ("../usr/lib/os-release", "/etc/os-release"), ("usr/lib", "/lib"),
        ("/usr/lib/systemd/system/ssh.service", "/etc/systemd/system/multi-user.target.wants/ssh.service"),
        ("/usr/lib/systemd/system/ssh.socket", "/etc/systemd/system/sockets.target.wants/ssh.socket"),
        ("/usr/lib/systemd/system/getty@.service", "/etc/systemd/system/getty.target.wants/getty@tty1.service"),
        ("/dev/null", "/etc/systemd/system/masked.service"),
        ("bash", "/usr/share/doc/bash-doc"),
        // Where a guest's link is absolute it must not be looked for in the appliance.
        ("/usr/share/doc", "/usr/share/doc/evil"),
    ]

    private static func make(on session: GuestfsSession) throws {
        let handle = session.handle
        try session.check(guestfs_part_init(handle, "/dev/sda", "msdos"), "part_init")
        try session.check(guestfs_part_add(handle, "/dev/sda", "p", 2048, 32767), "part_add")
        try session.check(guestfs_part_add(handle, "/dev/sda", "p", 32768, -2048), "part_add")
        try session.check(guestfs_part_set_bootable(handle, "/dev/sda", 1, 1), "part_set_bootable")
        for (device, label) in [("/dev/sda1", "boot"), ("/dev/sda2", "root")] {
            try session.check(guestfs_mkfs(handle, "ext4", device), "mkfs")
            try session.check(guestfs_set_label(handle, device, label), "set_label")
        }
        try session.mount("/dev/sda2", on: "/", readOnly: false)
        for directory: GuestPath in ["/bin", "/etc/systemd", "/boot", "/home", "/root", "/tmp", "/var/log"] {
            try session.makeDirectories(directory)
        }
        try session.mount("/dev/sda1", on: "/boot", readOnly: false)
        try session.check(guestfs_upload(handle, "/bin/true", "/bin/ls"), "upload")
        for (path, content) in files {
            try session.makeDirectories(path.parent)
            try session.write(Array(content.utf8), to: path)
        }
        for (target, link) in links {
            try session.makeDirectories(GuestPath(link).parent)
            try session.check(guestfs_ln_s(handle, target, link), "ln_s")
        }
        try session.unmountAll()
    }

    /// The changes between two looks, in the same start of the appliance.
    private static func change(_ session: GuestfsSession) throws {
        try session.mount("/dev/sda2", on: "/", readOnly: false)
        try session.write(Array("another content of the same size".utf8), to: "/etc/same")
        try session.write(Array("more".utf8), to: "/usr/share/x/y/z/more")
        try session.removeFile("/usr/share/doc/zlib1g/copyright")
        try session.setPermissions(0o600, of: "/var/lib/dpkg/status")
        try session.unmountAll()
    }

    @Test("a disk tells its boot, users, services, packages and files; a changed file is found by its directory")
    func facts() async throws {
        try await Lab.withDirectory { directory in
            let disk = directory.appending("disk.raw")
            try Lab.makeDisk(disk)
            let (facts, before, after) = try await withGuestfs(
                [GuestDisk(disk, format: .raw, readOnly: false, throwAway: true)],
                options: Lab.options
            ) { session in
                try Self.make(on: session)
                try session.mount("/dev/sda2", on: "/", readOnly: false)
                try session.write(Array("a content that has the same size".utf8), to: "/etc/same")
                try session.makeDirectories("/usr/share/x/y/z")
                try session.unmountAll()
                let guest = try Guest(session, readOnly: true, seal: Seal())
                let facts = try Inspection.facts(of: guest)
                let before = try guest.fileTable()
                try session.unmountAll()
                try Self.change(session)
                let after = try Guest(session, readOnly: true, seal: Seal(), layout: guest.layout).fileTable()
                return (facts, before, after)
            }
            #expect(facts.warnings == [])
            #expect(facts.os.productName == "Debian GNU/Linux 12 (bookworm)")
            #expect(facts.partitionTable == "msdos" && facts.diskSize == 64 << 20)
            #expect(facts.partitions.map(\.device) == ["/dev/sda1", "/dev/sda2"])
            #expect(facts.partitions.map(\.isBootable) == [true, false])
            #expect(facts.filesystems.map(\.mountpoint) == ["/boot", "/"])
            #expect(facts.filesystems.map(\.label) == ["boot", "root"])
            #expect(facts.filesystems.allSatisfy { $0.type == "ext4" && $0.uuid != nil && ($0.used ?? 0) > 0 })

            #expect(facts.kernels.map(\.version) == ["6.1.0-17-amd64", "6.1.0-18-amd64"])
            #expect(facts.kernels.map(\.image) == [nil, "/boot/vmlinuz-6.1.0-18-amd64"])
            #expect(facts.kernels.map(\.initrd) == [nil, "/boot/initrd.img-6.1.0-18-amd64"])
            #expect(facts.kernels.map(\.hasModules) == [true, true])
            #expect(facts.bootLoaders.map(\.kind) == [.grub2BIOS, .grub2EFI])
            #expect(
                facts.bootEntries == [
                    GuestBootEntry(
                        title: "Debian GNU/Linux",
                        kernel: "/vmlinuz-6.1.0-18-amd64",
                        arguments: "root=UUID=1 ro console=ttyS0",
                        file: "/boot/grub/grub.cfg"
                    )
                ]
            )

            #expect(facts.users.map(\.name) == ["root", "daemon", "admin", "nopass"])
            #expect(facts.users.map(\.password) == [.set, .locked, .locked, .empty])
            #expect(facts.users.map(\.authorizedKeys) == [0, 0, 2, 0])
            let json = try JSONEncoder().encode(facts)
            #expect(!String(decoding: json, as: UTF8.self).contains("$6$"))

            #expect(
                facts.services.map { "\($0.name) \($0.state.rawValue) \($0.listens.joined(separator: " "))" } == [
                    "getty@tty1.service enabled ", "later.service preset ", "ssh.service enabled ",
                    "ssh.socket enabled 0.0.0.0:22 [::]:22",
                ]
            )
            #expect(facts.inventory.distribution?.qualifier == "debian-12")
            #expect(facts.inventory.database == "/var/lib/dpkg/status" && facts.inventory.isComplete)
            #expect(facts.inventory.packages.map(\.name) == ["bash", "bash-doc", "evil", "zlib1g"])
            #expect(facts.inventory.packages.map(\.licenses) == [["GPL-3.0-or-later"], ["GPL-3.0-or-later"], [], []])

            #expect(FileTable.differences(from: before, to: before, depth: 2).isEmpty)
            let found = FileTable.differences(from: before, to: after, depth: 2)
            #expect(found.map(\.directory) == ["/etc", "/usr/share", "/var/lib"])
            #expect(found.map(\.added) == [0, 1, 0] && found.map(\.removed) == [0, 1, 0])
            #expect(found.map(\.changed) == [1, 0, 1])
            #expect(found[1].bytesAfter == found[1].bytesBefore - 1)
        }
    }

    @Test("menus of other boot loaders")
    func menus() {
        func lines(_ entries: [GuestBootEntry]) -> [String] {
            entries.map { "\($0.title)|\($0.kernel)|\($0.arguments)" }
        }
        let extlinux =
            "DEFAULT l0\nLABEL l0\n  MENU LABEL ^Linux 1\n  LINUX /vmlinuz\n  APPEND root=/dev/sda1 ro\nlabel two\n kernel /other\n"
        #expect(
            lines(BootMenu.extlinux(Array(extlinux.utf8), file: "f")) == [
                "Linux 1|/vmlinuz|root=/dev/sda1 ro", "two|/other|",
            ]
        )
        let legacy =
            "default=0\ntitle CentOS (2.6.32)\n\troot (hd0,0)\n\tkernel /vmlinuz-2.6.32 ro root=LABEL=/ quiet\n\tinitrd /i\n"
        #expect(
            lines(BootMenu.grubLegacy(Array(legacy.utf8), file: "f")) == [
                "CentOS (2.6.32)|/vmlinuz-2.6.32|ro root=LABEL=/ quiet"
            ]
        )
        let entry = "title Fedora\nversion 6.1\nlinux /vmlinuz-6.1\ninitrd /i\noptions $kernelopts quiet\n"
        let variables = BootMenu.grubEnvironment(
            Array("# GRUB Environment Block\nkernelopts=root=UUID=1 ro\n####".utf8)
        )
        let read = BootMenu.bootLoaderSpecification(Array(entry.utf8), file: "f", variables: variables)
        #expect(read.map { lines([$0]) } == ["Fedora|/vmlinuz-6.1|root=UUID=1 ro quiet"])
        let hostile =
            "menuentry '\u{1B}[2J' {\n linux /k \u{7}x\n}\n"
            + String(repeating: "menuentry a {\nlinux /k\n}\n", count: 1000)
        let entries = BootMenu.grub2(Array(hostile.utf8), file: "f")
        #expect(entries.count == 200 && entries[0].title == "\\x1b[2J" && entries[0].arguments == "\\x07x")
    }

    @Test("presets decide by the first rule that matches")
    func presets() {
        var presets = UnitPresets()
        presets.add(Array("# comment\nenable sshd.service\ndisable *.socket\n".utf8))
        presets.add(Array("disable sshd.*\n".utf8))
        #expect(presets.enables("sshd.service") && !presets.enables("x.socket") && presets.enables("y.service"))
    }
}
