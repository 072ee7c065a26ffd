import Glibc
import SystemPackage

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The cache of fetched trees: one directory an entry, complete from the moment it has its name.
///
/// An entry is `<64 hexadecimal digits>/{.treeinfo,kernel,initrd,complete}`. It is put together in a directory whose name
/// starts with a dot and which is locked (flock) as long as its process lives; what is not locked any more is left over.
struct TreeCache {
    /// What `complete` records, so that a cached tree need not be read again.
    struct Marker: Codable, Hashable {
        var format = 1
        let source: String
        let kernelDigest: String
        let kernelSize: Int64
        let initrdDigest: String
        let initrdSize: Int64
        let verification: InstallTree.Verification
    }

    /// A directory in which an entry is being put together.
    struct Draft {
        let path: FilePath
        private let lock: FileDescriptor

        fileprivate init(_ path: FilePath, _ lock: FileDescriptor) {
            self.path = path
            self.lock = lock
        }

        /// Removes the directory, if it still has this name, and lets the lock go.
        func discard() {
            Files.remove(path)
            release()
        }

        fileprivate func release() { try? lock.close() }
    }

    static let treeinfoName = ".treeinfo"
    static let kernelName = "kernel"
    static let initrdName = "initrd"
    private static let markerName = "complete"
    private static let draftPrefix = ".fetch-"

    let directory: FilePath

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

    /// Notes that an entry was used now: pruning goes by the directory's modification time.
    func touch(_ entry: FilePath) { _ = utimensat(AT_FDCWD, entry.string, nil, 0) }

    /// Takes an entry's marker away, so that the next fetch replaces it.
    func invalidate(_ entry: FilePath) { Files.remove(entry.appending(Self.markerName)) }

    /// A new, locked directory for an entry.
    func draft() throws(TreeError) -> Draft {
        try Files.createDirectories(directory)
        // Another fetch's sweep may find the directory before it is locked, and take it for left over; then another one
        // is made. A file system that knows no locks ends the loop.
        for _ in 0..<100 {
            let random = UInt64.random(in: .min ... .max)
            let path = directory.appending("\(Self.draftPrefix)\(String(random, radix: 16))")
            guard mkdir(path.string, 0o755) == 0 else { throw .file(Errno(rawValue: errno), path, "cannot create") }
            if let lock = Self.lock(path) { return Draft(path, lock) }
            Files.remove(path)
        }
        throw TreeError(
            .io,
            at: directory.string,
            "cannot lock a directory in \(directory)",
            hint: "keep the cache on a local file system: IMAGEBAKE_HOME moves it"
        )
    }

    /// Writes the marker, gives the draft its final name and returns the entry's marker.
    ///
    /// Where another process was faster its entry stays and the draft goes; an entry that is not complete is replaced.
    func publish(_ draft: Draft, as entry: FilePath, _ marker: Marker) throws(TreeError) -> Marker {
        let path = draft.path.appending(Self.markerName)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        let bytes = try Files.check(path, "cannot write") { try encoder.encode(marker) }
        try Files.writeAtomically(Array(bytes), to: path)
        if let other = try self.marker(entry) {
            draft.discard()
            return other
        }
        do throws(TreeError) {
            try Files.rename(draft.path, to: entry)
        } catch {
            if let other = try self.marker(entry) {
                draft.discard()
                return other
            }
            // Something incomplete has the name. It is moved away first: renaming is one step, removing is many.
            let stale = directory.appending("\(Self.draftPrefix)stale-\(draft.path.lastComponent?.string ?? "")")
            try Files.rename(entry, to: stale)
            Files.remove(stale)
            try Files.rename(draft.path, to: entry)
        }
        draft.release()
        return marker
    }

    /// Removes the drafts of processes that are gone.
    func sweep() {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: directory.string) else { return }
        for name in names where name.hasPrefix(Self.draftPrefix) {
            let path = directory.appending(name)
            guard let lock = Self.lock(path) else { continue }
            Files.remove(path)
            try? lock.close()
        }
    }

    /// Locks a directory, nil where another open file holds the lock or the directory went away meanwhile.
    private static func lock(_ path: FilePath) -> FileDescriptor? {
        let options: FileDescriptor.OpenOptions = [.directory, .closeOnExec]
        guard let file = try? FileDescriptor.open(path, .readOnly, options: options) else { return nil }
        // A sweep may have come between making the directory and locking it: then the name is gone or someone else's.
        guard flock(file.rawValue, LOCK_EX | LOCK_NB) == 0,
            let named = try? Files.status(path), let opened = try? Files.status(file, path),
            named.inode == opened.inode, named.device == opened.device
        else {
            try? file.close()
            return nil
        }
        return file
    }
}
