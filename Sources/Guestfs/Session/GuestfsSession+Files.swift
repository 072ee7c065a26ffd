import CGuestfs
import Glibc
import SystemPackage

extension GuestfsSession {
    /// What is at this path, or nil when nothing is there; a link itself, not what it points to.
    public func status(_ path: GuestPath) throws -> FileStatus? {
        try status(in: path.parent, names: [path.name])[0]
    }

    /// What these names in one directory are, nil for each that is not there; in one round trip per thousand.
    public func status(in directory: GuestPath, names: [[UInt8]]) throws -> [FileStatus?] {
        // libguestfs puts the whole answer together, some 200 bytes for each name.
        var states: [FileStatus?] = []
        states.reserveCapacity(names.count)
        for start in stride(from: 0, to: names.count, by: 10_000) {
            try checkCancellation()
            states += try someStatus(in: directory, names: Array(names[start..<min(start + 10_000, names.count)]))
        }
        return states
    }

    private func someStatus(in directory: GuestPath, names: [[UInt8]]) throws -> [FileStatus?] {
        let list = directory.withCString { directoryString in
            withCStringArray(names) { guestfs_lstatnslist(handle, directoryString, $0) }
        }
        guard let list else {
            // A directory that is not there has nothing in it.
            let error = lastError("lstatnslist", path: directory)
            if let error = error as? GuestfsError, [ENOENT, ENOTDIR].contains(error.errno) {
                return names.map { _ in nil }
            }
            throw error
        }
        defer { guestfs_free_statns_list(list) }
        return (0..<names.count).map { index in
            guard index < Int(list.pointee.len) else { return nil }
            let entry = list.pointee.val[index]
            return entry.st_ino == -1 ? nil : FileStatus(entry)
        }
    }

    /// The content of a regular file of at most 2 MiB, or nil when there is no regular file.
    ///
    /// Not for links: what a guest calls its shadow file may be one, pointing anywhere in the guest.
    public func readSmallFile(_ path: GuestPath) throws -> [UInt8]? {
        guard let status = try status(path), status.kind == .regular else { return nil }
        guard status.size <= 2 << 20 else {
            throw GuestfsError(.operation, "read_file", "\(path): larger than 2 MiB, which no such file should be")
        }
        return try read(path, size: status.size)
    }

    /// The content of what is known to be a regular file of this size, at most 2 MiB.
    func read(_ path: GuestPath, size: Int64) throws -> [UInt8] {
        // In pieces within one message; read_file would start a transfer, which takes ten times as long.
        var content: [UInt8] = []
        while content.count < size {
            var count = 0
            let piece = try path.withCString {
                try check(
                    guestfs_pread(handle, $0, CInt(size) - CInt(content.count), Int64(content.count), &count),
                    "pread",
                    path: path
                )
            }
            // A shorter file than lstat said: nobody else writes here, but an endless loop would be worse.
            if count == 0 {
                free(piece)
                break
            }
            content += takeBytes(piece, count: count)
        }
        return content
    }

    /// A part of a regular file; shorter at its end.
    func read(_ path: GuestPath, at offset: Int64, count: Int) throws -> [UInt8] {
        var size = 0
        let piece = try path.withCString {
            try check(guestfs_pread(handle, $0, CInt(clamping: count), offset, &size), "pread", path: path)
        }
        return takeBytes(piece, count: size)
    }

    /// Writes a file whole; one that exists keeps its inode, owner, mode and attributes.
    public func write(_ content: [UInt8], to path: GuestPath) throws {
        _ = try path.withCString { pathString in
            try content.withUnsafeBytes { buffer in
                // An empty array may have no address; any address will do for no bytes.
                try buffer.withMemoryRebound(to: CChar.self) { bytes in
                    if let base = bytes.baseAddress {
                        try check(guestfs_write(handle, pathString, base, bytes.count), "write", path: path)
                    } else {
                        try check(guestfs_write(handle, pathString, "", 0), "write", path: path)
                    }
                }
            }
        }
    }

    /// The first bytes of a regular file of any size.
    func read(file path: GuestPath, count: Int) throws -> [UInt8] {
        var size = 0
        let piece = try path.withCString {
            try check(guestfs_pread(handle, $0, CInt(clamping: count), 0, &size), "pread", path: path)
        }
        return takeBytes(piece, count: size)
    }

    /// Overwrites bytes of a file.
    func write(_ content: [UInt8], into path: GuestPath, at offset: Int64) throws {
        let count = try path.withCString { pathString in
            try content.withUnsafeBytes { buffer in
                try buffer.withMemoryRebound(to: CChar.self) { bytes in
                    guard let base = bytes.baseAddress else { return CInt(0) }
                    return try check(
                        guestfs_pwrite(handle, pathString, base, bytes.count, offset),
                        "pwrite",
                        path: path
                    )
                }
            }
        }
        guard Int(count) == content.count else {
            throw GuestfsError(.operation, "pwrite", "\(path): \(count) of \(content.count) bytes were written")
        }
    }

    /// Makes an empty file.
    func touch(_ path: GuestPath) throws {
        _ = try path.withCString { try check(guestfs_touch(handle, $0), "touch", path: path) }
    }

    /// Gives a file the owner, the mode and the extended attributes of another.
    func copyAttributes(of model: GuestPath, to path: GuestPath) throws {
        var arguments = guestfs_copy_attributes_argv()
        arguments.bitmask = imagebake_copy_attributes_all
        arguments.all = 1
        _ = try model.withCString { source in
            try path.withCString {
                try check(guestfs_copy_attributes_argv(handle, source, $0, &arguments), "copy_attributes", path: path)
            }
        }
    }

    /// Gives a file another name on its file system.
    func rename(_ old: GuestPath, to new: GuestPath) throws {
        _ = try old.withCString { source in
            try new.withCString { try check(guestfs_rename(handle, source, $0), "rename", path: old) }
        }
    }

    /// Gives a file blocks for this many bytes, which read as zeros.
    func allocate(_ path: GuestPath, bytes: Int64) throws {
        _ = try path.withCString { try check(guestfs_fallocate64(handle, $0, bytes), "fallocate64", path: path) }
    }

    /// Writes a file whole, whatever its size; what is too large for one message goes through a file of ours on the host.
    func upload(_ content: [UInt8], to path: GuestPath) throws {
        guard content.count > 1 << 20 else { return try write(content, to: path) }
        let file = lease.directory.appending("upload")
        defer { unlink(file.string) }
        try HostFiles.writeOwn(content, to: file)
        _ = try path.withCString { try check(guestfs_upload(handle, file.string, $0), "upload", path: path) }
    }

    /// Makes a symbolic link where nothing is.
    func makeLink(_ path: GuestPath, to target: [UInt8]) throws {
        _ = try GuestPath(target).withCString { target in
            try path.withCString { try check(guestfs_ln_s(handle, target, $0), "ln_s", path: path) }
        }
    }

    /// Empties a file.
    public func truncate(_ path: GuestPath) throws {
        _ = try path.withCString { try check(guestfs_truncate(handle, $0), "truncate", path: path) }
    }

    /// Sets the permission bits.
    public func setPermissions(_ permissions: Int, of path: GuestPath) throws {
        _ = try path.withCString { try check(guestfs_chmod(handle, CInt(permissions), $0), "chmod", path: path) }
    }

    /// Sets owner and group.
    public func setOwner(uid: Int, gid: Int, of path: GuestPath) throws {
        _ = try path.withCString { try check(guestfs_lchown(handle, CInt(uid), CInt(gid), $0), "lchown", path: path) }
    }

    /// Makes a directory, and those above it.
    public func makeDirectories(_ path: GuestPath) throws {
        _ = try path.withCString { try check(guestfs_mkdir_p(handle, $0), "mkdir_p", path: path) }
    }

    /// Removes a file, link or node; nothing there is no error.
    public func removeFile(_ path: GuestPath) throws {
        _ = try path.withCString { try check(guestfs_rm_f(handle, $0), "rm_f", path: path) }
    }

    /// Removes a directory with all that is in it, not following links.
    public func removeTree(_ path: GuestPath) throws {
        _ = try path.withCString { try check(guestfs_rm_rf(handle, $0), "rm_rf", path: path) }
    }

    /// Runs a command of the appliance's on many files of the guest, so that each does not take a round trip.
    ///
    /// - Parameters:
    ///   - paths: The files; none has a link among its parents, as those that a walk has found.
    ///   - command: The command's words, to which the paths are added.
    func forEach(of paths: [GuestPath], run command: String) throws {
        let shell = GuestShell(self, holdsServices: false)
        let list = "/tmp/imagebake-list"
        for start in stride(from: 0, to: paths.count, by: 50_000) {
            try checkCancellation()
            let part = paths[start..<min(start + 50_000, paths.count)]
            try shell.upload(part.flatMap { Array("/sysroot".utf8) + $0.bytes + [0] }, to: list)
            try shell.appliance(script: "xargs -0 \(command) <\(list)")
        }
    }

    /// Puts an empty directory with the same owner, mode and attributes in the place of one with all that is in it.
    func empty(_ directory: GuestPath) throws {
        let temporary = directory.parent.appending(directory.name.prefix(200) + Array(".imagebake".utf8))
        guard try status(temporary) == nil else {
            throw GuestfsError(.operation, "mkdir", "\(temporary): is in the way")
        }
        try makeDirectories(temporary)
        try copyAttributes(of: directory, to: temporary)
        try removeTree(directory)
        try rename(temporary, to: directory)
    }

    /// What a link points to.
    public func readLink(_ path: GuestPath) throws -> [UInt8] {
        let target = try path.withCString { try check(guestfs_readlink(handle, $0), "readlink", path: path) }
        return takeBytes(target, count: strlen(target))
    }

    /// Gives a new file the SELinux label of another, where that has one.
    func copySELinuxLabel(from model: GuestPath, to path: GuestPath) throws {
        var size = 0
        let label = model.withCString { guestfs_lgetxattr(handle, $0, "security.selinux", &size) }
        // No label, or a file system without labels: nothing to copy.
        guard let label else { return }
        defer { free(label) }
        _ = try path.withCString {
            try check(
                guestfs_lsetxattr(handle, "security.selinux", label, CInt(clamping: size), $0),
                "lsetxattr",
                path: path
            )
        }
    }

    /// Calls `body` with the full path of everything below a directory, as it stands on the disk, links not followed.
    ///
    /// The names are streamed through a file on the host, so that a guest's huge directory costs no memory.
    public func forEachPath(below directory: GuestPath, _ body: (ArraySlice<UInt8>) throws -> Void) throws {
        let list = lease.directory.appending("names")
        defer { unlink(list.string) }
        _ = try directory.withCString {
            try check(guestfs_find0(handle, $0, list.string), "find0", path: directory)
        }
        // find0 gives names relative to the directory, with or without a slash before them.
        let slash = UInt8(ascii: "/")
        let prefix = directory.bytes.last == slash ? directory.bytes : directory.bytes + [slash]
        try Self.forEachRecord(in: list) { try body((prefix + $0.drop { $0 == slash })[...]) }
    }

    /// The names in a directory, sorted.
    public func names(in directory: GuestPath) throws -> [[UInt8]] {
        let list = lease.directory.appending("names")
        defer { unlink(list.string) }
        _ = try directory.withCString { try check(guestfs_ls0(handle, $0, list.string), "ls0", path: directory) }
        var names: [[UInt8]] = []
        try Self.forEachRecord(in: list) { names.append(Array($0)) }
        return names.sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// Reads records from a file on the host, a piece at a time.
    static func forEachRecord(
        in file: FilePath,
        endingWith terminator: UInt8 = 0,
        _ body: (ArraySlice<UInt8>) throws -> Void
    ) throws {
        let descriptor = try FileDescriptor.open(file, .readOnly)
        try descriptor.closeAfter {
            var pending: [UInt8] = []
            var piece = [UInt8](repeating: 0, count: 1 << 16)
            while true {
                let count = try piece.withUnsafeMutableBytes { try descriptor.read(into: $0) }
                if count == 0 { break }
                var start = 0
                while let end = piece[start..<count].firstIndex(of: terminator) {
                    let record = pending + piece[start..<end]
                    if !record.isEmpty { try body(record[...]) }
                    pending.removeAll(keepingCapacity: true)
                    start = end + 1
                }
                pending += piece[start..<count]
            }
        }
    }
}
