/// One thing that a sysprep operation does to all paths that match a pattern, and what must hold afterwards.
enum SysprepRule: Sendable {
    /// Nothing matches: files and links are removed, directories with all that is in them.
    case remove(GuestGlob)
    /// As `remove`, but what has one of these names stays.
    case removeExcept(GuestGlob, Set<String>)
    /// No regular file with any content matches; such files are removed, directories and links are not.
    case removeFiles(GuestGlob)
    /// Regular files that match are empty; they stay, with their owner and mode.
    case empty(GuestGlob)
    /// No line that the filter catches is in a regular file that matches.
    case drop(LineFilter, GuestGlob)
    /// The edit finds nothing in a regular file that matches.
    case edit(TextEdit, GuestGlob)

    var glob: GuestGlob {
        switch self {
        case .remove(let glob), .removeExcept(let glob, _), .removeFiles(let glob), .empty(let glob),
            .drop(_, let glob),
            .edit(_, let glob):
            glob
        }
    }

    /// Makes it so; what was changed, in words.
    func apply(to guest: Guest) throws -> [String] {
        let matches = try guest.status(of: guest.tree[glob])
        switch self {
        case .remove: return try guest.remove(matches)
        case .removeExcept(_, let names): return try guest.remove(matches.filter { !Self.isNamed($0.path, names) })
        case .removeFiles: return try guest.remove(matches.filter(Self.isFilledFile))
        case .empty: return try guest.empty(matches)
        case .drop(let filter, _): return try guest.drop(filter, from: matches)
        case .edit(let edit, _): return try guest.edit(edit, in: matches)
        }
    }

    /// Where it is not so: `path` or `path:line`.
    func check(_ guest: Guest) throws -> [String] {
        let matches = try guest.status(of: guest.tree[glob])
        switch self {
        case .remove:
            return matches.filter { !guest.isKept($0.path) }.map(\.path.description)
        case .removeExcept(_, let names):
            return matches.filter { !guest.isKept($0.path) && !Self.isNamed($0.path, names) }.map(\.path.description)
        case .removeFiles, .empty:
            return matches.filter(Self.isFilledFile).map(\.path.description)
        case .drop(let filter, _):
            return try guest.lines(TextEdit(filter), in: matches)
        case .edit(let edit, _):
            return try guest.lines(edit, in: matches)
        }
    }

    private static func isNamed(_ path: GuestPath, _ names: Set<String>) -> Bool {
        names.contains(String(decoding: path.name, as: UTF8.self))
    }

    private static func isFilledFile(_ path: GuestPath, _ status: FileStatus) -> Bool {
        status.kind == .regular && status.size > 0
    }
}
