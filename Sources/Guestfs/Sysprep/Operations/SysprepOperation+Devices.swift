import CGuestfs

/// The operations that give devices new UUIDs, when nothing is mounted any more.
extension SysprepOperation {
    static let lvmUUIDs = SysprepOperation(
        "lvm-uuids",
        "give LVM's volume groups and physical volumes new UUIDs",
        order: 99,
        difference:
            "nothing is changed where the guest itself knows the old UUIDs and would not boot: a boot loader that reads "
            + "a logical volume, an fstab or a device file that names them. LVM's copies of its metadata, which hold the old "
            + "UUIDs and the builder's name, go too",
        rules: [.remove("/etc/lvm/archive/*"), .remove("/etc/lvm/backup/*")],
        globs: ["/etc/lvm/devices/system.devices"],
        touching: ["physical volumes", "volume groups"],
        apply: { guest in
            // A guest without LVM's tools has no volumes that it could use; asking LVM itself takes a moment.
            guard try guest.session.status("/etc/lvm")?.kind == .directory else { return [] }
            let (volumes, groups) = try guest.session.lvmNames()
            if volumes.isEmpty && groups.isEmpty { return [] }
            if let obstacle = try lvmObstacle(guest) {
                guest.warn("lvm-uuids: LVM's UUIDs stay: \(obstacle)")
                return []
            }
            guest.afterUnmounting { try $0.renewLVM() }
            return volumes.map { "gave the physical volume \($0) a new UUID" }
                + groups.map { "gave the volume group \($0) a new UUID" }
        }
    )

    /// Why a guest would not boot with other UUIDs; nil if it would.
    private static func lvmObstacle(_ guest: Guest) throws -> String? {
        let boot = guest.mounts.last { $0.mountpoint == "/boot" } ?? guest.mounts.first { $0.mountpoint == "/" }
        if let boot, try guest.session.check(guestfs_is_lv(guest.session.handle, boot.device), "is_lv") == 1 {
            return "/boot is on the logical volume \(boot.device), which GRUB finds by them"
        }
        if let path = try guest.status(of: guest.tree["/etc/lvm/devices/system.devices"]).first?.path {
            return "\(path) allows only devices that have the old ones"
        }
        for path in referencingFiles {
            guard let content = try guest.session.readSmallFile(path) else { continue }
            let text = String(decoding: content, as: UTF8.self)
            if let name = ["dm-uuid-LVM-", "lvm-pv-uuid-"].first(where: { text.contains($0) }) {
                return "\(path) names a device by '\(name)...'"
            }
        }
        return nil
    }

    static let fsUUIDs = SysprepOperation(
        "fs-uuids",
        "give file systems and swap new UUIDs, and fstab and the boot loader's files with them",
        order: 98,
        enabledByDefault: false,
        difference:
            "off, as in virt-sysprep, whose manual says that it makes guests unbootable \"more likely than not\": it "
            + "changes the UUIDs and nothing that names them. Here fstab and the boot loader's files are changed with them, and a "
            + "file system keeps its UUID where that is not enough: one that an initramfs of dracut waits for, one that GRUB's core "
            + "image looks for, btrfs, FAT and NTFS",
        globs: referenceGlobs,
        touching: ["file systems", "swap"] + referencingFiles.map(\.description) + referenceGlobs.map(\.text),
        apply: { guest in
            let renewals = try renewals(guest)
            if renewals.isEmpty { return [] }
            var changes = renewals.map { "gave \($0.device) a new UUID" }
            for path in try references(guest) {
                guard let old = try guest.session.readSmallFile(path) else { continue }
                let new = renewals.reduce(old) { $0.replacing(Array($1.old.utf8), with: Array($1.new.utf8)) }
                if new == old { continue }
                try guest.rewrite(path, with: new)
                changes.append("changed UUIDs in \(path)")
            }
            guest.afterUnmounting { session in
                for renewal in renewals {
                    // tune2fs(8) changes nothing that was mounted since its last check.
                    if renewal.type.hasPrefix("ext") { try session.checkExt(renewal.device) }
                    try session.check(guestfs_set_uuid(session.handle, renewal.device, renewal.new), "set_uuid")
                }
            }
            return changes
        },
        check: { guest in try danglingReferences(guest) }
    )

    private struct Renewal {
        let device: String
        let type: String
        let old: String
        let new: String
    }

    private static let referencingFiles: [GuestPath] = [
        "/etc/fstab", "/etc/crypttab", "/etc/default/grub", "/etc/kernel/cmdline", "/boot/grub/grub.cfg",
        "/boot/grub2/grub.cfg", "/boot/grub/grub.conf", "/boot/grub/menu.lst", "/boot/extlinux/extlinux.conf",
        "/boot/grub/grubenv", "/boot/grub2/grubenv", "/etc/initramfs-tools/conf.d/resume",
    ]

    private static let referenceGlobs: [GuestGlob] = [
        "/boot/loader/entries/*.conf", "/boot/efi/loader/entries/*.conf", "/efi/loader/entries/*.conf",
        "/boot/efi/EFI/*/grub.cfg", "/boot/efi/EFI/*/grubenv", "/etc/default/grub.d/*.cfg",
    ]

    private static func references(_ guest: Guest) throws -> [GuestPath] {
        try guest.status(of: referencingFiles + referenceGlobs.flatMap { guest.tree[$0] })
            .filter { $0.status.kind == .regular }.map(\.path)
    }

    /// Which devices get a new UUID, and a warning for each that cannot.
    private static func renewals(_ guest: Guest) throws -> [Renewal] {
        let core = try coreImageText(guest)
        let hasDracut =
            try guest.os.family == .redhat || guest.os.family == .suse
            || guest.session.status("/usr/bin/dracut") != nil
        var seen: Set<String> = []
        let swap = try guest.types().filter { $0.value == "swap" }.keys.sorted()
        let devices = guest.mounts.map { ($0.device, $0.mountpoint.description) } + swap.map { ($0, "swap") }
        return try devices.filter { seen.insert($0.0).inserted }.compactMap { device, place in
            let old = try guest.session.text(guestfs_vfs_uuid(guest.session.handle, device), "vfs_uuid")
            let type = try guest.session.text(guestfs_vfs_type(guest.session.handle, device), "vfs_type")
            let obstacle: String? =
                if old.count != 36 || !["ext2", "ext3", "ext4", "xfs", "swap"].contains(type) {
                    "the UUID of \(type.isEmpty ? "this" : type) cannot be changed"
                } else if core.contains(old) {
                    "GRUB's core image looks for it"
                } else if hasDracut, ["/", "/usr", "/boot", "swap"].contains(place) {
                    "an initramfs of dracut may wait for it"
                } else {
                    nil
                }
            if let obstacle {
                guest.warn("fs-uuids: \(device) (\(place)) keeps its UUID: \(obstacle)")
                return nil
            }
            return Renewal(device: device, type: type, old: old, new: randomUUID())
        }
    }

    /// What grub-install built into the core image, as it notes beside it.
    private static func coreImageText(_ guest: Guest) throws -> String {
        let paths = ["/boot/grub", "/boot/grub2"].flatMap { top in
            ["i386-pc", "x86_64-efi", "arm64-efi", "i386-efi"].map { GuestPath("\(top)/\($0)/load.cfg") }
        }
        return try paths.map { String(decoding: try guest.session.readSmallFile($0) ?? [], as: UTF8.self) }.joined()
    }

    /// Lines of fstab that name a file system which no device has.
    private static func danglingReferences(_ guest: Guest) throws -> [String] {
        let fstab = String(decoding: try guest.session.readSmallFile("/etc/fstab") ?? [], as: UTF8.self)
        let lines = fstab.split(separator: "\n", omittingEmptySubsequences: false)
        return try lines.enumerated().compactMap { index, line in
            guard let first = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).first, first.hasPrefix("UUID=")
            else { return nil }
            let uuid = first.dropFirst("UUID=".count).filter { $0 != "\"" }.lowercased()
            return try guest.session.device(uuid: uuid) != nil ? nil : "/etc/fstab:\(index + 1)"
        }
    }

    /// A UUID of version 4 (RFC 9562).
    static func randomUUID() -> String {
        var bytes = (0..<16).map { _ in UInt8.random(in: 0...255) }
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        let digits = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
        return [0..<4, 4..<6, 6..<8, 8..<10, 10..<16].map { digits[$0].joined() }.joined(separator: "-")
    }
}
