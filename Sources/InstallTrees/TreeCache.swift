import Glibc
public import SystemPackage

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// The cache of fetched trees: one directory an entry, complete from the moment it has its name.
///
/// An entry is `<64 hexadecimal digits>/{.treeinfo,kernel,initrd,complete}`. It is put together in a directory whose name
/// starts with a dot and which is locked (flock) as long as its process lives; what is not locked any more is left over.
/// `.lock-<entry>` is held by the one process that fetches an entry, and a shared lock on the entry's directory by each
/// that uses it.
public struct TreeCache: Sendable {
    /// What `complete` records, so that a cached tree need not be read again.
    struct Marker: Codable, Hashable {
        var format = 1
        let source: String
        let kernelDigest: String
        let kernelSize: Int64
        let initrdDigest: String
        let initrdSize: Int64
        let verification: InstallTree.Verification
        /// Where kernel and initrd are on a medium without a treeinfo, else nil.
        var images: [String]?
        /// The second line of such a medium's `.discinfo`.
        var product: String?
        /// `.treeinfo` or `treeinfo`.
        var treeinfoName: String?
    }

    /// A directory in which an entry is being put together.
    struct Draft {
        let path: FilePath
        fileprivate let lock: HeldLock

        fileprivate init(_ path: FilePath, _ lock: HeldLock) {
            self.path = path
            self.lock = lock
        }

        /// Removes the directory, if it still has this name.
        func discard() { Files.remove(path) }
    }

    static let treeinfoName = ".treeinfo"
    static let kernelName = "kernel"
    static let initrdName = "initrd"
    private static let markerName = "complete"
    static let draftPrefix = ".fetch-"
    static let lockPrefix = ".lock-"

    /// Where the entries are.
    public let directory: FilePath

    /// The cache in a directory, which need not exist.
    public init(directory: FilePath) { self.directory = Files.absolute(directory) }

    /// The entry of a tree: the same source, architecture and treeinfo have the same one.
    func entry(_ source: String, arch: String, treeinfo: [UInt8]) -> FilePath {
        let key = FileDigest.sha256(Array("\(source)\n\(arch)\n".utf8) + treeinfo)
        return directory.appending(key)
    }

    /// The marker of a complete entry whose files have the recorded sizes, else nil.
    func marker(_ entry: FilePath) throws(TreeError) -> Marker? {
        guard try Files.statusIfPresent(entry.appending(Self.markerName)) != nil else { return nil }
        let bytes = try Files.read(entry.appending(Self.markerName), limit: 65536)
        guard let marker = try? JSONDecoder().decode(Marker.self, from: Data(bytes)), marker.format == 1,
            try Files.statusIfPresent(entry.appending(Self.kernelName))?.size == marker.kernelSize,
            try Files.statusIfPresent(entry.appending(Self.initrdName))?.size == marker.initrdSize
        else { return nil }
        return marker
    }

    /// Whether a complete entry was made, or found to be right, at or after a moment.
    ///
    /// A time that is still to come was written by a clock that was wrong, and proves nothing.
    func isNew(_ entry: FilePath, since moment: Date?) -> Bool {
        guard let moment else { return true }
        guard let status = try? Files.status(entry.appending(Self.markerName)) else { return false }
        let made = Double(status.modified) / 1e9
        // The kernel stamps files by a clock that is some milliseconds behind (current_time, fs/inode.c).
        return made >= moment.timeIntervalSince1970 - 0.05 && made <= Date().timeIntervalSince1970 + 2
    }

    /// Whether there is a complete entry of a URL's tree, whatever its treeinfo says now.
    ///
    /// - Parameter moment: Since when it must have been fetched; nil for any.
    public func holdsTree(from url: String, since moment: Date? = nil) throws(TreeError) -> Bool {
        let base = try TreeURL(url).text
        return try entries().contains { $0.source == base && isNew($0.path, since: moment) }
    }

    /// Whether a complete entry's bytes are still those it was made of; they are read for it.
    ///
    /// An entry that is not loses its marker, so that the next fetch replaces it.
    func isIntact(
        _ entry: FilePath,
        _ marker: Marker,
        _ progress: @escaping @Sendable (TreeFetchEvent) -> Void
    ) async throws(TreeError) -> Bool {
        for (name, digest) in [(Self.kernelName, marker.kernelDigest), (Self.initrdName, marker.initrdDigest)] {
            let found = try await FileDigest.digests(of: entry.appending(name), [.sha256], progress: progress)
            guard found[.sha256] == digest else {
                progress(
                    .warning("the cached \(name) of \(marker.source) was changed on disk: it is fetched again")
                )
                invalidate(entry)
                return false
            }
        }
        return true
    }

    /// A complete entry's marker, and the lease that keeps the entry where it is; nil where there is none.
    func lease(_ entry: FilePath) throws(TreeError) -> (Marker, TreeLease)? {
        // A pruner holds an entry for no longer than a rename takes, and is gone at the next look.
        for _ in 0..<100 {
            guard try Files.statusIfPresent(entry) != nil else { return nil }
            let lock: HeldLock?
            do throws(TreeError) {
                lock = try HeldLock.take(entry, shared: true, options: .directory)
            } catch  where error.code == .missingFile {
                return nil
            }
            guard let lock else {
                usleep(1000)
                continue
            }
            return try marker(entry).map { ($0, TreeLease(lock)) }
        }
        return nil
    }

    /// The right to fetch an entry; everybody else waits.
    ///
    /// - Parameter waiting: called once where another process, or another task of this one, is fetching it already.
    func lock(_ entry: FilePath, waiting: () -> Void) async throws(TreeError) -> EntryLock {
        try Files.createDirectories(directory)
        let path = directory.appending(Self.lockPrefix + (entry.lastComponent?.string ?? "entry"))
        var hasSaid = false
        while true {
            if let lock = try HeldLock.take(path, options: .create) { return EntryLock(path, lock) }
            if !hasSaid { waiting() }
            hasSaid = true
            do {
                try await Task.sleep(for: .milliseconds(50))
            } catch {
                throw .cancelled(entry.string)
            }
        }
    }

    /// The right to fetch an entry, until it is released or its process is gone.
    struct EntryLock {
        private let path: FilePath
        private let lock: HeldLock

        fileprivate init(_ path: FilePath, _ lock: HeldLock) {
            self.path = path
            self.lock = lock
        }

        /// Lets the next one fetch.
        func release() {
            // Removed while it is held: whoever waits for it finds that the name is gone, and takes a new one.
            withExtendedLifetime(lock) { Files.remove(path) }
        }
    }

    /// Notes that an entry was used now: pruning goes by the directory's modification time.
    func touch(_ entry: FilePath) { _ = utimensat(AT_FDCWD, entry.string, nil, 0) }

    /// Takes an entry's marker away, so that the next fetch replaces it.
    func invalidate(_ entry: FilePath) { Files.remove(entry.appending(Self.markerName)) }

    /// A new, locked directory for an entry.
    func draft() throws(TreeError) -> Draft {
        try Files.createDirectories(directory)
        // Another fetch's sweep may find the directory before it is locked, and take it for left over; then another one
        // is made.
        for _ in 0..<100 {
            let random = UInt64.random(in: .min ... .max)
            let path = directory.appending("\(Self.draftPrefix)\(String(random, radix: 16))")
            guard mkdir(path.string, 0o755) == 0 else { throw .file(Errno(rawValue: errno), path, "cannot create") }
            do throws(TreeError) {
                if let lock = try HeldLock.take(path, options: .directory) { return Draft(path, lock) }
            } catch  where error.code == .missingFile {
                continue
            }
            Files.remove(path)
        }
        throw TreeError(
            .io,
            at: directory.string,
            "cannot lock a directory in \(directory)",
            hint: "keep the cache on a local file system: IMAGEBAKE_HOME moves it"
        )
    }

    /// Writes the marker, gives the draft its final name and returns the entry's marker and its lease.
    ///
    /// Where another process was faster its entry stays and the draft goes; an entry that is not complete is replaced.
    ///
    /// - Parameter moment: Since when an entry must have been made to be left in its place. An older one that has the same bytes is new
    ///   again; one that has others is moved away, and where somebody uses it that throws.
    func publish(
        _ draft: Draft,
        as entry: FilePath,
        _ marker: Marker,
        notBefore moment: Date? = nil
    ) throws(TreeError) -> (Marker, TreeLease) {
        let path = draft.path.appending(Self.markerName)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        let bytes = try Files.check(path, "cannot write") { try encoder.encode(marker) }
        try Files.writeAtomically(Array(bytes), to: path)
        if let other = try lease(entry) {
            if isNew(entry, since: moment) {
                draft.discard()
                return other
            }
            if other.0 == marker {
                draft.discard()
                _ = utimensat(AT_FDCWD, entry.appending(Self.markerName).string, nil, 0)
                return other
            }
        }
        if moment != nil { try makeWay(entry) }
        do throws(TreeError) {
            try Files.rename(draft.path, to: entry)
        } catch {
            if let other = try lease(entry) {
                draft.discard()
                return other
            }
            // Something incomplete has the name. It is moved away first: renaming is one step, removing is many.
            let stale = directory.appending("\(Self.draftPrefix)stale-\(draft.path.lastComponent?.string ?? "")")
            try Files.rename(entry, to: stale)
            Files.remove(stale)
            try Files.rename(draft.path, to: entry)
        }
        draft.lock.share()
        return (marker, TreeLease(draft.lock))
    }

    /// Moves away an entry whose bytes are not what its source gives out now.
    private func makeWay(_ entry: FilePath) throws(TreeError) {
        guard try Files.statusIfPresent(entry) != nil else { return }
        guard let lock = try HeldLock.take(entry, options: .directory) else {
            throw TreeError(
                .changed,
                at: entry.string,
                "the tree gives out other files than those in the cache, which another bake uses",
                cause: "\(entry) is in use",
                hint: "run the command again when that bake has ended"
            )
        }
        let stale = directory.appending("\(Self.draftPrefix)stale-\(entry.lastComponent?.string ?? "")")
        try Files.rename(entry, to: stale)
        withExtendedLifetime(lock) { Files.remove(stale) }
    }

    /// Removes the drafts and the locks of processes that are gone.
    func sweep() {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: directory.string) else { return }
        for name in names {
            let isDraft = name.hasPrefix(Self.draftPrefix)
            guard isDraft || name.hasPrefix(Self.lockPrefix) else { continue }
            let path = directory.appending(name)
            let options: FileDescriptor.OpenOptions = isDraft ? .directory : []
            guard let taken = try? HeldLock.take(path, options: options) else { continue }
            withExtendedLifetime(taken) { Files.remove(path) }
        }
    }
}
