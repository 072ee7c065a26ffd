/// What is looked at before anything is mounted, and what is refused.
extension Guest {
    /// Opens every encrypted volume, those on volumes that came to light this way too.
    ///
    /// All of them: what stays closed is not cleaned, and nobody would know.
    ///
    /// - Returns: All block devices, as they are then.
    static func unlock(_ session: GuestfsSession, _ keys: [DiskKey]) throws -> [GuestfsSession.Volume] {
        var opened: Set<String> = []
        // LUKS on LVM on LUKS is as deep as anybody goes.
        for _ in 0..<3 {
            let volumes = try session.blockDevices()
            if let locked = volumes.first(where: { $0.type == "BitLocker" }) {
                throw GuestfsError(
                    .encrypted,
                    "volumes",
                    "\(locked.device) is encrypted with BitLocker, which belongs to Windows",
                    hint: "imagebake cleans Linux; for Windows use its own sysprep"
                )
            }
            let closed = volumes.filter { $0.type == "crypto_LUKS" && !opened.contains($0.device) }
            if closed.isEmpty { return volumes }
            for volume in closed {
                try session.checkCancellation()
                try unlock(session, volume.device, keys)
                opened.insert(volume.device)
            }
            try session.activateVolumeGroups()
        }
        return try session.blockDevices()
    }

    private static func unlock(_ session: GuestfsSession, _ device: String, _ keys: [DiskKey]) throws {
        let uuid = try session.uuid(device)
        let matching = keys.filter { $0.volume == nil || $0.volume == device || $0.volume == uuid }
        guard !matching.isEmpty else {
            throw GuestfsError(
                .encrypted,
                "cryptsetup_open",
                "\(device) is encrypted (LUKS, UUID \(uuid)) and no key was given for it",
                hint: "give its passphrase in a file: --key-file FILE, or --key \(device):file:FILE"
            )
        }
        for key in matching {
            // By this name an inspection finds what the guest's fstab and crypttab call it.
            if try session.openEncrypted(device, as: "luks-\(uuid)", passphrase: key.passphrase) { return }
        }
        throw GuestfsError(
            .encrypted,
            "cryptsetup_open",
            "the key that was given does not open \(device) (LUKS, UUID \(uuid))",
            hint: "the passphrase is the first line of the file"
        )
    }

    /// What libguestfs finds on the disks, and what is on which of their volumes.
    static func inspect(
        _ session: GuestfsSession,
        _ devices: [GuestfsSession.Volume],
        root wanted: String?
    ) throws -> (GuestLayout, [GuestfsSession.Volume]) {
        // Its memory names what was open, so the guest that wakes up destroys what was changed meanwhile.
        if let asleep = devices.first(where: { $0.type == "swsuspend" }) {
            throw GuestfsError(
                .brokenFilesystem,
                "volumes",
                "the machine was hibernated: \(asleep.device) holds its memory",
                hint: "start it, shut it down, and run the same command"
            )
        }
        // A damaged btrfs, whose subvolumes cannot be listed, makes an error of the whole list.
        let volumes = try session.unlessFailed { try session.volumes() } ?? devices
        let roots = try roots(session, volumes)
        let root: String
        if let wanted {
            guard roots.contains(wanted) else {
                let list = roots.isEmpty ? "none" : roots.joined(separator: ", ")
                throw GuestfsError(
                    .multipleOS,
                    "inspect_os",
                    "no operating system on \(wanted); found: \(list)",
                    hint: "--root takes one of these"
                )
            }
            root = wanted
        } else {
            guard let first = roots.first else { throw try nothing(session, volumes) }
            guard roots.count == 1 else { throw try several(session, roots) }
            root = first
        }
        let type = try session.text("inspect_get_type", root, session.osType)
        guard type == "linux" else { throw try unsupported(session, root, type) }
        var filesystems = try session.inspectMountpoints(root: root).map {
            // A path that is no UTF-8 is not found again under this name, and then warned of.
            // Two systems may have a label in common, by which fstab would lead to the other's root.
            GuestLayout.Filesystem(
                device: $0.mountpoint == "/" ? root : $0.device,
                mountpoint: String(decoding: $0.mountpoint.bytes, as: UTF8.self)
            )
        }
        // An fstab may name its root by a label that no file system has, or not at all.
        if !filesystems.contains(where: { $0.mountpoint == "/" }) {
            filesystems.insert(GuestLayout.Filesystem(device: root, mountpoint: "/"), at: 0)
        }
        return (GuestLayout(os: try session.inspect(root: root), root: root, filesystems: filesystems), volumes)
    }

    private static func roots(_ session: GuestfsSession, _ volumes: [GuestfsSession.Volume]) throws -> [String] {
        do {
            return try session.inspectRoots()
        } catch let error as GuestfsError where error.code == .operation {
            // Whatever libguestfs' inspection stumbles over; a damaged registry for one (Hivex.Error).
            try? session.unmountAll()
            let isWindows = ["Hivex", "Windows"].contains { error.message.contains($0) }
            if isWindows, volumes.contains(where: { $0.type == "ntfs" }) {
                throw windows("a Windows that cannot be looked into")
            }
            if let broken = try unmountable(session, volumes) { throw broken }
            throw GuestfsError(
                .brokenFilesystem,
                error.operation,
                "the disk cannot be inspected: \(GuestPath.printable(Array(error.message.utf8.prefix(300))))",
                hint: "check its file systems"
            )
        }
    }

    /// The error for a disk without an operating system: with what there is instead.
    private static func nothing(_ session: GuestfsSession, _ volumes: [GuestfsSession.Volume]) throws -> GuestfsError {
        if let broken = try unmountable(session, volumes) { return broken }
        let known = volumes.filter { $0.type != "unknown" }
            .map { "\($0.device) (\(GuestPath.printable($0.type.utf8)))" }
        return GuestfsError(
            .noOS,
            "inspect_os",
            "no operating system found on the disk"
                + (known.isEmpty ? ", nor a file system" : "; it has \(known.prefix(8).joined(separator: ", "))"),
            hint: known.isEmpty ? "see whether the format of the image and the size of its sectors are right" : nil
        )
    }

    /// The error of the first file system that cannot even be read.
    private static func unmountable(
        _ session: GuestfsSession,
        _ volumes: [GuestfsSession.Volume]
    ) throws -> GuestfsError? {
        let others = ["unknown", "swap", "crypto_LUKS"]
        for volume in volumes where !others.contains(volume.type) && !volume.type.hasSuffix("_member") {
            do {
                try session.mount(volume.device, on: "/", readOnly: true)
                try? session.unmountAll()
            } catch let error as GuestfsError where error.code == .operation {
                return unmountable(volume.device, volume.type, error)
            }
        }
        return nil
    }

    private static func several(_ session: GuestfsSession, _ roots: [String]) throws -> GuestfsError {
        let list = try roots.prefix(8).map { root in
            // Of a Debian the name for people is a number.
            let os = try session.inspect(root: root)
            return "\(root) (\(GuestPath.printable(os.distro.utf8)) \(os.majorVersion).\(os.minorVersion))"
        }
        return GuestfsError(
            .multipleOS,
            "inspect_os",
            "more than one operating system found on the disk: \(list.joined(separator: ", "))",
            hint: "choose one with --root DEVICE"
        )
    }

    private static func unsupported(_ session: GuestfsSession, _ root: String, _ type: String) throws -> GuestfsError {
        let name = try session.text("inspect_get_product_name", root, session.osProduct)
        let shown = GuestPath.printable(Array(name.utf8.prefix(60)))
        if type == "windows" { return windows(shown == "unknown" ? "a Windows" : shown) }
        return GuestfsError(
            .unsupportedOS,
            "inspect_get_type",
            "the disk has \(shown) (\(type)), and imagebake cleans Linux"
        )
    }

    private static func windows(_ what: String) -> GuestfsError {
        GuestfsError(
            .unsupportedOS,
            "inspect_get_type",
            "the disk has \(what), and imagebake cleans Linux",
            hint: #"in the guest use C:\Windows\System32\Sysprep\sysprep.exe /generalize /oobe /shutdown"#
        )
    }

    static func unmountable(_ device: String, _ type: String?, _ error: GuestfsError) -> GuestfsError {
        let words = error.message.split(separator: "\n").prefix(3).joined(separator: "; ")
        return GuestfsError(
            .brokenFilesystem,
            "mount",
            "\(device) (\(GuestPath.printable((type ?? "unknown").utf8))) cannot be mounted: "
                + GuestPath.printable(Array(words.utf8.prefix(300))),
            hint: "repair it in its guest or on a copy, with the file system's own fsck"
        )
    }

    /// What to say of btrfs subvolumes, snapshots for the most part, that lie beside those of the guest: nobody cleans them.
    static func strangers(
        _ session: GuestfsSession,
        _ mounts: [Mount],
        _ volumes: some Sequence<String>
    ) throws -> [String] {
        let mounted = Set(mounts.map(\.device))
        let devices = try Set(mounted.map { try session.underlyingDevice(of: $0) })
        var found: [String] = []
        for volume in volumes.sorted() where volume.hasPrefix("btrfsvol:") && !mounted.contains(volume) {
            let device = try session.underlyingDevice(of: volume)
            // Of one that is mounted by its device nobody knows which subvolume that is.
            if devices.contains(device), !mounted.contains(device) { found.append(volume) }
        }
        guard !found.isEmpty else { return [] }
        let shown = found.prefix(3).map { GuestPath.printable($0.dropFirst("btrfsvol:".count).utf8) }
        let more = found.count > 3 ? " and \(found.count - 3) more" : ""
        let list = shown.joined(separator: ", ") + more
        return ["btrfs subvolumes that the guest does not mount stay as they are: \(list)"]
    }

    /// Refuses an ext file system that its kernel has found damaged: what is written to it may do more damage.
    static func requireSound(_ session: GuestfsSession, _ device: String, _ type: String) throws {
        let state = try session.extState(device)
        guard state.contains("error") else { return }
        throw GuestfsError(
            .brokenFilesystem,
            "tune2fs_l",
            "\(device) (\(type)) is marked as damaged: \(GuestPath.printable(Array(state.utf8.prefix(60))))",
            hint: "run e2fsck on it"
        )
    }
}
