import CGuestfs
import Glibc
import Subprocess
import SystemPackage
import Testing

@testable import Guestfs

/// Images that others made: what is refused, with its reason, and what is handled.
@Suite(.serialized, .timeLimit(.minutes(30))) struct ImageTests {
    private static let key = "correct horse"

    // MARK: refused

    @Test("whatever cannot be cleaned is refused with its reason, in bounded time")
    func refused() async throws {
        try await Lab.withDirectory { directory in
            let disk = directory.appending("disk.raw")
            try Lab.makeDisk(disk, bytes: 320 << 20)
            try await withGuestfs([GuestDisk(disk, format: .raw, readOnly: false)], options: Lab.options) { session in
                try Self.expect(session, .noOS, "no operating system found on the disk, nor a file system")

                try session.makePartition("ntfs")
                for path in ["/Windows/System32/config/SAM", "/Windows/System32/cmd.exe", "/hiberfil.sys"] {
                    let path = GuestPath(path)
                    try session.makeDirectories(path.parent)
                    try session.write(Array("hibr".utf8), to: path)
                }
                try session.check(guestfs_upload(session.handle, "/bin/true", "/Windows/System32/cmd.exe"), "upload")
                try session.unmountAll()
                try Self.expect(session, .unsupportedOS, "Windows", hint: "sysprep.exe /generalize")
                // A registry that makes libguestfs' inspection stumble.
                try session.makePartition("ntfs")
                try session.makeDirectories("/Windows/System32/config")
                for hive in ["SAM", "SYSTEM", "SOFTWARE"] {
                    try session.write([1], to: GuestPath("/Windows/System32/config/\(hive)"))
                }
                try session.check(guestfs_upload(session.handle, "/bin/true", "/Windows/System32/cmd.exe"), "upload")
                try session.unmountAll()
                try Self.expect(session, .unsupportedOS, "a Windows that cannot be looked into")

                for type in ["ext4", "btrfs"] {
                    try session.makePartition(type)
                    try session.unmountAll()
                    if type == "ext4" {
                        try Self.expect(session, .noOS, "found on the disk; it has /dev/sda1 (ext4)")
                    }
                    // What the superblocks point to, and then their own numbers.
                    let superblock: Int64 = type == "ext4" ? 1024 : 65536
                    try session.flip("/dev/sda1", at: superblock + (type == "ext4" ? 0x14 : 0x50), count: 16)
                    try Self.expect(session, .brokenFilesystem, "/dev/sda1 (\(type)) cannot be mounted", hint: "fsck")
                }

                // A hibernated machine, and a locked volume of Windows.
                try session.makePartition("ext4")
                try session.unmountAll()
                var page = [UInt8](repeating: 0, count: 4096)
                page.replaceSubrange(1024..<1028, with: [1, 0, 0, 0])
                page.replaceSubrange(1036..<1052, with: [UInt8](repeating: 9, count: 16))
                page.replaceSubrange(4086..<4095, with: "S1SUSPEND".utf8)
                try session.write([UInt8](repeating: 0, count: 1 << 20), to: "/dev/sda1", at: 0)
                try session.write(page, to: "/dev/sda1", at: 0)
                try Self.expect(session, .brokenFilesystem, "was hibernated: /dev/sda1", hint: "shut it down")
            }
        }
    }

    private static func expect(
        _ session: GuestfsSession,
        _ code: GuestfsError.Code,
        _ words: String,
        hint: String? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let begin = ContinuousClock.now
        let error = #expect(throws: GuestfsError.self, sourceLocation: sourceLocation) {
            _ = try Guest(session, readOnly: false, seal: Seal())
        }
        #expect(error?.code == code, "\(String(describing: error))", sourceLocation: sourceLocation)
        #expect(error?.message.contains(words) == true, "\(String(describing: error))", sourceLocation: sourceLocation)
        if let hint {
            #expect(error?.hint?.contains(hint) == true, "\(String(describing: error))", sourceLocation: sourceLocation)
        }
        #expect(ContinuousClock.now - begin < .seconds(60), sourceLocation: sourceLocation)
        try session.unmountAll()
    }

    // MARK: handled

    @Test("LVM on LUKS, btrfs subvolumes, an unclean XFS, one system of two: cleaned, trimmed or overwritten")
    func handled() async throws {
        try await Lab.withDirectory { directory in
            let names = ["luks", "btrfs", "xfs", "two"]
            let disks = names.map { directory.appending("\($0).raw") }
            let sizes = ["btrfs": 640, "xfs": 320]
            for disk in disks { try Lab.makeDisk(disk, bytes: (sizes[disk.stem ?? ""] ?? 256) << 20) }
            try await Self.makeXFS(disks[2])
            try await Self.makeLUKS(disks[0], in: directory)
            let copy = directory.appending("unclean.raw")
            try await withGuestfs(disks.map { GuestDisk($0, format: .raw, readOnly: false) }, options: Lab.options) {
                session in
                try Self.fillXFS(session, "/dev/sdc", copy: (disks[2], copy))
                try Self.fillLUKS(session, "/dev/sda")
                try Self.fillBtrfs(session, "/dev/sdb")
                try Self.fillTwo(session, "/dev/sdd")
            }
            try await Self.cleanLUKS(disks[0])
            try await Self.cleanBtrfs(disks[1])
            try await Self.look(at: [copy, disks[3], disks[1]])
            let xfs = try await Self.run(copy)
            try Self.check(xfs)
            #expect(xfs.trimmed.map(\.method) == [.trimmed])
            let second = try await Self.run(disks[3]) { $0.root = "/dev/sda2" }
            try Self.check(second)
            #expect(second.layout.root == "/dev/sda2")
        }
    }

    private static func run(_ disk: FilePath, _ change: (inout SysprepRequest) -> Void = { _ in }) async throws
        -> SysprepReport
    {
        var request = SysprepRequest(disk: disk, format: .raw)
        change(&request)
        return try await Sysprep.run(request, options: Lab.options)
    }

    private static func makeLUKS(_ disk: FilePath, in directory: FilePath) async throws {
        let file = directory.appending("key")
        try Lab.write(Array("\(key)".utf8), to: file)
        try await Lab.tool(
            "cryptsetup",
            "luksFormat",
            "--batch-mode",
            "--type",
            "luks2",
            "--pbkdf",
            "pbkdf2",
            "--pbkdf-force-iterations",
            "1000",
            "--key-file",
            file.string,
            disk.string
        )
    }

    private static func fillLUKS(_ session: GuestfsSession, _ device: String) throws {
        #expect(try session.openEncrypted(device, as: "open", passphrase: Array("wrong".utf8)) == false)
        #expect(try session.openEncrypted(device, as: "open", passphrase: Array(key.utf8)))
        let volume = "/dev/mapper/open"
        try session.check(guestfs_pvcreate(session.handle, volume), "pvcreate")
        _ = try withCStringArray([Array(volume.utf8)]) {
            try session.check(guestfs_vgcreate(session.handle, "vg", $0), "vgcreate")
        }
        try session.check(guestfs_lvcreate(session.handle, "root", "vg", 64), "lvcreate")
        try session.check(guestfs_lvcreate(session.handle, "swap", "vg", 16), "lvcreate")
        try session.check(guestfs_mkfs(session.handle, "ext4", "/dev/vg/root"), "mkfs")
        try session.check(guestfs_mkswap(session.handle, "/dev/vg/swap"), "mkswap")
        try session.write(Array("MEMORY".utf8), to: "/dev/vg/swap", at: 4 << 20)
        try session.mount("/dev/vg/root", on: "/", readOnly: false)
        try Self.plant(session)
        try session.unmountAll()
        try session.check(guestfs_vg_activate_all(session.handle, 0), "vg_activate_all")
        try session.check(guestfs_cryptsetup_close(session.handle, volume), "cryptsetup_close")
    }

    private static func cleanLUKS(_ disk: FilePath) async throws {
        let before = try Lab.digest(disk)
        let wrong = DiskKey(content: Array("wrong".utf8))
        try await withGuestfs([GuestDisk(disk, format: .raw, readOnly: false)], options: Lab.options) { session in
            var error = #expect(throws: GuestfsError.self) { _ = try Guest(session, readOnly: false, seal: Seal()) }
            #expect(error?.code == .encrypted && error?.message.contains("no key was given") == true)
            #expect(error?.hint?.contains("--key-file") == true)
            error = #expect(throws: GuestfsError.self) {
                _ = try Guest(session, readOnly: false, seal: Seal(), keys: [wrong].compactMap(\.self))
            }
            #expect(error?.code == .encrypted && error?.message.contains("does not open /dev/sda") == true)
            #expect("\(String(describing: error))".contains("wrong") == false)
        }
        #expect(try Lab.digest(disk) == before, "an image that was refused has changed")
        let right = DiskKey(volume: "/dev/sda", content: Array("\(key)\n".utf8))
        let report = try await run(disk) { $0.keys = [wrong, right].compactMap(\.self) }
        try Self.check(report)
        #expect(report.layout.root == "/dev/vg/root")
        // libguestfs' LUKS passes no discards on.
        #expect(report.trimmed.map(\.method) == [.zeroed])
        #expect(report.swap == ["emptied the swap area /dev/vg/swap"])
    }

    private static func fillBtrfs(_ session: GuestfsSession, _ device: String) throws {
        try session.check(guestfs_part_disk(session.handle, device, "gpt"), "part_disk")
        try session.check(guestfs_mkfs(session.handle, "btrfs", "\(device)1"), "mkfs")
        try session.check(guestfs_set_label(session.handle, "\(device)1", "root"), "set_label")
        try session.mount("\(device)1", on: "/", readOnly: false)
        var arguments = guestfs_btrfs_subvolume_create_opts_argv()
        for name in ["/root", "/home", "/kept"] {
            try session.check(
                guestfs_btrfs_subvolume_create_opts_argv(session.handle, name, &arguments),
                "btrfs_subvolume_create"
            )
        }
        try session.write([1], to: "/kept/file")
        try session.unmountAll()
        try session.mount("btrfsvol:\(device)1/root", on: "/", readOnly: false)
        try Self.plant(session, fstab: "LABEL=root / btrfs subvol=root 0 0\nLABEL=root /home btrfs subvol=home 0 0\n")
        try session.mount("btrfsvol:\(device)1/home", on: "/home", readOnly: false)
        try session.makeDirectories("/home/admin")
        try session.write([1], to: "/home/admin/.bash_history")
        try session.unmountAll()
    }

    private static func cleanBtrfs(_ disk: FilePath) async throws {
        let report = try await run(disk) { $0.shrink = true }
        let kept = "btrfs subvolumes that the guest does not mount stay as they are: /dev/sda1/kept"
        try Self.check(report, alsoRemoved: "/home/admin/.bash_history", warnings: [kept])
        #expect(report.layout.filesystems.map(\.mountpoint) == ["/", "/home"])
        #expect(report.trimmed.map(\.method) == [.trimmed], "two subvolumes are one file system")
        let size = try #require(report.shrunkSize)
        #expect(size < 320 << 20)
        truncate(disk.string, Int(size))
    }

    private static func makeXFS(_ disk: FilePath) async throws {
        try await Lab.tool("mkfs.xfs", "-q", "-L", "root", disk.string)
    }

    private static func fillXFS(_ session: GuestfsSession, _ device: String, copy: (FilePath, FilePath)) throws {
        try session.mount(device, on: "/", readOnly: false)
        try Self.plant(session, fstab: "LABEL=root / xfs defaults 0 0\n")
        try session.check(guestfs_sync(session.handle), "sync")
        // The log of a file system that is copied while it is mounted is that of one that was not shut down.
        try Lab.copySparsely(copy.0, to: copy.1)
        try session.unmountAll()
    }

    /// Reads three disks in one start: an unclean XFS, one with two systems, and a btrfs that was cut.
    private static func look(at disks: [FilePath]) async throws {
        let before = try disks.map(Lab.digest)
        try await withGuestfs(disks.map { GuestDisk($0, format: .raw) }, options: Lab.options) { session in
            var error = #expect(throws: GuestfsError.self) { _ = try Guest(session, readOnly: true, seal: Seal()) }
            #expect(error?.code == .multipleOS && error?.hint?.contains("--root") == true)
            #expect(error?.message.contains("/dev/sdb1 (debian 12.5)") == true)
            error = #expect(throws: GuestfsError.self) {
                _ = try Guest(session, readOnly: true, seal: Seal(), root: "/dev/sdb3")
            }
            #expect(error?.message.contains("no operating system on /dev/sdb3; found: ") == true)
            // To be read an XFS must be recovered, which the copy of QEMU's takes.
            _ = try Guest(session, readOnly: true, seal: Seal(), root: "/dev/sda")
            #expect(try session.readSmallFile("/etc/machine-id")?.isEmpty == false)
            try session.unmountAll()
            let guest = try Guest(session, readOnly: true, seal: Seal(), root: "btrfsvol:/dev/sdc1/root")
            #expect(guest.mounts.count == 2)
            #expect(try session.readSmallFile("/etc/machine-id") == [])
        }
        #expect(try disks.map(Lab.digest) == before)
    }

    private static func fillTwo(_ session: GuestfsSession, _ device: String) throws {
        try session.check(guestfs_part_init(session.handle, device, "gpt"), "part_init")
        try session.check(guestfs_part_add(session.handle, device, "p", 2048, 206847), "part_add")
        try session.check(guestfs_part_add(session.handle, device, "p", 206848, 411647), "part_add")
        for number in 1...2 {
            try session.check(guestfs_mkfs(session.handle, "ext4", "\(device)\(number)"), "mkfs")
            try session.mount("\(device)\(number)", on: "/", readOnly: false)
            try Self.plant(session, fstab: "")
            try session.unmountAll()
        }
    }

    /// A small Debian on what is mounted.
    static func plant(_ session: GuestfsSession, fstab: String = "/dev/vg/root / ext4 defaults 0 0\n") throws {
        for directory: GuestPath in ["/bin", "/etc/systemd", "/home", "/root", "/tmp", "/usr", "/var/tmp", "/var/log"] {
            try session.makeDirectories(directory)
        }
        try session.check(guestfs_upload(session.handle, "/bin/true", "/bin/ls"), "upload")
        let files: [(GuestPath, String)] = [
            ("/etc/debian_version", "12.5\n"),
            ("/etc/os-release", "ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n"),
            (
                "/var/lib/dpkg/status",
                "Package: bash\nStatus: install ok installed\nVersion: 5.2\nArchitecture: amd64\n\n"
            ),
        ]
        for (path, content) in files {
            try session.makeDirectories(path.parent)
            try session.write(Array(content.utf8), to: path)
        }
        try session.write(Array(fstab.utf8), to: "/etc/fstab")
        try session.write(Array("0123456789abcdef0123456789abcdef\n".utf8), to: "/etc/machine-id")
        try session.write([1], to: "/root/.bash_history")
    }

    private static func check(
        _ report: SysprepReport,
        alsoRemoved path: String? = nil,
        warnings: [String] = [],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let changes = report.operations.flatMap(\.changes)
        var expected = ["emptied /etc/machine-id", "removed /root/.bash_history"]
        if let path { expected.append("removed \(path)") }
        for change in expected { #expect(changes.contains(change), "\(changes)", sourceLocation: sourceLocation) }
        #expect(report.os.distro == "debian", sourceLocation: sourceLocation)
        #expect(report.warnings == warnings, sourceLocation: sourceLocation)
    }
}

extension GuestfsSession {
    /// Gives the disk one partition with a file system, mounted.
    func makePartition(_ type: String) throws {
        try check(guestfs_zero(handle, "/dev/sda"), "zero")
        try check(guestfs_part_disk(handle, "/dev/sda", "mbr"), "part_disk")
        try check(guestfs_wipefs(handle, "/dev/sda1"), "wipefs")
        try check(guestfs_mkfs(handle, type, "/dev/sda1"), "mkfs")
        try mount("/dev/sda1", on: "/", readOnly: false)
    }

    /// Inverts bytes of a device.
    func flip(_ device: String, at offset: Int64, count: Int) throws {
        try write(try read(device, at: offset, count: count).map { ~$0 }, to: device, at: offset)
    }
}
