import CGuestfs
import Foundation
import Glibc
import Inventory
import SystemPackage
import Testing

@testable import Guestfs

/// Disks that somebody made to do harm: the result is right or the error clear, in bounded time, and all stays in the appliance.
@Suite("Hostile disks", .serialized, .timeLimit(.minutes(20)))
struct HostileTests {
    private static let layout = GuestLayout(
        os: PhonyGuest(.debian).os,
        root: "/dev/sda1",
        filesystems: [.init(device: "/dev/sda1", mountpoint: "/")]
    )

    private static func perform(_ names: [String], on guest: Guest) throws -> [String] {
        let operations = Sysprep.operations.filter { names.contains($0.name) }
        try guest.scan(for: Set(operations.flatMap(\.allGlobs)))
        return try operations.flatMap { try $0.perform(on: guest) }
    }

    private static func findings(_ names: [String], in guest: Guest) throws -> [String] {
        let operations = Sysprep.operations.filter { names.contains($0.name) }
        try guest.scan(for: Set(operations.flatMap(\.allGlobs)))
        return try operations.flatMap { try $0.findings(in: guest) }
    }

    /// Runs this, which must not take longer.
    private static func within<R>(
        _ limit: Duration,
        _ body: () throws -> R,
        sourceLocation: SourceLocation = #_sourceLocation
    ) rethrows -> R {
        let begin = ContinuousClock.now
        let result = try body()
        let time = ContinuousClock.now - begin
        #expect(time < limit, "\(time)", sourceLocation: sourceLocation)
        return result
    }

    // MARK: files

    @Test("odd things in the place of files, endless ones, names with line breaks, crowds, rubbish for databases")
    func files() async throws {
        try await Lab.withDirectory { directory in
            let disks = ["guest", "other"].map { directory.appending("\($0).raw") }
            // mke2fs makes an inode for each 16 KiB of a disk that is not small.
            try Lab.makeDisk(disks[0], bytes: (256 << 20) + max(0, Self.crowd - 5000) * 20_000)
            try Lab.makeDisk(disks[1], bytes: 8 << 20)
            try await withGuestfs(disks.map { GuestDisk($0, format: .raw, readOnly: false) }, options: Lab.options) {
                session in
                try session.makePartition("ext4")
                try ImageTests.plant(session, fstab: "")
                let marker = Array("the other disk's own".utf8)
                try session.write(marker, to: "/dev/sdb", at: 0)
                try session.unmountAll()

                let guest = try Guest(session, readOnly: false, seal: Seal(), layout: Self.layout)
                try Self.checkMachineID(guest, session)
                #expect(try session.read("/dev/sdb", at: 0, count: marker.count) == marker)
                try Self.checkSparse(guest, session)
                try Self.checkNames(guest, session)
                try Self.checkCrowds(guest, session)
                try session.unmountAll()
                try Self.checkDatabases(session)
            }
        }
    }

    private static func checkMachineID(_ guest: Guest, _ session: GuestfsSession) throws {
        let path: GuestPath = "/etc/machine-id"
        let kinds: [(String, () throws -> Void)] = [
            ("an empty directory", { try session.makeDirectories(path) }),
            (
                "a full directory",
                {
                    try session.makeDirectories("/etc/machine-id/deep\ner/still")
                    try session.write([1], to: "/etc/machine-id/deep\ner/file")
                }
            ),
            ("a link to a device", { try session.makeLink(path, to: Array("/dev/sdb".utf8)) }),
            ("a link out of the root", { try session.makeLink(path, to: Array("../../../../dev/sdb".utf8)) }),
            ("a link to itself", { try session.makeLink(path, to: Array("machine-id".utf8)) }),
            ("a link to nothing", { try session.makeLink(path, to: Array("/run/none".utf8)) }),
            (
                "a disk",
                { try session.check(guestfs_mknod(session.handle, 0o060666, 8, 16, "/etc/machine-id"), "mknod") }
            ),
            ("zeros", { try session.check(guestfs_mknod(session.handle, 0o020666, 1, 5, "/etc/machine-id"), "mknod") }),
            ("a fifo", { try session.check(guestfs_mkfifo(session.handle, 0o666, "/etc/machine-id"), "mkfifo") }),
        ]
        for (name, make) in kinds {
            try session.removeTree(path)
            try make()
            let before = try session.status(path)
            #expect(try findings(["machine-id"], in: guest) == ["/etc/machine-id"], "\(name)")
            let changes = try within(.seconds(20)) { try perform(["machine-id"], on: guest) }
            let after = try #require(try session.status(path), "\(name)")
            #expect(before?.kind != .regular && !changes.isEmpty, "\(name)")
            #expect(after.kind == .regular && after.size == 0 && after.permissions == 0o444, "\(name): \(after)")
            #expect(try findings(["machine-id"], in: guest) == [], "\(name)")
        }
    }

    private static func checkSparse(_ guest: Guest, _ session: GuestfsSession) throws {
        let files: [GuestPath] = ["/root/.bash_history", "/var/log/wtmp", "/var/log/syslog", "/etc/passwd~"]
        for path in files {
            try session.write([1], to: path)
            _ = try path.withCString {
                try session.check(guestfs_truncate_size(session.handle, $0, 4 << 30), "truncate")
            }
        }
        let names = ["bash-history", "logfiles", "backup-files"]
        #expect(try within(.seconds(20)) { try findings(names, in: guest) }.count == files.count)
        let table = try within(.seconds(20)) { try guest.fileTable() }
        #expect(table.totals.map(\.bytes).reduce(0, +) > 16 << 30)
        _ = try within(.seconds(20)) { try perform(names, on: guest) }
        #expect(try guest.status(of: files).map(\.path) == ["/var/log/wtmp"])
        #expect(try session.status("/var/log/wtmp")?.size == 0)

        // A file that is read whole is refused when no such file could be so large.
        try session.write([1], to: "/etc/passwd")
        _ = try session.check(guestfs_truncate_size(session.handle, "/etc/passwd", 4 << 30), "truncate")
        let error = #expect(throws: GuestfsError.self) { try perform(["user-account"], on: guest) }
        #expect(error?.message.contains("/etc/passwd: larger than 2 MiB") == true && error?.operation == "user-account")
        try session.write(Array("root:x:0:0:root:/root:/bin/sh\n".utf8), to: "/etc/passwd")
    }

    private static func checkNames(_ guest: Guest, _ session: GuestfsSession) throws {
        let removed: [GuestPath] = [
            "/var/log/a\nb", "/var/log/journal/a\nb/c\nd.journal", "/tmp/\n", "/etc/ssh/ssh_host_a\nb_key",
            "/home/a\nb/.bash_history", "/home/a\nb/.ssh/id_a\nb", "/etc/a\nb~", "/var/lib/dhcp/a\n/etc/passwd",
            "/var/lib/NetworkManager/a\nb.lease",
        ]
        let edited: [(GuestPath, String, String)] = [
            ("/etc/sysconfig/network-scripts/ifcfg-a\nb", "HWADDR=52:54:00:00:00:01\nA=1\n", "A=1\n"),
            ("/etc/NetworkManager/system-connections/a\nb.nmconnection", "[connection]\nuuid=1\n", "[connection]\n"),
        ]
        let kept: [GuestPath] = ["/root/a\nb", "/etc/a~\nb", "/etc/ssh/a\nb_key", "/home/a\nb/.bashrc\n"]
        for path in removed + kept + edited.map(\.0) {
            try session.makeDirectories(path.parent)
            let text = edited.first { $0.0 == path }?.1 ?? "1"
            try session.write(Array(text.utf8), to: path)
        }
        let names = Sysprep.operations.filter(\.enabledByDefault).map(\.name)
        let findings = try findings(names, in: guest)
        let changes = try perform(names, on: guest)
        for line in findings + changes { #expect(!line.contains("\n"), "\(line)") }
        for path in [removed[0], removed[3], removed[4], removed[5], removed[6], removed[8]] {
            #expect(findings.contains(path.description) && changes.contains("removed \(path)"), "\(path)")
        }
        #expect(try guest.status(of: removed).map(\.path) == [])
        #expect(try guest.status(of: kept).map(\.path) == kept.sorted())
        for (path, _, text) in edited { #expect(try session.readSmallFile(path) == Array(text.utf8)) }
        #expect(try session.status("/etc/passwd") != nil)
    }

    /// How many files the crowd has: some thousands cost CI seconds; IMAGEBAKE_CROWD=1000000 takes minutes.
    private static let crowd = ProcessInfo.processInfo.environment["IMAGEBAKE_CROWD"].flatMap { Int($0) } ?? 5000

    private static func checkCrowds(_ guest: Guest, _ session: GuestfsSession) throws {
        // Beside a directory and a file that stay, so that the directory cannot just be replaced.
        let shell = GuestShell(session, holdsServices: false)
        try session.makeDirectories("/var/log/apache2")
        try session.write([], to: "/var/log/wtmp")
        try session.write([7], to: "/var/log/btmp")
        try shell.appliance(
            script: """
                cd /sysroot/var/log && seq -f 'a log whose name is %.0f' \(crowd) | tr '\\n' '\\0' | xargs -0 mkfifo -- && \
                seq -f 'owned%.0f' 600 | xargs sh -c 'for name; do echo 1 >$name; done' sh && chown 33 owned*
                """
        )
        let limit = Duration.seconds(60 + crowd / 2000)
        #expect(try within(limit) { try findings(["logfiles"], in: guest) }.count == crowd + 601)
        try session.unmountAll()
        let dry = try Guest(session, readOnly: false, seal: Seal(), layout: layout, dryRun: true)
        let planned = try within(limit) { try perform(["logfiles"], on: dry) }
        let changes = try within(limit) { try perform(["logfiles"], on: guest) }
        #expect(changes == ["emptied 601 entries of /var/log/", "removed \(crowd) entries of /var/log/"])
        #expect(planned == changes)
        let left = try session.names(in: "/var/log").map { String(decoding: $0, as: UTF8.self) }
        #expect(left.filter { !$0.hasPrefix("owned") } == ["apache2", "btmp", "journal", "wtmp"])
        #expect(try findings(["logfiles"], in: guest) == [])
    }

    private static func checkDatabases(_ session: GuestfsSession) throws {
        let noise = (0..<65536).map { UInt8(truncatingIfNeeded: $0 &* 167 ^ $0 >> 3) }
        var hash = noise
        // The magic of a hash of Berkeley DB, of ndb, of SQLite.
        hash.replaceSubrange(12..<16, with: [0x61, 0x15, 0x06, 0])
        let contents: [(String, [UInt8])] = [
            ("Packages", noise), ("Packages", hash), ("Packages.db", noise),
            ("Packages.db", Array("RpmP".utf8) + noise),
            ("rpmdb.sqlite", noise), ("rpmdb.sqlite", Array("SQLite format 3\0".utf8) + noise), ("rpmdb.sqlite", []),
        ]
        let layout = GuestLayout(os: PhonyGuest(.el9).os, root: "/dev/sda1", filesystems: Self.layout.filesystems)
        for (name, content) in contents {
            for size in [0, 3 << 30] {
                let guest = try Guest(session, readOnly: false, seal: Seal(), layout: layout)
                try session.removeTree("/var/lib/rpm")
                try session.makeDirectories("/var/lib/rpm")
                let path = ("/var/lib/rpm" as GuestPath).appending(name.utf8)
                try session.write(content, to: path)
                if size > 0 {
                    _ = try path.withCString {
                        try session.check(guestfs_truncate_size(session.handle, $0, Int64(size)), "truncate")
                    }
                }
                let inventory = try within(.seconds(20)) { try guest.inventory() }
                #expect(!inventory.isComplete && inventory.packages.isEmpty, "\(name)")
                #expect(
                    guest.warnings.count == 1 && guest.warnings[0].contains("/var/lib/rpm/\(name)"),
                    "\(guest.warnings)"
                )
                try session.unmountAll()
            }
        }
    }

    // MARK: file systems

    @Test("sectors of 4096 bytes, an NTFS in use, BitLocker, flipped bits in XFS: cleaned, or refused with a reason")
    func filesystems() async throws {
        try await Lab.withDirectory { directory in
            let names = ["xfs", "sectors", "other", "wrong"]
            let disks = names.map { directory.appending("\($0).raw") }
            for disk in disks { try Lab.makeDisk(disk, bytes: disk.stem == "xfs" ? 320 << 20 : 128 << 20) }
            try await Lab.tool("mkfs.xfs", "-q", "-L", "root", disks[0].string)
            let added = disks.map {
                GuestDisk($0, format: .raw, readOnly: false, sectorSize: $0.stem == "sectors" ? 4096 : 512)
            }
            try await withGuestfs(added, options: Lab.options) { session in
                try Self.checkSectors(session, "/dev/sdb", other: "/dev/sdc", wrong: "/dev/sdd")
                try Self.checkBitLocker(session, "/dev/sdc")
                try Self.checkXFS(session, "/dev/sda")
                for device in ["/dev/sda", "/dev/sdc"] {
                    try session.write([UInt8](repeating: 0, count: 1 << 20), to: device, at: 0)
                }
                let error = #expect(throws: GuestfsError.self) { try Guest(session, readOnly: false, seal: Seal()) }
                #expect(
                    error?.code == .noOS && error?.hint?.contains("size of its sectors") == true,
                    "\(String(describing: error))"
                )
            }
        }
    }

    private static func run(_ session: GuestfsSession) throws -> SysprepReport {
        var clock = PhaseClock()
        let request = SysprepRequest(disk: "/dev/null", format: .raw)
        return try Sysprep.run(request, on: session, clock: &clock, events: { _ in })
    }

    /// A Linux on a disk with large sectors, which mounts an NTFS that a Windows has not let go of.
    private static func checkSectors(
        _ session: GuestfsSession,
        _ device: String,
        other: String,
        wrong: String
    ) throws {
        try session.check(guestfs_part_disk(session.handle, device, "gpt"), "part_disk")
        try session.check(guestfs_mkfs(session.handle, "ext4", "\(device)1"), "mkfs")
        try session.mount("\(device)1", on: "/", readOnly: false)
        try ImageTests.plant(session, fstab: "LABEL=gone / ext4 defaults 0 0\nLABEL=windows /mnt ntfs defaults 0 0\n")
        try session.makeDirectories("/mnt")
        try session.unmountAll()
        try session.check(guestfs_mkfs(session.handle, "ntfs", other), "mkfs")
        try session.check(guestfs_set_label(session.handle, other, "windows"), "set_label")
        try session.mount(other, on: "/", readOnly: false)
        try session.write([1], to: "/hosts~")
        try session.unmountAll()
        var arguments = guestfs_ntfsfix_argv()
        // Without an option it marks the file system as one that Windows has to check.
        try session.check(guestfs_ntfsfix_argv(session.handle, other, &arguments), "ntfsfix")
        func sum(_ device: String) throws -> String {
            try session.text(guestfs_checksum_device(session.handle, "sha256", device), "checksum_device")
        }
        let before = try sum(other)

        let report = try run(session)
        let changes = report.operations.flatMap(\.changes)
        #expect(changes.contains("emptied /etc/machine-id") && changes.contains("removed /root/.bash_history"))
        #expect(report.warnings == ["/mnt: not mounted: \(other) is NTFS, and nothing is cleaned there"])
        #expect(report.trimmed.map(\.method) == [.trimmed])
        #expect(try sum(other) == before, "the NTFS was written to")

        // With sectors of 512 bytes nothing is found on it.
        var copy = guestfs_copy_device_to_device_argv()
        try session.check(guestfs_copy_device_to_device_argv(session.handle, device, wrong, &copy), "copy")
        try session.check(guestfs_blockdev_rereadpt(session.handle, wrong), "rereadpt")
        try session.check(guestfs_zero_device(session.handle, "\(device)1"), "zero_device")
        try session.check(guestfs_zero(session.handle, device), "zero")
        try session.check(guestfs_blockdev_rereadpt(session.handle, device), "rereadpt")
    }

    private static func checkBitLocker(_ session: GuestfsSession, _ device: String) throws {
        // What libblkid knows it by: the boot sector of Windows 7 and the header that it points to.
        var bytes = [UInt8](repeating: 0, count: 8192)
        bytes.replaceSubrange(0..<11, with: [0xEB, 0x58, 0x90] + Array("-FVE-FS-".utf8))
        bytes.replaceSubrange(0xB0..<0xB2, with: [0, 0x10])
        bytes.replaceSubrange(4096..<4104, with: "-FVE-FS-".utf8)
        bytes[4106] = 2
        try session.write([UInt8](repeating: 0, count: 1 << 20), to: device, at: 0)
        try session.write(bytes, to: device, at: 0)
        for readOnly in [true, false] {
            let error = #expect(throws: GuestfsError.self) { try Guest(session, readOnly: readOnly, seal: Seal()) }
            #expect(error?.code == .encrypted, "\(String(describing: error))")
            #expect(error?.message == "\(device) is encrypted with BitLocker, which belongs to Windows")
        }
        try session.write([UInt8](repeating: 0, count: 1 << 20), to: device, at: 0)
    }

    /// A bit in each of the first structures of an XFS: headers of the group, roots of its trees, the first inodes.
    private static func checkXFS(_ session: GuestfsSession, _ device: String) throws {
        try session.mount(device, on: "/", readOnly: false)
        try ImageTests.plant(session, fstab: "LABEL=root / xfs defaults 0 0\n")
        try session.unmountAll()
        var outcomes: [String] = []
        for offset: Int64 in [1, 513, 1536, 65538, 70000] {
            try session.flip(device, at: offset, count: 1)
            do {
                let report = try within(.seconds(60)) { try run(session) }
                outcomes.append("cleaned")
                #expect(report.operations.last?.name == "machine-id")
                try session.mount(device, on: "/", readOnly: true)
                #expect(try session.readSmallFile("/etc/machine-id") == [], "\(offset)")
            } catch let error as GuestfsError {
                outcomes.append("\(error.code)")
                let words = [
                    "cannot be mounted", "no operating system found", "cannot be inspected", "Input/output error",
                ]
                #expect([.brokenFilesystem, .noOS, .operation].contains(error.code), "\(offset): \(error)")
                #expect(words.contains { error.message.contains($0) }, "\(offset): \(error)")
            }
            try session.unmountAll()
            try session.flip(device, at: offset, count: 1)
        }
        #expect(outcomes.contains("cleaned") && outcomes.contains("brokenFilesystem"), "\(outcomes)")
    }
}
