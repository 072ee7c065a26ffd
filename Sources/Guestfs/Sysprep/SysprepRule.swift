/// One thing that a sysprep operation does to all paths that match a pattern, and what must hold afterwards.
enum SysprepRule: Sendable {
    /// Nothing matches: files and links are removed, directories with all that is in them.
    case remove(GuestGlob)
    /// No regular file with any content matches; such files are removed, directories and links are not.
    case removeFiles(GuestGlob)
    /// Regular files that match are empty; they stay, with their owner and mode.
    case empty(GuestGlob)
    /// No line that the filter catches is in a regular file that matches.
    case drop(LineFilter, GuestGlob)

    var glob: GuestGlob {
        switch self {
        case .remove(let glob), .removeFiles(let glob), .empty(let glob), .drop(_, let glob): glob
        }
    }

    /// Makes it so; what was changed, in words.
    func apply(to guest: Guest) throws -> [String] {
        let matches = try guest.status(of: guest.tree[glob])
        switch self {
        case .remove: return try guest.remove(matches)
        case .removeFiles: return try guest.remove(matches.filter(Self.isFilledFile))
        case .empty: return try guest.empty(matches)
        case .drop(let filter, _): return try guest.drop(filter, from: matches)
        }
    }

    /// Where it is not so: `path` or `path:line`.
    func check(_ guest: Guest) throws -> [String] {
        let matches = try guest.status(of: guest.tree[glob])
        switch self {
        case .remove:
            return matches.filter { !guest.isKept($0.path) }.map(\.path.description)
        case .removeFiles, .empty:
            return matches.filter(Self.isFilledFile).map(\.path.description)
        case .drop(let filter, _):
            return try matches.filter { $0.status.kind == .regular }.flatMap { path, _ in
                filter.apply(to: try guest.session.readSmallFile(path) ?? []).dropped.map { "\(path):\($0.line)" }
            }
        }
    }

    private static func isFilledFile(_ path: GuestPath, _ status: FileStatus) -> Bool {
        status.kind == .regular && status.size > 0
    }
}
