/// What is on the guest's disk, as far as a set of patterns asks for it.
///
/// The names come from one walk over each top directory that follows no link. So a path that is found here has no
/// link among its parents, and whatever is done to it is done to just that: `/tmp` being a link to `/etc` makes
/// `/tmp/*` match nothing.
struct GuestTree {
    private var found: [GuestGlob: [GuestPath]] = [:]
    /// Top directories that a pattern asked for and that are links.
    private(set) var links: [GuestPath] = []

    /// What matches a pattern of those that the tree was scanned for, in bytewise order.
    subscript(glob: GuestGlob) -> [GuestPath] {
        found[glob] ?? []
    }

    /// Nothing.
    init() {}

    /// Walks the top directories that the patterns begin with.
    init(scanning session: GuestfsSession, for globs: Set<GuestGlob>) throws {
        let top = try session.names(in: "/")
        let index = GlobIndex(globs)
        for name in top { add(("/" as GuestPath).appending(name).bytes[...], index) }
        let wanted = top.filter { index.topDirectories.contains(String(decoding: $0, as: UTF8.self)) }
        for (name, status) in zip(wanted, try session.status(in: "/", names: wanted)) {
            let directory = ("/" as GuestPath).appending(name)
            if status?.kind == .symlink { links.append(directory) }
            guard status?.kind == .directory else { continue }
            try session.checkCancellation()
            try session.forEachPath(below: directory) { add($0, index) }
        }
        for glob in found.keys { found[glob]?.sort() }
    }

    private mutating func add(_ path: ArraySlice<UInt8>, _ index: GlobIndex) {
        let candidates = index.candidates(path)
        if candidates.isEmpty { return }
        let copy = GuestPath(Array(path))
        copy.withCString { string in
            guard let string else { return }
            for glob in candidates where glob.matches(string) { found[glob, default: []].append(copy) }
        }
    }
}

/// Patterns by the first two components of their paths, so that a name is compared with few of them.
private struct GlobIndex {
    private var byTwo: [ArraySlice<UInt8>: [GuestGlob]] = [:]
    private var byOne: [ArraySlice<UInt8>: [GuestGlob]] = [:]
    private var others: [GuestGlob] = []
    private(set) var topDirectories: Set<String> = []

    init(_ globs: Set<GuestGlob>) {
        for glob in globs {
            if let two = glob.components(2) {
                byTwo[Array(two.utf8)[...], default: []].append(glob)
            } else if let one = glob.components(1), glob.text.utf8.count > one.utf8.count {
                byOne[Array(one.utf8)[...], default: []].append(glob)
            } else {
                others.append(glob)
                continue
            }
            if let one = glob.components(1) { topDirectories.insert(String(one.dropFirst())) }
        }
    }

    func candidates(_ path: ArraySlice<UInt8>) -> [GuestGlob] {
        let slash = UInt8(ascii: "/")
        let first = path.dropFirst().firstIndex(of: slash)
        guard let first else { return others }
        let second = path[(first + 1)...].firstIndex(of: slash) ?? path.endIndex
        return (byTwo[path[..<second]] ?? []) + (byOne[path[..<first]] ?? [])
    }
}
