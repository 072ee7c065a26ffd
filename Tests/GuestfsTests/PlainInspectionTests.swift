import CGuestfs
import SystemPackage
import TestSupport
import Testing

@testable import Guestfs

/// The short inspection, judged by libguestfs'.
@Suite struct PlainInspectionTests {
    /// One of each kind of disk that is ordinary: another's inspection by libguestfs takes seconds.
    private static let guests: [PhonyGuest.Name] = [.debian, .ubuntu, .el8, .el9]

    @Test("an ordinary guest is what libguestfs says")
    func judge() async throws {
        let result = try await PhonyRun.result.value
        let disks = zip(PhonyGuest.all, result.copies).filter { Self.guests.contains($0.0.name) }
        let added = disks.map { GuestDisk($0.1, format: .raw) }
        try await withGuestfs(added, options: Lab.options) { session in
            let devices = try session.blockDevices()
            let roots = try Set(session.inspectRoots())
            for (index, guest) in disks.map(\.0).enumerated() {
                let disk = PhonyRun.device(index)
                let own = devices.filter { $0.device.hasPrefix(disk) || $0.device.hasPrefix("/dev/\(guest.name)vg/") }
                let plain = try #require(try PlainInspection(session, own).layout(), "\(guest.name)")
                #expect(plain.root == guest.filesystems(on: disk)[0].device)
                try #require(roots.contains(plain.root), "\(guest.name)")
                // Nothing is mounted any more, or this would fail.
                try session.mount(plain.root, on: "/", readOnly: true)
                let os = try session.inspect(root: plain.root).named(from: session.readSmallFile("/etc/os-release"))
                try session.unmountAll()
                #expect(plain.os == os, "\(guest.name)")
                let mounts = try session.inspectMountpoints(root: plain.root)
                #expect(
                    plain.filesystems.map { "\($0.device) \($0.mountpoint)" }
                        == mounts.map { "\($0.device) \($0.mountpoint)" },
                    "\(guest.name)"
                )
            }
        }
    }

    @Test(
        "a release has the numbers that are meant",
        arguments: [
            ("12", 12, 0), ("12.5", 12, 5), ("24.04", 24, 4), ("CentOS Linux release 7.9.2009 (Core)", 7, 9),
            ("CentOS Stream release 9", 9, 0), ("9 (Plow)", 9, 0), ("10.", 10, 0),
        ]
    )
    func version(text: String, major: Int, minor: Int) throws {
        let version = try #require(OSRelease.Version(text))
        #expect(version.major == major && version.minor == minor)
        #expect(OSRelease.Version("trixie/sid") == nil)
    }

    @Test(
        "an os-release that only a shell understands is none",
        arguments: [
            "ID=debian\nVERSION_ID=12\n", "ID=\"debian\nVERSION_ID=12\nPRETTY_NAME=x\n",
            "ID=$X\nVERSION_ID=12\nPRETTY_NAME=x\n", "ID=a\nVERSION_ID=rolling\nPRETTY_NAME=x\n", "",
        ]
    )
    func noRelease(text: String) {
        #expect(OSRelease(Array(text.utf8)) == nil)
        let good = OSRelease(Array("# comment\nPRETTY_NAME='A 1'\nID=\"a\"\nVERSION_ID=1.2\nX=\"$(y)\"\n".utf8))
        #expect(good?.id == "a" && good?.name == "A 1" && good?.version == OSRelease.Version("1.2"))
    }

    @Test(
        "a subvolume has its disk's name, whatever the kernel calls that",
        arguments: [
            ("btrfsvol:/dev/sdb1/root", "btrfsvol:/dev/sda1/root"), ("btrfsvol:/dev/sdb/@", "btrfsvol:/dev/sda/@"),
            ("/dev/sdb2", "/dev/sda2"), ("btrfsvol:/dev/vg/root/@", "btrfsvol:/dev/vg/root/@"),
            ("btrfsvol:/dev/sdb1/a/b/sdc1", "btrfsvol:/dev/sda1/a/b/sdc1"),
        ]
    )
    func subvolume(name: String, expected: String) {
        #expect(GuestfsSession.publicName(name, disks: ["/dev/sda"]) == expected)
        #expect(GuestfsSession.publicName(name, disks: ["/dev/sda", "/dev/sdb"]) == name)
    }

    @Test("fstab's lines say what is mounted where")
    func table() {
        let text = """
            # a comment
            UUID=1-2 / ext4 errors=remount-ro 0 1
            LABEL=boot\t/boot\txfs\tdefaults\t0 0
            /dev/mapper/a--b-c /srv xfs defaults
            /dev/sr0 /media/cdrom0 udf,iso9660 user,noauto 0 0
            PARTUUID=3 /x ext4 defaults 0 0
            tmpfs /tmp tmpfs defaults 0 0
            server:/export /mnt nfs defaults 0 0
            UUID=4 none swap sw 0 0

            """
        #expect(
            FileSystemTable.entries(Array(text.utf8))?.map(\.source) == [
                .uuid("1-2"), .label("boot"), .device("/dev/mapper/a--b-c"), .other, .unclear, .other, .other,
                .uuid("4"),
            ]
        )
        #expect(FileSystemTable.entries(Array(text.utf8))?.map(\.mountpoint).last == "none")
    }

    @Test(
        "an fstab that has to be unescaped is none",
        arguments: [
            "UUID=1 /a\\040b ext4 defaults 0 0\n", "LABEL=\"a b\" / ext4 defaults\n", "UUID=1 /\n", "a b c d e f g\n",
            "UUID=1 /\u{e9} xfs d\n",
        ]
    )
    func noTable(text: String) {
        #expect(FileSystemTable.entries(Array(text.utf8)) == nil)
    }
}
