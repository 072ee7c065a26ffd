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
    private(set) var tree: GuestTree
    private(set) var warnings: [String] = []

    /// Mounts a layout that is known, or else the one that an inspection finds.
    ///
    /// Errors: `noOS`, `multipleOS`, `operation`; that also where a file system of a known layout cannot be mounted again, because
    /// what was not looked at is not proven clean.
    init(_ session: GuestfsSession, readOnly: Bool, seal: Seal, layout known: GuestLayout? = nil) throws {
        self.session = session
        self.seal = seal
        let layout = try known ?? Self.inspect(session)
        root = layout.root
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
                try session.mount(filesystem.device, on: mountpoint, readOnly: readOnly)
                mounts.append(Mount(mountpoint: mountpoint, device: filesystem.device))
            } catch let error as GuestfsError where mountpoint != "/" && known == nil {
                // An fstab may name what is not there; only the root has to be.
                warnings.append("\(mountpoint): not mounted: \(error.message)")
            }
        }
        self.mounts = mounts
        os = try known?.os ?? layout.os.named(from: session.readSmallFile("/etc/os-release"))
        tree = GuestTree()
    }

    /// What libguestfs finds on the disks.
    private static func inspect(_ session: GuestfsSession) throws -> GuestLayout {
        let roots = try session.inspectRoots()
        guard let root = roots.first else {
            throw GuestfsError(.noOS, "inspect_os", "no operating system found on the disk")
        }
        guard roots.count == 1 else {
            let list = roots.joined(separator: ", ")
            throw GuestfsError(.multipleOS, "inspect_os", "more than one operating system found on the disk: \(list)")
        }
        let filesystems = try session.inspectMountpoints(root: root).map {
            // A path that is no UTF-8 is not found again under this name, and then warned of.
            GuestLayout.Filesystem(device: $0.device, mountpoint: String(decoding: $0.mountpoint.bytes, as: UTF8.self))
        }
        return GuestLayout(os: try session.inspect(root: root), root: root, filesystems: filesystems)
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
        var result: [(path: GuestPath, status: FileStatus)] = []
        for (directory, paths) in Dictionary(grouping: paths, by: \.parent) {
            let states = try session.status(in: directory, names: paths.map(\.name))
            for (path, status) in zip(paths, states) {
                if let status { result.append((path, status)) }
            }
        }
        return result.sorted { $0.path < $1.path }
    }

    /// Whether another file system is mounted here or further down, or this is what `fsck` keeps at one's top.
    func isKept(_ path: GuestPath) -> Bool {
        if path.name == Array("lost+found".utf8) { return mounts.contains { $0.mountpoint == path.parent } }
        return mounts.contains { $0.mountpoint == path || $0.mountpoint.isBelow(path) }
    }

    // MARK: changing, each returning what it did in words

    /// Removes paths, directories with all that is in them.
    func remove(_ paths: [(path: GuestPath, status: FileStatus)]) throws -> [String] {
        var changes: [String] = []
        for (path, status) in paths where !isKept(path) {
            try session.checkCancellation()
            if status.kind == .directory {
                try session.removeTree(path)
                changes.append("removed \(path)/")
            } else {
                try session.removeFile(path)
                changes.append("removed \(path)")
            }
        }
        return changes
    }

    /// Empties the regular files among these that hold something.
    func empty(_ paths: [(path: GuestPath, status: FileStatus)]) throws -> [String] {
        try paths.filter { $0.status.kind == .regular && $0.status.size > 0 }.map { path, _ in
            try session.truncate(path)
            return "emptied \(path)"
        }
    }

    /// Takes lines out of the regular files among these.
    func drop(_ filter: LineFilter, from paths: [(path: GuestPath, status: FileStatus)]) throws -> [String] {
        try paths.filter { $0.status.kind == .regular }.compactMap { path, _ in
            guard let content = try session.readSmallFile(path) else { return nil }
            let result = filter.apply(to: content)
            if result.dropped.isEmpty { return nil }
            try session.write(result.content, to: path)
            return "removed \(result.dropped.map(\.key).joined(separator: ", ")) from \(path)"
        }
    }

    /// Writes a file of ours, owned by root; a link or node in its place is replaced, never written through.
    func writeOwn(_ content: [UInt8], to path: GuestPath, permissions: Int) throws {
        if try session.status(path.parent) == nil { try session.makeDirectories(path.parent) }
        try checkPlain(path.parent)
        let old = try session.status(path)
        switch old?.kind {
        case .directory: throw GuestfsError(.operation, "write", "\(path): is a directory")
        case .symlink, .special: try session.removeFile(path)
        case .regular, nil: break
        }
        try session.write(content, to: path)
        try session.setOwner(uid: 0, gid: 0, of: path)
        try session.setPermissions(permissions, of: path)
        if old?.kind != .regular { try session.copySELinuxLabel(from: path.parent, to: path) }
    }

    /// Throws unless every part of this path is a directory, no link among them.
    func checkPlain(_ directory: GuestPath) throws {
        var path = directory
        while path != "/" {
            guard try session.status(path)?.kind == .directory else {
                throw GuestfsError(.operation, "lstat", "\(path): not a directory, or a link to one")
            }
            path = path.parent
        }
    }
}
