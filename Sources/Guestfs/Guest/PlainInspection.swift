import CGuestfs

/// Finds the operating system of an ordinary disk in a few calls.
///
/// libguestfs' inspection knows everything that was ever installed, and asks for all of it, each question with a process of its own: eleven
/// seconds under emulation for a disk with two partitions. Nearly every cloud image is one Linux on ext4 or XFS with an EFI
/// partition, swap and LVM perhaps, and an fstab with UUIDs. This knows just that, gives the very answer that libguestfs gives
/// (daemon/inspect_fs.ml, inspect_fs_unix.ml and inspect_fs_unix_fstab.ml of its 1.48), and none where anything is in the least unusual.
struct PlainInspection {
    private let session: GuestfsSession
    private let volumes: [GuestfsSession.Volume]

    /// - Parameter volumes: All block devices, ``GuestfsSession/blockDevices()``.
    init(_ session: GuestfsSession, _ volumes: [GuestfsSession.Volume]) {
        (self.session, self.volumes) = (session, volumes)
    }

    /// The layout, or nil where libguestfs has to look; nothing is mounted before nor after.
    ///
    /// A file system that cannot be mounted or read is nothing for this to judge: it gives nil too.
    func layout() throws -> GuestLayout? {
        let candidates = volumes.filter { Self.filesystems.contains($0.type) }
        // More than a handful is no ordinary disk, and each costs a mount.
        guard volumes.allSatisfy({ Self.known.contains($0.type) }), (1...6).contains(candidates.count) else {
            return nil
        }
        let found = try session.unlessFailed { try root(among: candidates.map(\.device)) } ?? nil
        guard let root = found else {
            try? session.unmountAll()
            return nil
        }
        defer { try? session.unmountAll() }
        return try session.unlessFailed {
            guard let os = try system(), let filesystems = try filesystems(root: root) else { return nil }
            return GuestLayout(os: os, root: root, filesystems: filesystems)
        } ?? nil
    }

    private static let filesystems: Set<String> = ["ext2", "ext3", "ext4", "xfs", "vfat"]
    /// What an ordinary disk has; `unknown` is a disk with partitions, or the one that GRUB keeps its second stage in.
    private static let known = filesystems.union(["swap", "LVM2_member", "unknown"])

    // MARK: which one

    /// What is at the top of a root and of no other file system of a Linux.
    private static let signs = ["etc", "bin"]
    /// What other systems have at their tops, or a Linux that is spread over several file systems.
    private static let strange = [
        "grub2", "grub", "hurd", "netbsd", "bsd", "service", "share", "Windows", "WINNT", "DOS", "FDOS",
        "System Volume Information", "Program Files", "ostree",
    ]

    /// The only root, which is mounted then; nil where there is none, or more than one, or something that may be one.
    private func root(among devices: [String]) throws -> String? {
        var root: String?
        for device in devices {
            try session.mount(device, on: "/", readOnly: true)
            let names = Self.signs + ["usr"] + Self.strange
            let states = try session.status(in: "/", names: names.map { Array($0.utf8) })
            let there = Set(zip(names, states).filter { $0.1 != nil }.map(\.0))
            if Self.signs.allSatisfy(there.contains) {
                guard root == nil, there.isDisjoint(with: Self.strange), try isRoot(states[0], states[1]) else {
                    return nil
                }
                root = device
            } else {
                // The boot loader of one's own /boot is no stranger.
                guard there.isDisjoint(with: Self.signs + ["usr"] + Self.strange.dropFirst(2)) else { return nil }
            }
            try session.unmountAll()
        }
        guard let root else { return nil }
        try session.mount(root, on: "/", readOnly: true)
        return root
    }

    /// `Linux root?` of daemon/inspect_fs.ml.
    private func isRoot(_ etc: FileStatus?, _ bin: FileStatus?) throws -> Bool {
        guard etc?.kind == .directory else { return false }
        if bin?.kind != .directory {
            guard bin?.kind == .symlink, try session.readLink("/bin").elementsEqual("usr/bin".utf8) else {
                return false
            }
        }
        let odd = ["freebsd-update.conf", "coreos", "lsb-release", "oracle-release", "altlinux-release"]
        let states = try session.status(in: "/etc", names: (["fstab"] + odd).map { Array($0.utf8) })
        // Ubuntu has an lsb-release, and its os-release says enough.
        return states[0]?.kind == .regular && states[1] == nil && states[2] == nil
    }

    // MARK: what it is

    private func system() throws -> GuestOS? {
        guard let text = try osRelease(), let release = OSRelease(text), let architecture = try architecture() else {
            return nil
        }
        guard let format = Self.packageFormats[release.id] else { return nil }
        var version = release.version
        // Debian and CentOS name their minor release elsewhere.
        if version.minor == 0, release.id == "debian" || release.id == "centos" {
            guard let full = try fullVersion(release.id) else { return nil }
            version = full
        }
        return GuestOS(
            distro: release.id,
            productName: release.name,
            majorVersion: version.major,
            minorVersion: version.minor,
            architecture: architecture,
            packageFormat: format
        )
    }

    /// The systems whose os-release libguestfs takes by the same name, each with its package format.
    private static let packageFormats = [
        "debian": "deb", "ubuntu": "deb", "centos": "rpm", "fedora": "rpm", "rhel": "rpm", "rocky": "rpm",
    ]

    /// os-release(5), which is a link to the one place that systemd names, or a file.
    private func osRelease() throws -> [UInt8]? {
        let path: GuestPath = "/etc/os-release"
        guard try session.status(path)?.kind == .symlink else { return try session.readSmallFile(path) }
        let target = String(decoding: try session.readLink(path), as: UTF8.self)
        guard target == "../usr/lib/os-release" || target == "/usr/lib/os-release" else { return nil }
        return try session.readSmallFile("/usr/lib/os-release")
    }

    private func fullVersion(_ id: String) throws -> OSRelease.Version? {
        // Either would be asked first.
        guard
            try session.status(in: "/etc", names: ["lsb-release", "oracle-release"].map { Array($0.utf8) })
                .allSatisfy({ $0 == nil })
        else { return nil }
        let paths: [GuestPath] =
            id == "debian" ? ["/etc/debian_version"] : ["/etc/centos-release", "/etc/redhat-release"]
        for path in paths {
            guard let content = try session.readSmallFile(path) else { continue }
            let line = String(decoding: content.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
            guard id == "debian" || line.hasPrefix("CentOS") else { return nil }
            return OSRelease.Version(line)
        }
        return nil
    }

    /// The machine that the first of some programs is for, as libguestfs' `file_architecture` calls it; `unknown` without any of them.
    private func architecture() throws -> String? {
        for path: GuestPath in ["/bin/bash", "/bin/ls", "/bin/echo", "/bin/rm", "/bin/sh"]
        where try session.isFile(path) {
            let head = try session.read(file: path, count: 20)
            // ELF of 64 bits, its lowest byte first; e_machine by elf(5).
            guard head.count == 20, head.starts(with: [0x7f, 0x45, 0x4c, 0x46, 2, 1]) else { return nil }
            switch Int(head[18]) | Int(head[19]) << 8 {
            case 62: return "x86_64"
            case 183: return "aarch64"
            default: return nil
            }
        }
        return "unknown"
    }

    // MARK: what it mounts

    private func filesystems(root: String) throws -> [GuestLayout.Filesystem]? {
        guard let content = try session.readSmallFile("/etc/fstab"), let entries = FileSystemTable.entries(content)
        else {
            return nil
        }
        var devices: [String: String] = ["/": root]
        for entry in entries where entry.mountpoint.hasPrefix("/") {
            // The inspection goes by the root that it found, whatever fstab says of it.
            if entry.mountpoint == "/" { continue }
            switch entry.source {
            case .other: continue
            case .unclear: return nil
            case .uuid(let uuid):
                guard let device = try session.device(uuid: uuid) else { return nil }
                guard devices.updateValue(device, forKey: entry.mountpoint) == nil else { return nil }
            case .label(let label):
                // With two of one label, which it is depends on the order in which they are found.
                let all = try volumes.filter { Self.filesystems.contains($0.type) }
                    .filter { try session.label($0.device) == label }
                guard all.count == 1, devices.updateValue(all[0].device, forKey: entry.mountpoint) == nil else {
                    return nil
                }
            case .device(let path):
                guard let device = volumes.map(\.device).first(where: { Self.names(of: $0).contains(path) }),
                    devices.updateValue(device, forKey: entry.mountpoint) == nil
                else { return nil }
            }
        }
        return devices.map { GuestLayout.Filesystem(device: $0.value, mountpoint: $0.key) }
            .sorted { ($0.mountpoint.utf8.count, $0.mountpoint) < ($1.mountpoint.utf8.count, $1.mountpoint) }
    }

    /// What a guest calls a logical volume: `/dev/VG/LV`, or with every hyphen doubled `/dev/mapper/VG-LV`.
    ///
    /// A disk's own name in the guest says nothing here, where it has another.
    private static func names(of device: String) -> [String] {
        let parts = device.split(separator: "/").map(String.init)
        guard parts.count == 3, parts[0] == "dev", parts[1] != "mapper" else { return [] }
        let doubled = parts.dropFirst().map {
            $0.split(separator: "-", omittingEmptySubsequences: false).joined(separator: "--")
        }
        return [device, "/dev/mapper/\(doubled.joined(separator: "-"))"]
    }
}
