import CGuestfs
import SystemPackage

@testable import Guestfs

/// A disk that looks like an installed system, made with libguestfs itself, as libguestfs' own tests do.
struct PhonyGuest: Sendable {
    let osFiles: [(path: GuestPath, content: String)]
    let leftovers: [Leftover]

    static let el7 = PhonyGuest(
        osFiles: [
            ("/etc/redhat-release", "CentOS Linux release 7.9.2009 (Core)\n"),
            ("/etc/os-release", "ID=\"centos\"\nVERSION_ID=\"7\"\nPRETTY_NAME=\"CentOS Linux 7 (Core)\"\n"),
            ("/etc/fstab", "LABEL=root / ext4 defaults 0 0\n"),
        ],
        leftovers: Leftover.common + Leftover.redhat
    )

    static let debian = PhonyGuest(
        osFiles: [
            ("/etc/debian_version", "12.5\n"),
            ("/etc/os-release", "ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n"),
            ("/etc/fstab", "LABEL=root / ext4 defaults 0 0\n"),
            ("/etc/ssh/sshd_config", "PermitRootLogin no\n"),
            (
                "/var/lib/dpkg/status",
                """
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
            ),
        ],
        leftovers: Leftover.common + Leftover.debian
    )

    /// What every request of these tests asks for beside the default operations.
    static let enabled: Set<String> = ["ssh-authorized-keys"]

    /// Makes the file system on a disk and fills it; leaves it mounted.
    func make(on device: String, _ session: GuestfsSession) throws {
        try session.check(guestfs_part_disk(session.handle, device, "mbr"), "part_disk")
        try session.check(guestfs_mkfs(session.handle, "ext4", "\(device)1"), "mkfs")
        try session.check(guestfs_set_label(session.handle, "\(device)1", "root"), "set_label")
        try session.mount("\(device)1", on: "/", readOnly: false)
        for directory: GuestPath in ["/bin", "/etc/systemd", "/home", "/root", "/tmp", "/usr", "/var/tmp", "/var/log"] {
            try session.makeDirectories(directory)
        }
        // libguestfs reads the architecture from a program.
        try session.check(guestfs_upload(session.handle, "/bin/true", "/bin/ls"), "upload")
        for (path, content) in osFiles + leftovers.map({ ($0.path, $0.content) }) {
            try session.makeDirectories(path.parent)
            try session.write(Array(content.utf8), to: path)
        }
        try Self.plantHostile(session)
    }

    /// What a hostile guest may put in the way of whoever cleans it.
    static func plantHostile(_ session: GuestfsSession) throws {
        for name in hostileNames {
            try session.write([1], to: ("/var/tmp" as GuestPath).appending(name))
            let directory = ("/var/tmp" as GuestPath).appending(Array("dir-".utf8) + name)
            try session.makeDirectories(directory)
            try session.write([1], to: directory.appending(name))
        }
        let links: [(String, String)] = [
            ("/etc", "/var/tmp/link-to-etc"), ("../../etc", "/var/log/link-to-etc"),
            ("/etc/passwd", "/home/admin/.python_history"), ("/root", "/home/mallory"),
            ("/etc/precious", "/etc/sysconfig/network-scripts/ifcfg-evil"),
            ("/dev/null", "/etc/udev/rules.d/75-persistent-net.rules"),
            ("/etc/precious", "/var/log/precious.log"),
        ]
        for (target, link) in links { try session.check(guestfs_ln_s(session.handle, target, link), "ln_s") }
        try session.write(precious, to: "/etc/precious")
        try session.write(precious, to: "/root/.wget-hsts-not")
        try session.check(guestfs_mknod(session.handle, 0o060666, 8, 0, "/var/tmp/disk"), "mknod")
        try session.check(guestfs_mkfifo(session.handle, 0o666, "/var/log/fifo"), "mkfifo")
        try session.makeDirectories("/var/tmp/many")
        try session.check(guestfs_fill_dir(session.handle, "/var/tmp/many", 2000), "fill_dir")
        try session.check(guestfs_fill_dir(session.handle, "/var/tmp", 500), "fill_dir")
        // A log whose owner could not make it again.
        try session.write([1], to: "/var/log/daemon-own.log")
        try session.setOwner(uid: 108, gid: 114, of: "/var/log/daemon-own.log")
    }

    static let hostileNames: [[UInt8]] = [
        Array("new\nline".utf8), Array("*".utf8), Array("[a-z]?".utf8), Array("-rf".utf8), Array(" blank ".utf8),
        Array("$(reboot)`id`'\"".utf8), [0xFF, 0xFE, 0x80], Array("\u{1B}[2J".utf8), Array("back\\slash".utf8),
    ]

    /// What must be there as it was in the end.
    static let precious = Array("HWADDR=52:54:00:00:00:00\nUUID=1\n".utf8)
}
