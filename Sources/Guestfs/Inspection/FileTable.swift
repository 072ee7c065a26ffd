/// Every file of a guest in a few words each, so that two guests can be compared file by file in bounded memory.
public struct FileTable: Sendable {
    /// What a directory holds, with all that is below it counted where it lies.
    public struct Totals: Sendable, Equatable {
        /// The number of files, links and nodes.
        public var files = 0
        /// The bytes of the regular files.
        public var bytes: Int64 = 0
    }

    /// A file in a few words.
    struct Entry: Sendable {
        /// The directory's number.
        let directory: Int32
        /// A digest of kind, mode, owner, size and, where it was looked at, content.
        let digest: UInt64
    }

    /// More files are counted by directory only.
    static let maximumFiles = 2_000_000
    private static let maximumDirectories = 500_000

    /// The directories by number.
    private(set) var directories: [String] = []
    /// What each directory holds.
    private(set) var totals: [Totals] = []
    /// The files, by a digest of their paths.
    private(set) var files: [UInt64: Entry] = [:]
    /// Whether there were more files or directories than are kept.
    public private(set) var isCut = false
    private var numbers: [String: Int32] = [:]

    init() {}

    /// Adds a file; directories themselves are not counted.
    mutating func add(_ path: ArraySlice<UInt8>, _ status: FileStatus, content: UInt64?) {
        let slash = path.lastIndex(of: UInt8(ascii: "/")) ?? path.startIndex
        guard let directory = number(of: path[..<slash]) else {
            isCut = true
            return
        }
        totals[Int(directory)].files += 1
        if status.kind == .regular { totals[Int(directory)].bytes += status.size }
        guard files.count < Self.maximumFiles else {
            isCut = true
            return
        }
        var digest = StableHash()
        let kind: UInt64 =
            switch status.kind {
            case .regular: 0
            case .directory: 1
            case .symlink: 2
            case .special: 3
            }
        for value in [
            kind, UInt64(status.permissions), UInt64(status.uid), UInt64(status.gid), UInt64(bitPattern: status.size),
            content ?? 0,
        ] {
            digest.add(value)
        }
        files[Self.key(path)] = Entry(directory: directory, digest: digest.value)
    }

    /// The key of a path.
    static func key(_ path: some Sequence<UInt8>) -> UInt64 {
        var hash = StableHash()
        for byte in path { hash.add(byte) }
        return hash.value
    }

    private mutating func number(of directory: ArraySlice<UInt8>) -> Int32? {
        let name = directory.isEmpty ? "/" : GuestPath.printable(directory)
        if let number = numbers[name] { return number }
        guard directories.count < Self.maximumDirectories else { return nil }
        let number = Int32(directories.count)
        directories.append(name)
        totals.append(Totals())
        numbers[name] = number
        return number
    }

    /// What differs between two guests, by directory down to a depth; sorted by directory.
    ///
    /// - Parameter depth: How many names a directory's path has at most; what lies deeper is counted there.
    public static func differences(from before: FileTable, to after: FileTable, depth: Int) -> [DirectoryDifference] {
        var result: [String: DirectoryDifference] = [:]
        func change(_ table: FileTable, _ directory: Int32, _ body: (inout DirectoryDifference) -> Void) {
            let name = Self.shortened(table.directories[Int(directory)], depth)
            body(&result[name, default: DirectoryDifference(directory: name)])
        }
        for (key, entry) in after.files {
            if let old = before.files[key] {
                if old.digest != entry.digest { change(after, entry.directory) { $0.changed += 1 } }
            } else {
                change(after, entry.directory) { $0.added += 1 }
            }
        }
        for (key, entry) in before.files where after.files[key] == nil {
            change(before, entry.directory) { $0.removed += 1 }
        }
        for (table, path) in [(before, \DirectoryDifference.bytesBefore), (after, \DirectoryDifference.bytesAfter)] {
            for (name, totals) in zip(table.directories, table.totals) {
                result[Self.shortened(name, depth)]?[keyPath: path] += totals.bytes
            }
        }
        return result.values.sorted { $0.directory.utf8.lexicographicallyPrecedes($1.directory.utf8) }
    }

    private static func shortened(_ path: String, _ depth: Int) -> String {
        let names = path.split(separator: "/")
        return names.count <= depth ? path : "/" + names.prefix(depth).joined(separator: "/")
    }
}
