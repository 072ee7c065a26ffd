import CGuestfs
import Glibc
import SystemPackage

extension Guest {
    /// Where the content of files counts too: what people configure is often changed without another size.
    static let comparedByContent: [GuestPath] = ["/etc", "/root", "/usr/local"]

    /// Larger files count by their size, in bytes: a hole of terabytes takes no room on a disk, and hours to be read.
    static let largestCompared: Int64 = 64 << 20

    /// Where there is such a file, the others in its directory are read one by one, as many as this.
    private static let mostSingle = 10_000

    private static let maximumWaiting = 100_000

    /// Every file that is mounted.
    func fileTable() throws -> FileTable {
        var contents: [UInt64: UInt64] = [:]
        for directory in Self.comparedByContent where try session.status(directory)?.kind == .directory {
            var single = 0
            try checksums(below: directory, except: largeFiles(below: directory), &single) { path, sum in
                guard contents.count < FileTable.maximumFiles else { return }
                contents[FileTable.key(path)] = FileTable.key(sum)
            }
        }
        var table = FileTable()
        // The names in a directory are asked for together. A walk comes back to a directory after each one in it, so that
        // names wait; how many do is bounded.
        var waiting: [GuestPath: [[UInt8]]] = [:]
        var count = 0
        func ask(_ directory: GuestPath, _ names: [[UInt8]]) throws {
            try session.checkCancellation()
            for (name, status) in zip(names, try session.status(in: directory, names: names)) {
                guard let status, status.kind != .directory else { continue }
                let path = directory.appending(name).bytes
                table.add(path[...], status, content: contents[FileTable.key(path)])
            }
        }
        func askAll() throws {
            for (directory, names) in waiting { try ask(directory, names) }
            (waiting, count) = ([:], 0)
        }
        try session.forEachPath(below: "/") { path in
            let path = GuestPath(Array(path))
            waiting[path.parent, default: []].append(path.name)
            count += 1
            if count == Self.maximumWaiting { try askAll() }
        }
        try askAll()
        return table
    }

    private func largeFiles(below directory: GuestPath) throws -> [GuestPath] {
        var large: [GuestPath] = []
        var waiting: [GuestPath] = []
        func ask() throws {
            large += try status(of: waiting).filter {
                $0.status.kind == .regular && $0.status.size > Self.largestCompared
            }.map(\.path)
            waiting = []
        }
        try session.forEachPath(below: directory) { path in
            waiting.append(GuestPath(Array(path)))
            if waiting.count == Self.maximumWaiting { try ask() }
        }
        try ask()
        return large
    }

    /// Calls `body` with the path and the SHA-256 of each regular file below a directory, but these.
    private func checksums(
        below directory: GuestPath,
        except large: [GuestPath],
        _ single: inout Int,
        _ body: ([UInt8], ArraySlice<UInt8>) -> Void
    ) throws {
        guard large.contains(where: { $0.isBelow(directory) }) else {
            return try session.forEachChecksum(below: directory, body)
        }
        let names = try session.names(in: directory)
        for (name, status) in zip(names, try session.status(in: directory, names: names)) {
            try session.checkCancellation()
            let path = directory.appending(name)
            if status?.kind == .directory {
                try checksums(below: path, except: large, &single, body)
            } else if status?.kind == .regular, !large.contains(path), single < Self.mostSingle,
                let sum = try session.checksum(path)
            {
                single += 1
                body(path.bytes, sum[...])
            }
        }
    }
}

extension GuestfsSession {
    /// Calls `body` with the path and the SHA-256 of each regular file below a directory.
    func forEachChecksum(
        below directory: GuestPath,
        _ body: ([UInt8], ArraySlice<UInt8>) -> Void
    ) throws {
        let list = lease.directory.appending("sums")
        defer { unlink(list.string) }
        _ = try directory.withCString {
            try check(guestfs_checksums_out(handle, "sha256", $0, list.string), "checksums_out", path: directory)
        }
        try Self.forEachRecord(in: list, endingWith: UInt8(ascii: "\n")) { line in
            // `HASH  ./path`; a backslash at the beginning tells of newlines and backslashes in the name (sha256sum(1)).
            let isEscaped = line.first == UInt8(ascii: "\\")
            let line = isEscaped ? line.dropFirst() : line
            guard line.count > 67 else { return }
            let sum = line.prefix(64)
            var path = directory.bytes
            var name = line.dropFirst(67)[...]
            while let byte = name.popFirst() {
                if isEscaped, byte == UInt8(ascii: "\\"), let next = name.popFirst() {
                    path.append(next == UInt8(ascii: "n") ? UInt8(ascii: "\n") : next)
                } else {
                    path.append(byte)
                }
            }
            body(path, sum)
        }
    }
}
