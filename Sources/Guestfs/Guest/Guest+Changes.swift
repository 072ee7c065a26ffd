/// All that operations do to a guest, each returning what it did in words.
///
/// In a dry run they return the same words and do nothing: no operation changes anything but through these.
extension Guest {
    /// Removes paths, directories with all that is in them.
    func remove(_ paths: [(path: GuestPath, status: FileStatus)]) throws -> [String] {
        var changes: [String] = []
        let (emptied, others) = try emptyCrowded(paths)
        changes += emptied
        let removable = others.filter { !isKept($0.path) }
        let files = removable.filter { $0.status.kind != .directory }.map(\.path)
        // Together, where each would take a round trip of its own.
        let isCrowd = files.count >= Self.crowd
        if isCrowd {
            if isDryRun { removed.formUnion(files) } else { try session.forEach(of: files, run: "rm -f --") }
            changes += Self.inWords("removed", files)
        }
        for (path, status) in removable where !isCrowd || status.kind == .directory {
            try session.checkCancellation()
            if isDryRun { removed.insert(path) }
            if status.kind == .directory {
                if !isDryRun { try session.removeTree(path) }
                changes.append("removed \(path)/")
            } else {
                if !isDryRun { try session.removeFile(path) }
                changes.append("removed \(path)")
            }
        }
        return changes
    }

    /// From so many files on, they are changed together, and a directory of which all goes is replaced by an empty one.
    private static let crowd = 500

    /// One line for each of these files, and one for all in a directory that has many of them.
    private static func inWords(_ verb: String, _ files: [GuestPath]) -> [String] {
        Dictionary(grouping: files, by: \.parent).sorted { $0.key < $1.key }.flatMap { directory, files in
            files.count >= crowd
                ? ["\(verb) \(files.count) entries of \(directory)/"] : files.map { "\(verb) \($0)" }
        }
    }

    /// Empties the directories whose every entry is among these, where they have many; what it did, and the paths that are left to do.
    private func emptyCrowded(_ paths: [(path: GuestPath, status: FileStatus)]) throws -> (
        changes: [String], others: [(path: GuestPath, status: FileStatus)]
    ) {
        guard paths.count >= Self.crowd else { return ([], paths) }
        var changes: [String] = []
        var emptied: Set<GuestPath> = []
        for (directory, entries) in Dictionary(grouping: paths, by: \.path.parent)
        where entries.count >= Self.crowd && !entries.contains(where: { isKept($0.path) }) {
            try session.checkCancellation()
            // A mount point cannot be replaced, and what is not among these has to stay.
            guard directory != "/", !mounts.contains(where: { $0.mountpoint == directory }),
                try session.names(in: directory).count == entries.count
            else { continue }
            if !isDryRun { try session.empty(directory) }
            emptied.insert(directory)
            changes.append("removed all of \(directory)/, \(entries.count) entries")
        }
        return (changes.sorted(), emptied.isEmpty ? paths : paths.filter { !emptied.contains($0.path.parent) })
    }

    /// Empties the regular files among these that hold something.
    func empty(_ paths: [(path: GuestPath, status: FileStatus)]) throws -> [String] {
        let files = paths.filter { $0.status.kind == .regular && $0.status.size > 0 }.map(\.path)
        guard files.count < Self.crowd else {
            if !isDryRun { try session.forEach(of: files, run: "truncate --size=0 --") }
            return Self.inWords("emptied", files)
        }
        return try files.map { path in
            if !isDryRun { try session.truncate(path) }
            return "emptied \(path)"
        }
    }

    /// Takes lines out of the regular files among these.
    func drop(_ filter: LineFilter, from paths: [(path: GuestPath, status: FileStatus)]) throws -> [String] {
        try edit(TextEdit(filter), in: paths)
    }

    /// Changes the text of the regular files among these.
    func edit(_ edit: TextEdit, in paths: [(path: GuestPath, status: FileStatus)]) throws -> [String] {
        try paths.filter { $0.status.kind == .regular }.compactMap { path, _ in
            guard let content = try session.readSmallFile(path) else { return nil }
            let result = edit.apply(content)
            if result.dropped.isEmpty { return nil }
            try rewrite(path, with: result.content)
            return "removed \(result.dropped.map(\.key).joined(separator: ", ")) from \(path)"
        }
    }

    /// Gives a regular file that is there another content; it keeps its owner, mode and attributes.
    func rewrite(_ path: GuestPath, with content: [UInt8]) throws {
        if !isDryRun { try session.write(content, to: path) }
    }

    /// Writes a file of ours, owned by root; a link or node in its place is replaced, never written through.
    func writeOwn(_ content: [UInt8], to path: GuestPath, permissions: Int) throws {
        if try session.status(path.parent) == nil {
            try checkPlain(nearest(path.parent))
            if !isDryRun { try session.makeDirectories(path.parent) }
        } else {
            try checkPlain(path.parent)
        }
        let old = try session.status(path)
        if old?.kind == .directory { throw GuestfsError(.operation, "write", "\(path): is a directory") }
        if isDryRun { return }
        if let old, old.kind != .regular { try session.removeFile(path) }
        try session.write(content, to: path)
        try session.setOwner(uid: 0, gid: 0, of: path)
        try session.setPermissions(permissions, of: path)
        if old?.kind != .regular { try session.copySELinuxLabel(from: path.parent, to: path) }
    }

    /// Does this to the disks when every operation has run and nothing is mounted any more; not in a dry run.
    func afterUnmounting(_ work: @escaping (GuestfsSession) throws -> Void) {
        if !isDryRun { deferred.append(work) }
    }

    /// Does what was put off; nothing may be mounted.
    func finishDevices() throws {
        while !deferred.isEmpty {
            try session.checkCancellation()
            try deferred.removeFirst()(session)
        }
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

    /// The path itself, or the nearest one above it that is there.
    private func nearest(_ path: GuestPath) throws -> GuestPath {
        var path = path
        while try path != "/" && session.status(path) == nil { path = path.parent }
        return path
    }
}
