/// The steps that write files from outside.
extension Customizer {
    /// The links that distributions put in the place of directories, with their targets.
    private static let mergedDirectories: [(path: GuestPath, targets: [String], real: GuestPath)] = [
        ("/bin", ["usr/bin", "/usr/bin"], "/usr/bin"), ("/sbin", ["usr/sbin", "/usr/sbin"], "/usr/sbin"),
        ("/lib", ["usr/lib", "/usr/lib"], "/usr/lib"), ("/lib32", ["usr/lib32", "/usr/lib32"], "/usr/lib32"),
        ("/lib64", ["usr/lib64", "/usr/lib64"], "/usr/lib64"), ("/var/run", ["../run", "/run"], "/run"),
        ("/var/lock", ["../run/lock", "/run/lock"], "/run/lock"), ("/usr/sbin", ["bin"], "/usr/bin"),
    ]

    /// The path behind the links of merged directories.
    func place(_ text: String) throws -> GuestPath {
        var path = GuestPath(text)
        for merged in Self.mergedDirectories where path.isBelow(merged.path) {
            guard try session.status(merged.path)?.kind == .symlink else { continue }
            let target = try session.readLink(merged.path)
            guard merged.targets.contains(where: { $0.utf8.elementsEqual(target) }) else { continue }
            path = GuestPath(merged.real.bytes + path.bytes.dropFirst(merged.path.bytes.count))
        }
        return path
    }

    /// The path, and what is there; refused where a link is among its parents.
    func existing(_ text: String) throws -> (path: GuestPath, status: FileStatus) {
        let path = try place(text)
        try guest.checkPlain(path.parent)
        guard let status = try session.status(path) else { throw Refusal("\(path): is not there") }
        return (path, status)
    }

    /// The owner's and the group's numbers.
    func numbers(_ access: Customization.Access) throws -> (uid: Int?, gid: Int?) {
        (
            uid: try access.owner.map { try number(of: $0, in: "/etc/passwd", kind: "user") },
            gid: try access.group.map { try number(of: $0, in: "/etc/group", kind: "group") }
        )
    }

    private func number(of name: String, in file: GuestPath, kind: String) throws -> Int {
        if let number = Int(name) { return number }
        let accounts = AccountFile(try session.readSmallFile(file) ?? [])
        guard let number = accounts[name]?.number else { throw Refusal("the guest has no \(kind) '\(name)'") }
        return number
    }

    /// Writes a file of the recipe's; a link or a node in its place is replaced.
    func write(_ contents: [UInt8], to text: String, _ access: Customization.Access) throws {
        let path = try place(text)
        let owners = try numbers(access)
        try makeParents(of: path)
        try put(contents, at: path, mode: Int(access.mode ?? 0o644), owners)
        changes.append("wrote \(path), \(contents.count) bytes")
    }

    /// Makes the directories above a path, each refused that is none.
    func makeParents(of path: GuestPath) throws {
        var missing: [GuestPath] = []
        var directory = path.parent
        while directory != "/", try session.status(directory) == nil {
            missing.append(directory)
            directory = directory.parent
        }
        try guest.checkPlain(directory)
        for directory in missing.reversed() {
            try session.makeDirectories(directory)
            try session.setPermissions(0o755, of: directory)
            try session.copySELinuxLabel(from: directory.parent, to: directory)
        }
    }

    /// Writes a file whose parents are there.
    func put(_ contents: [UInt8], at path: GuestPath, mode: Int, _ owners: (uid: Int?, gid: Int?)) throws {
        let old = try session.status(path)
        switch old?.kind {
        case .directory: throw Refusal("\(path): is a directory")
        case .symlink, .special: try session.removeFile(path)
        case .regular, nil: break
        }
        if old?.kind != .regular {
            // Closed to others from the first byte on, for it may hold a secret.
            try session.write([], to: path)
            try session.setPermissions(0o600, of: path)
        }
        try session.upload(contents, to: path)
        try session.setOwner(uid: owners.uid ?? 0, gid: owners.gid ?? 0, of: path)
        try session.setPermissions(mode, of: path)
        if old?.kind != .regular { try session.copySELinuxLabel(from: path.parent, to: path) }
    }

    func copy(_ entries: [Customization.TreeEntry], to text: String, _ access: Customization.Access) throws {
        let top = try place(text)
        let owners = try numbers(access)
        try makeParents(of: top.appending([0x78]))
        for entry in entries {
            try session.checkCancellation()
            let path = GuestPath(top.bytes + Array("/\(entry.path)".utf8))
            switch entry.kind {
            case .directory:
                if try session.status(path)?.kind == .directory { continue }
                try make(directory: path, mode: Int(entry.mode), owners)
            case .file(let contents):
                try guest.checkPlain(path.parent)
                try put(contents, at: path, mode: Int(access.mode ?? entry.mode), owners)
            }
        }
        let files = entries.count { $0.kind != .directory }
        changes.append("copied \(files) files and \(entries.count - files) directories to \(top)")
    }

    func edit(_ text: String, _ edit: LineEdit) throws {
        let (path, status) = try existing(text)
        guard status.kind == .regular else { throw Refusal("\(path): is no regular file") }
        let content = try session.readSmallFile(path) ?? []
        let result: (content: [UInt8], count: Int)
        do throws(LineEdit.Refusal) {
            result = try edit.apply(to: content)
        } catch {
            throw Refusal("\(path): \(error.reason)")
        }
        if result.content != content { try session.write(result.content, to: path) }
        changes.append("changed \(result.count) \(result.count == 1 ? "line" : "lines") of \(path)")
    }

    func delete(_ patterns: [String]) throws {
        for text in patterns {
            let glob = GuestGlob(try String(decoding: place(text).bytes, as: UTF8.self))
            let paths: [GuestPath]
            if glob.literalPrefix == glob.text {
                let path = GuestPath(glob.text)
                // What is not there need not be reachable.
                guard try session.status(path) != nil else {
                    changes.append("\(path) was not there")
                    continue
                }
                try guest.checkPlain(path.parent)
                paths = [path]
            } else {
                try guest.scan(for: [glob])
                paths = guest.tree[glob]
            }
            // What lies in a matched directory goes with it.
            let tops = paths.filter { path in !paths.contains { path.isBelow($0) } }
            if let kept = tops.first(where: { guest.isKept($0) || $0 == "/" }) {
                throw Refusal("\(kept): a file system is mounted there or further down, so it is not deleted")
            }
            let removed = try guest.remove(guest.status(of: tops))
            changes += removed.isEmpty ? ["nothing matches \(glob)"] : removed
        }
    }

    func makeDirectory(_ text: String, _ access: Customization.Access) throws {
        let path = try place(text)
        let owners = try numbers(access)
        try makeParents(of: path)
        if let status = try session.status(path) {
            guard status.kind == .directory else { throw Refusal("\(path): is there, and is no directory") }
            if access.owner != nil || access.group != nil {
                try session.setOwner(uid: owners.uid ?? status.uid, gid: owners.gid ?? status.gid, of: path)
            }
            if let mode = access.mode { try session.setPermissions(Int(mode), of: path) }
            changes.append("\(path) was there")
        } else {
            try make(directory: path, mode: Int(access.mode ?? 0o755), owners)
            changes.append("made \(path)/")
        }
    }

    func make(directory path: GuestPath, mode: Int, _ owners: (uid: Int?, gid: Int?)) throws {
        try guest.checkPlain(path.parent)
        guard try session.status(path) == nil else { throw Refusal("\(path): is there, and is no directory") }
        try session.makeDirectories(path)
        try session.setOwner(uid: owners.uid ?? 0, gid: owners.gid ?? 0, of: path)
        try session.setPermissions(mode, of: path)
        try session.copySELinuxLabel(from: path.parent, to: path)
    }

    func setAccess(_ text: String, _ access: Customization.Access, _ isRecursive: Bool) throws {
        let (path, status) = try existing(text)
        let owners = try numbers(access)
        var paths = [(path: path, status: status)]
        if isRecursive, status.kind == .directory {
            var below: [GuestPath] = []
            try session.forEachPath(below: path) { found in
                guard below.count < 200_000 else { throw Refusal("\(path): has more than 200000 files below it") }
                below.append(GuestPath(Array(found)))
            }
            paths += try guest.status(of: below)
        }
        for (path, status) in paths {
            if owners.uid != nil || owners.gid != nil {
                // Takes away the bits by which programs change their user, as in any chown(2).
                try session.setOwner(uid: owners.uid ?? status.uid, gid: owners.gid ?? status.gid, of: path)
                if status.kind != .symlink { try session.setPermissions(status.permissions, of: path) }
            }
            // A link has no permissions, and what it points to is not meant.
            guard let mode = access.mode else { continue }
            if status.kind == .symlink {
                if !isRecursive { throw Refusal("\(path): is a link, which has no permissions of its own") }
            } else {
                try session.setPermissions(Int(mode), of: path)
            }
        }
        let count = paths.count > 1 ? " and \(paths.count - 1) below it" : ""
        changes.append("set permissions or owners of \(path)\(count)")
    }

    func link(_ text: String, to target: [UInt8]) throws {
        let path = try place(text)
        try makeParents(of: path)
        if let status = try session.status(path) {
            guard status.kind != .directory else { throw Refusal("\(path): is a directory") }
            try session.removeFile(path)
        }
        try session.makeLink(path, to: target)
        changes.append("linked \(path) to \(GuestPath(target))")
    }

    func touch(_ text: String) throws {
        let path = try place(text)
        try makeParents(of: path)
        switch try session.status(path)?.kind {
        case nil:
            try put([], at: path, mode: 0o644, (nil, nil))
            changes.append("made \(path), empty")
        case .regular, .directory: changes.append("\(path) was there")
        case .symlink, .special: throw Refusal("\(path): is no regular file")
        }
    }

    func truncate(_ text: String) throws {
        let (path, status) = try existing(text)
        guard status.kind == .regular else { throw Refusal("\(path): is no regular file") }
        try session.truncate(path)
        changes.append("emptied \(path), which had \(status.size) bytes")
    }
}
