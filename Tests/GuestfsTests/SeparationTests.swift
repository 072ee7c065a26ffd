import Foundation
import SystemPackage
import Testing

@testable import Guestfs

/// What a root file system needs to start without its disk, as far as texts tell it.
@Suite("Separation of a root, by texts")
struct SeparationTests {
    /// A table, and what is said against it; empty for nothing.
    static let tables: [(String, String)] = [
        ("", ""),
        ("UUID=1 / ext4 errors=remount-ro 0 1\n", ""),
        ("LABEL=root / xfs defaults 0 0\ntmpfs /tmp tmpfs defaults 0 0\nserver:/x /mnt nfs defaults 0 0\n", ""),
        ("UUID=1 / ext4 defaults 0 1\n/swapfile none swap sw 0 0\n/dev/sr0 /media iso9660 ro 0 0\n", ""),
        ("UUID=1 / ext4 defaults 0 1\nUUID=A-B /boot/efi vfat umask=0077,nofail 0 1\n", ""),
        ("UUID=1 / ext4 defaults 0 1\nUUID=2 none swap sw,nofail 0 0\n/dev/vdb /data ext4 noauto 0 0\n", ""),
        ("/dev/vda1 / ext4 defaults 0 1\n", "mounts / by the name of a device"),
        ("PARTUUID=1-01 / ext4 defaults 0 1\n", "mounts / by the name of a device"),
        ("UUID=1 / ext4 defaults 0 1\nUUID=2 none swap sw 0 0\n", "makes it wait for swap space"),
        ("UUID=1 / ext4\nUUID=A-B /boot/efi vfat umask=0077 0 1\n", "makes it wait for a file system on /boot/efi"),
        ("UUID=1 / ext4\nLABEL=b /boot ext4 defaults 0 2\n", "makes it wait for a file system on /boot"),
        ("UUID=1 / ext4\n/dev/mapper/a-b /var ext4 nofailure 0 2\n", "makes it wait for a file system on /var"),
    ]

    @Test("a table that waits for what is not there is refused", arguments: tables)
    func obstacle(_ table: String, _ words: String) throws {
        let entries = try #require(FileSystemTable.entries(Array(table.utf8)))
        let obstacle = FileSystemTable.obstacle(entries)
        if words.isEmpty { #expect(obstacle == nil) } else { #expect(obstacle?.what.contains(words) == true) }
    }

    private static func kernel(_ version: String, initrd: Bool = true) -> GuestKernel {
        GuestKernel(
            version: version,
            image: "/boot/vmlinuz-\(version)",
            initrd: initrd ? "/boot/initrd-\(version)" : nil,
            hasModules: true
        )
    }

    private static func entry(_ title: String, _ version: String, file: String = "/boot/grub/grub.cfg")
        -> GuestBootEntry
    {
        GuestBootEntry(
            title: title,
            kernel: "/boot/vmlinuz-\(version)",
            arguments: "root=UUID=1 ro \(title)",
            file: file
        )
    }

    private static let versions = ["5.9-1", "5.10-2", "6.1-3"]
    private static let menu = [entry("Linux", "5.10-2"), entry("new", "6.1-3"), entry("old", "5.9-1")]
    private static let files = ["a-0-rescue", "a-5.9-1", "a-5.10-2"].map {
        entry($0, $0 == "a-0-rescue" ? "5.9-1" : String($0.dropFirst(2)), file: "/boot/loader/entries/\($0).conf")
    }

    /// Entries, what is saved, and the version that is started.
    static let choices: [([GuestBootEntry], String?, String)] = [
        (menu, nil, "5.10-2"), (menu, "new", "6.1-3"), (menu, "Advanced options>old", "5.9-1"),
        (menu, "gone", "5.10-2"), (menu, "", "5.10-2"),
        (files, nil, "5.10-2"), (files, "a-5.9-1", "5.9-1"), (files, "gone", "5.10-2"),
        // Where the menu has entries, GRUB reads no files.
        (files + [entry("Linux", "6.1-3")], nil, "6.1-3"),
        ([], nil, "6.1-3"),
    ]

    @Test("the kernel is the one that the boot loader starts", arguments: choices)
    func choice(_ entries: [GuestBootEntry], _ saved: String?, _ version: String) throws {
        let choice = try BootChoice(kernels: Self.versions.map { Self.kernel($0) }, entries: entries, saved: saved)
        #expect(choice.version == version)
        #expect(choice.image == "/boot/vmlinuz-\(version)" && choice.initrd == "/boot/initrd-\(version)")
    }

    @Test("versions are in the order of their numbers")
    func versionOrder() {
        let sorted = [
            "", "5", "5.4-9", "5.4-10", "5.10-1", "5.10-1a", "5.10-01b", "6.1.0-9-amd64", "6.1.0-18-amd64", "a-1",
        ]
        for (index, version) in sorted.enumerated() {
            for (other, text) in sorted.enumerated() {
                #expect(VersionOrder.isOlder(version, text) == (index < other), "\(version) \(text)")
            }
        }
    }

    @Test("a kernel that is not there, or has no initrd, is refused")
    func refusedChoice() {
        let kernels = [Self.kernel("6.1-3", initrd: false)]
        for entries in [[], [Self.entry("Linux", "6.1-3")], [Self.entry("Linux", "6.1-4")]] {
            let error = #expect(throws: GuestfsError.self) {
                try BootChoice(kernels: kernels, entries: entries, saved: nil)
            }
            #expect(error?.code == .notSeparable)
        }
    }

    @Test(
        "the kernel is told the root's UUID, and nothing that is not there",
        arguments: [
            ("root=UUID=1 ro console=tty0 console=ttyS0,115200", "ro console=tty0 console=ttyS0,115200"),
            ("BOOT_IMAGE=/vmlinuz root=/dev/vda1 ro $tuned_params ${extra} quiet", "ro quiet"),
            ("root=UUID=1  resume=UUID=2 initrd=/x crashkernel=auto", "crashkernel=auto"), ("", ""),
        ]
    )
    func commandLine(_ arguments: String, _ rest: String) throws {
        let entry = GuestBootEntry(title: "Linux", kernel: "/vmlinuz-6.1-3", arguments: arguments, file: "/grub.cfg")
        let choice = try BootChoice(kernels: [Self.kernel("6.1-3")], entries: [entry], saved: nil)
        #expect(choice.commandLine(root: "abcd") == "root=UUID=abcd" + (rest.isEmpty ? "" : " " + rest))
    }
}
