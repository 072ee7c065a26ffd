/// The operating system on the disk, inspected and mounted: what sysprep operations and hygiene checks work on.
final class Guest {
    /// A mounted file system.
    struct Mount {
        let mountpoint: GuestPath
        let device: String
    }

    let session: GuestfsSession
    let root: String
    let os: GuestOS
    let mounts: [Mount]
    let seal: Seal
    /// Whether nothing is to be changed: operations only say what they would do.
    let isDryRun: Bool
    /// What a dry run has removed, as far as its later operations may know.
    var removed: Set<GuestPath> = []
    /// Work on devices that waits until nothing is mounted.
    var deferred: [(GuestfsSession) throws -> Void] = []
    private(set) var tree: GuestTree
    private var knownTypes: [String: String]?
    private(set) var warnings: [String] = []

    /// Opens what is encrypted; mounts a layout that is known, or else the one that an inspection finds.
    ///
    /// Errors: `noOS`, `multipleOS`, `unsupportedOS`, `encrypted`, `brokenFilesystem`, `operation`; that also where a file system of a
    /// known layout cannot be mounted again, because what was not looked at is not proven clean.
    /// - Parameters:
    ///   - root: The device of the operating system that is meant, where there may be several; nil takes the only one.
    ///   - keys: What opens the encrypted volumes.
    init(
        _ session: GuestfsSession,
        readOnly: Bool,
        seal: Seal,
        layout known: GuestLayout? = nil,
        root wanted: String? = nil,
        keys: [DiskKey] = [],
        dryRun: Bool = false
    ) throws {
        self.session = session
        self.seal = seal
        isDryRun = dryRun
        // A layout that was written down before keys were known has nothing encrypted in it.
        var volumes: [GuestfsSession.Volume] = []
        if known == nil || !keys.isEmpty { volumes = try Self.unlock(session, keys) }
        let layout: GuestLayout
        if let known {
            (layout, volumes) = (known, [])
        } else if let plain = try PlainInspection(session, volumes).layout(), wanted == nil || wanted == plain.root {
            layout = plain
        } else {
            (layout, volumes) = try Self.inspect(session, volumes, root: wanted)
        }
        root = layout.root
        let types = Dictionary(volumes.map { ($0.device, $0.type) }) { first, _ in first }
        var mounts: [Mount] = []
        for filesystem in layout.filesystems {
            let mountpoint = GuestPath(filesystem.mountpoint)
            do {
                // A mount point that is a link would mount somewhere else in the guest.
                if mountpoint != "/", try session.status(mountpoint)?.kind != .directory {
                    guard known == nil else {
                        throw GuestfsError(.operation, "mount", "\(mountpoint): not a directory any more")
                    }
                    warnings.append("\(mountpoint): not a directory, so \(filesystem.device) is not mounted there")
                    continue
                }
                if let type = types[filesystem.device], type.hasPrefix("ext"), !readOnly {
                    try Self.requireSound(session, filesystem.device, type)
                }
                if !readOnly, types[filesystem.device] == "ntfs", mountpoint != "/" {
                    // Its driver would clear the journal that a Windows has left for itself, and nothing of a Linux is kept there.
                    warnings.append(
                        "\(mountpoint): not mounted: \(filesystem.device) is NTFS, and nothing is cleaned there"
                    )
                    continue
                }
                try session.mount(filesystem.device, on: mountpoint, readOnly: readOnly)
                mounts.append(Mount(mountpoint: mountpoint, device: filesystem.device))
            } catch let error as GuestfsError where error.code == .operation && known == nil {
                // An fstab may name what is not there; and nothing of a Linux is kept on NTFS, which may be asleep with its Windows.
                guard mountpoint == "/" || ![nil, "unknown", "ntfs", "swap"].contains(types[filesystem.device]) else {
                    warnings.append("\(mountpoint): not mounted: \(error.message)")
                    continue
                }
                throw Self.unmountable(filesystem.device, types[filesystem.device], error)
            }
        }
        self.mounts = mounts
        knownTypes = known == nil ? types : nil
        warnings += try Self.strangers(session, mounts, types.keys)
        // The first is often a link to the second, and links are not followed.
        os =
            try known?.os
            ?? layout.os.named(
                from: session.readSmallFile("/etc/os-release") ?? session.readSmallFile("/usr/lib/os-release")
            )
        tree = GuestTree()
    }

    /// The layout as it is mounted, for a later start.
    var layout: GuestLayout {
        GuestLayout(
            os: os,
            root: root,
            filesystems: mounts.map {
                GuestLayout.Filesystem(
                    device: $0.device,
                    mountpoint: String(decoding: $0.mountpoint.bytes, as: UTF8.self)
                )
            }
        )
    }

    /// What blkid says is on each partition, volume and disk.
    func types() throws -> [String: String] {
        if let knownTypes { return knownTypes }
        let types = Dictionary(try session.blockDevices().map { ($0.device, $0.type) }) { first, _ in first }
        knownTypes = types
        return types
    }

    /// Lists what the patterns ask for.
    func scan(for globs: Set<GuestGlob>) throws {
        tree = try GuestTree(scanning: session, for: globs)
        for link in tree.links { warn("\(link): a link, so nothing is cleaned through it") }
    }

    func warn(_ text: String) {
        warnings.append(text)
    }

    // MARK: looking

    /// What is at these paths, those that are gone left out; one round trip for each directory.
    func status(of paths: [GuestPath]) throws -> [(path: GuestPath, status: FileStatus)] {
        let paths = removed.isEmpty ? paths : paths.filter { !isRemoved($0) }
        var result: [(path: GuestPath, status: FileStatus)] = []
        for (directory, paths) in Dictionary(grouping: paths, by: \.parent) {
            let states = try session.status(in: directory, names: paths.map(\.name))
            for (path, status) in zip(paths, states) {
                if let status { result.append((path, status)) }
            }
        }
        return result.sorted { $0.path < $1.path }
    }

    /// Whether a dry run said that it removed this or a directory above it.
    private func isRemoved(_ path: GuestPath) -> Bool {
        var path = path
        while path != "/" {
            if removed.contains(path) { return true }
            path = path.parent
        }
        return false
    }

    /// Whether another file system is mounted here or further down, or this is what `fsck` keeps at one's top.
    func isKept(_ path: GuestPath) -> Bool {
        if path.name == Array("lost+found".utf8) { return mounts.contains { $0.mountpoint == path.parent } }
        return mounts.contains { $0.mountpoint == path || $0.mountpoint.isBelow(path) }
    }

    /// Where an edit would find something in the regular files among these: `path:line`.
    func lines(_ edit: TextEdit, in paths: [(path: GuestPath, status: FileStatus)]) throws -> [String] {
        try paths.filter { $0.status.kind == .regular }.flatMap { path, _ in
            edit.apply(try session.readSmallFile(path) ?? []).dropped.map { "\(path):\($0.line)" }
        }
    }
}
