import CGuestfs
import SystemPackage

@testable import Guestfs

/// A disk that looks like an installed system, made with libguestfs itself, as libguestfs' own tests do.
struct PhonyGuest: Sendable {
    enum Name: String, CaseIterable, Sendable {
        case el7, el8, el9, fedora, debian, ubuntu, opensuse
    }

    /// How its disk is divided.
    enum Layout {
        /// XFS on the whole disk, as nothing in the appliance makes one: the file system of the Red Hat family.
        case xfs
        /// One partition with btrfs, its root and home in subvolumes, as openSUSE has it.
        case btrfs
        /// One partition.
        case plain
        /// /boot, and the root on a logical volume.
        case lvm
        /// GPT, an EFI system partition and the root.
        case efi
    }

    let name: Name

    init(_ name: Name) {
        self.name = name
    }

    static let all = Name.allCases.map(PhonyGuest.init)

    var layout: Layout {
        switch name {
        case .el7: .xfs
        case .el8: .lvm
        case .el9: .efi
        case .opensuse: .btrfs
        default: .plain
        }
    }

    var family: GuestFamily {
        switch name {
        case .el7, .el8, .el9, .fedora: .redhat
        case .debian, .ubuntu: .debian
        case .opensuse: .suse
        }
    }

    /// What libguestfs says of it; looking for seven systems in one appliance would take longer than all else.
    var os: GuestOS {
        func os(_ distro: String, _ major: Int, _ minor: Int, _ packageFormat: String) -> GuestOS {
            GuestOS(
                distro: distro,
                productName: "\(name)",
                majorVersion: major,
                minorVersion: minor,
                architecture: "x86_64",
                packageFormat: packageFormat
            )
        }
        return switch name {
        case .el7: os("centos", 7, 9, "rpm")
        case .el8: os("rocky", 8, 10, "rpm")
        case .el9: os("rhel", 9, 4, "rpm")
        case .fedora: os("fedora", 44, 0, "rpm")
        case .debian: os("debian", 12, 5, "deb")
        case .ubuntu: os("ubuntu", 24, 4, "deb")
        case .opensuse: os("opensuse", 15, 6, "rpm")
        }
    }

    /// What is planted in it.
    var planted: [Planted] { Planted.all.filter { $0.guests.contains(name) } }

    /// What is asked of sysprep beside the clearing up.
    var seal: Seal {
        Seal(
            cloudConfig: name == .el7 ? GuestTests.cloudConfig : nil,
            lockRoot: true,
            stampPath: "/etc/imagebake-stamp"
        )
    }

    /// The UUID of the root file system where fstab names it so.
    static let rootUUID = "b0075eed-0000-4000-8000-00000000000d"

    // MARK: what makes it a system

    private var release: [TreeEntry] {
        func os(_ id: String, _ version: String, _ name: String) -> TreeEntry {
            .file("/etc/os-release", "ID=\"\(id)\"\nVERSION_ID=\"\(version)\"\nPRETTY_NAME=\"\(name)\"\n")
        }
        switch name {
        case .el7:
            return [
                os("centos", "7", "CentOS Linux 7 (Core)"),
                .file("/etc/redhat-release", "CentOS Linux release 7.9.2009 (Core)\n"),
                .file("/usr/lib/systemd/system/sshd-keygen.service", "[Service]\n"),
            ]
        case .el8:
            return [
                os("rocky", "8.10", "Rocky Linux 8.10 (Green Obsidian)"),
                .file("/etc/redhat-release", "Rocky Linux release 8.10 (Green Obsidian)\n"),
                .file("/usr/lib/systemd/system/sshd-keygen@.service", "[Service]\n"),
            ]
        case .el9:
            return [
                os("rhel", "9.4", "Red Hat Enterprise Linux 9.4 (Plow)"),
                .file("/etc/redhat-release", "Red Hat Enterprise Linux release 9.4 (Plow)\n"),
                .file("/usr/lib/systemd/system/sshd-keygen@.service", "[Service]\n"),
            ]
        case .fedora:
            return [
                os("fedora", "44", "Fedora Linux 44"), .file("/etc/fedora-release", "Fedora release 44\n"),
                .file("/usr/lib/systemd/system/sshd-keygen@.service", "[Service]\n"),
            ]
        case .debian:
            return [
                os("debian", "12", "Debian GNU/Linux 12 (bookworm)"), .file("/etc/debian_version", "12.5\n"),
                .file("/var/lib/dpkg/status", Self.dpkgStatus),
                .file(
                    "/boot/grub/grub.cfg",
                    "search --fs-uuid --set=root \(Self.rootUUID)\nlinux /vmlinuz root=UUID=\(Self.rootUUID) ro\n"
                ),
            ]
        case .ubuntu:
            return [
                os("ubuntu", "24.04", "Ubuntu 24.04 LTS"), .file("/etc/debian_version", "trixie/sid\n"),
                .file("/etc/lsb-release", "DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=24.04\n"),
                .file("/var/lib/dpkg/status", Self.dpkgStatus),
            ]
        case .opensuse:
            return [
                os("opensuse-leap", "15.6", "openSUSE Leap 15.6"),
                .file("/usr/sbin/sshd-gen-keys-start", "#!/bin/sh\n", permissions: 0o755),
            ]
        }
    }

    private var fstab: String {
        switch layout {
        case .xfs: "LABEL=\(name) / xfs defaults 0 0\n"
        case .btrfs: "LABEL=\(name) / btrfs subvol=@ 0 0\nLABEL=\(name) /home btrfs subvol=@home 0 0\n"
        case .plain: "\(name == .debian ? "UUID=\(Self.rootUUID)" : "LABEL=\(name)") / ext4 defaults 0 0\n"
        case .lvm: "/dev/\(name)vg/root / ext4 defaults 0 0\nLABEL=\(name)boot /boot ext4 defaults 0 0\n"
        case .efi:
            "LABEL=\(name) / ext4 defaults 0 0\nLABEL=\(name.rawValue.uppercased())ESP /boot/efi vfat umask=0077 0 0\n"
        }
    }

    /// Everything in the guest, directories before what is in them.
    var entries: [TreeEntry] {
        var entries: [TreeEntry] =
            release + planted.map(\.entry) + (name == .el7 || name == .debian ? Self.hostile : []) + [
                .file("/etc/fstab", fstab), .file("/etc/ssh/sshd_config", "PermitRootLogin no\n"),
                .directory("/etc/systemd/system"), .directory("/home/admin", uid: 990),
                .directory("/home/ada", uid: 1001),
                .directory("/root", permissions: 0o700), .directory("/tmp", permissions: 0o1777),
                .directory("/var/tmp", permissions: 0o1777), .directory("/bin"), .directory("/boot/efi"),
                .directory("/usr/bin"), .directory("/var/log"),
            ]
        var known = Set(entries.map(\.path))
        for entry in entries {
            var parent = entry.path.parent
            while parent != "/", known.insert(parent).inserted {
                entries.append(.directory(parent))
                parent = parent.parent
            }
        }
        return entries.sorted { $0.path < $1.path }
    }

    // MARK: making it

    /// Its file systems, the root first, on this disk.
    func filesystems(on device: String) -> [GuestLayout.Filesystem] {
        switch layout {
        case .xfs: [.init(device: device, mountpoint: "/")]
        case .btrfs:
            [
                .init(device: "btrfsvol:\(device)1/@", mountpoint: "/"),
                .init(device: "btrfsvol:\(device)1/@home", mountpoint: "/home"),
            ]
        case .plain: [.init(device: "\(device)1", mountpoint: "/")]
        case .lvm:
            [.init(device: "/dev/\(name)vg/root", mountpoint: "/"), .init(device: "\(device)1", mountpoint: "/boot")]
        case .efi: [.init(device: "\(device)2", mountpoint: "/"), .init(device: "\(device)1", mountpoint: "/boot/efi")]
        }
    }

    /// Where libguestfs has the only partition of an MBR begin.
    static let firstByte = 65536

    /// Makes its disk, as an empty file but for what the appliance has no program for.
    func makeDisk(_ path: FilePath) async throws {
        switch layout {
        case .xfs:
            // mkfs.xfs makes none that is smaller.
            try Lab.makeDisk(path, bytes: 300 << 20)
            try await Lab.tool("mkfs.xfs", "-q", "-L", name.rawValue, path.string)
        case .btrfs: try Lab.makeDisk(path, bytes: 160 << 20)
        default: try Lab.makeDisk(path)
        }
    }

    /// Makes the file systems on a disk and fills them; leaves them unmounted.
    func make(on device: String, _ session: GuestfsSession) throws {
        let handle = session.handle
        let filesystems = filesystems(on: device)
        switch layout {
        case .xfs: break
        case .btrfs:
            try session.check(guestfs_part_disk(handle, device, "gpt"), "part_disk")
            try session.check(guestfs_mkfs(handle, "btrfs", "\(device)1"), "mkfs")
            try session.check(guestfs_set_label(handle, "\(device)1", name.rawValue), "set_label")
            try session.mount("\(device)1", on: "/", readOnly: false)
            var arguments = guestfs_btrfs_subvolume_create_opts_argv()
            for volume in ["/@", "/@home"] {
                try session.check(
                    guestfs_btrfs_subvolume_create_opts_argv(handle, volume, &arguments),
                    "btrfs_subvolume_create"
                )
            }
            try session.unmountAll()
        case .plain:
            try session.check(guestfs_part_disk(handle, device, "mbr"), "part_disk")
        case .lvm:
            try session.check(guestfs_part_init(handle, device, "mbr"), "part_init")
            try session.check(guestfs_part_add(handle, device, "p", 2048, 65535), "part_add")
            try session.check(guestfs_part_add(handle, device, "p", 65536, -2048), "part_add")
            try session.check(guestfs_pvcreate(handle, "\(device)2"), "pvcreate")
            _ = try Self.list(["\(device)2"]) {
                try session.check(guestfs_vgcreate(handle, "\(name)vg", $0), "vgcreate")
            }
            try session.check(guestfs_lvcreate_free(handle, "root", "\(name)vg", 100), "lvcreate_free")
        case .efi:
            try session.check(guestfs_part_init(handle, device, "gpt"), "part_init")
            try session.check(guestfs_part_add(handle, device, "p", 2048, 20479), "part_add")
            try session.check(guestfs_part_add(handle, device, "p", 20480, -2048), "part_add")
            try session.check(guestfs_mkfs(handle, "vfat", "\(device)1"), "mkfs")
            try session.check(guestfs_set_label(handle, "\(device)1", "\(name.rawValue.uppercased())ESP"), "set_label")
        }
        let isMade = layout == .xfs || layout == .btrfs
        for filesystem in filesystems where filesystem.mountpoint != "/boot/efi" && !isMade {
            try session.check(guestfs_mkfs(handle, "ext4", filesystem.device), "mkfs")
            let label = "\(name)" + filesystem.mountpoint.dropFirst()
            try session.check(guestfs_set_label(handle, filesystem.device, label), "set_label")
        }
        if name == .debian {
            try session.check(guestfs_set_uuid(handle, filesystems[0].device, Self.rootUUID), "set_uuid")
        }
        try session.mount(filesystems[0].device, on: "/", readOnly: false)
        for filesystem in filesystems.dropFirst() {
            let mountpoint = GuestPath(filesystem.mountpoint)
            try session.makeDirectories(mountpoint)
            if filesystem.mountpoint != "/boot/efi" {
                try session.mount(filesystem.device, on: mountpoint, readOnly: false)
            }
        }
        let archive = session.lease.directory.appending("guest.tar")
        let file = try FileDescriptor.open(
            archive,
            .writeOnly,
            options: [.create, .truncate],
            permissions: .ownerReadWrite
        )
        _ = try file.closeAfter { try file.writeAll(TarArchive.bytes(of: entries)) }
        try session.check(guestfs_tar_in(handle, archive.string, "/"), "tar_in")
        // libguestfs reads the architecture from a program.
        try session.check(guestfs_upload(handle, "/bin/true", "/bin/ls"), "upload")
        try session.unmountAll()
    }

    private static func list<R>(
        _ strings: [String],
        _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) throws -> R
    ) rethrows -> R {
        try withCStringArray(strings.map { Array($0.utf8) }, body)
    }

    private static let dpkgStatus = """
        Package: zlib1g
        Status: install ok installed
        Version: 1:1.2.13.dfsg-1
        Architecture: amd64

        Package: gone
        Status: deinstall ok config-files
        Version: 1.0
        Architecture: amd64

        Package: bash
        Status: install ok installed
        Version: 5.2.15-2+b2
        Architecture: amd64


        """

    // MARK: what a hostile guest may put in the way of whoever cleans it

    private static let hostile: [TreeEntry] =
        hostileNames.flatMap { name -> [TreeEntry] in
            let directory = ("/var/tmp" as GuestPath).appending(Array("dir-".utf8) + name)
            return [
                TreeEntry(("/var/tmp" as GuestPath).appending(name), .regular, [1]),
                TreeEntry(directory.appending(name), .regular, [1]),
            ]
        } + [
            .link("/var/tmp/link-to-etc", to: "/etc"), .link("/var/log/link-to-etc", to: "../../etc"),
            .link("/home/admin/.python_history", to: "/etc/passwd"), .link("/home/mallory", to: "/root"),
            .link("/etc/sysconfig/network-scripts/ifcfg-evil", to: "/etc/precious"),
            .link("/etc/udev/rules.d/75-persistent-net.rules", to: "/dev/null"),
            .link("/var/log/precious.log", to: "/etc/precious"),
            .link("/etc/netplan/99-evil.yaml", to: "/etc/precious"),
            .link("/boot/grub/menu.lst", to: "/etc/precious"),
            TreeEntry("/etc/precious", .regular, precious),
            TreeEntry("/var/tmp/disk", .block, [], permissions: 0o666),
            TreeEntry("/var/log/fifo", .fifo, [], permissions: 0o666),
            TreeEntry("/etc/default/grub.d/fifo.cfg", .fifo, [], permissions: 0o666),
            .directory("/boot/grub2/grub.cfg"), .directory("/etc/kernel/cmdline"),
            .directory("/root/.lesshst.d"),
            .file("/etc/systemd/networkd.conf.d/x.conf/file", "in the place of a file\n"),
        ] + (0..<200).map { TreeEntry(GuestPath("/var/tmp/many/\($0)"), .regular, [1]) }

    static let hostileNames: [[UInt8]] = [
        Array("new\nline".utf8), Array("*".utf8), Array("[a-z]?".utf8), Array("-rf".utf8), Array(" blank ".utf8),
        Array("$(reboot)`id`'\"".utf8), [0xFF, 0xFE, 0x80], Array("\u{1B}[2J".utf8), Array("back\\slash".utf8),
    ]

    /// What must be there as it was in the end.
    static let precious = Array("HWADDR=52:54:00:00:00:00\nUUID=1\nifname=e0:52:54:00:12:34:56\n".utf8)
}
