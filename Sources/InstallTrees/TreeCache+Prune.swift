import Glibc
public import SystemPackage

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension TreeCache {
    /// One complete tree of the cache.
    public struct Entry: Sendable, Hashable {
        /// The entry's directory.
        public let path: FilePath
        /// The URL without user information, or the name of the ISO image.
        public let source: String
        /// The bytes that its files take on disk.
        public let size: Int64
        /// When it was used last, in seconds since 1970.
        public let lastUsed: Int64
    }

    /// The complete entries, the one that was used longest ago first.
    public func entries() throws(TreeError) -> [Entry] {
        var result: [Entry] = []
        for name in try names() where name.utf8.count == 64 && name.isHexadecimal {
            let path = directory.appending(name)
            // Another process may prune at the same time: what is gone is no entry.
            guard let status = try? Files.status(path), status.isDirectory else { continue }
            let marker = try? marker(path)
            result.append(
                Entry(
                    path: path,
                    source: marker?.source ?? "",
                    size: Files.allocatedSize(path),
                    lastUsed: status.modified / 1_000_000_000
                )
            )
        }
        return result.sorted { ($0.lastUsed, $0.path.string) < ($1.lastUsed, $1.path.string) }
    }

    /// Removes entries, least recently used first, until those that are left take no more than `limit` bytes.
    ///
    /// An entry that a process uses or fetches is never removed, so the cache may stay larger than asked. What processes
    /// that are gone have left, and digests that nobody has asked for in half a year, go first.
    ///
    /// - Parameters:
    ///   - limit: in bytes; 0 empties the cache.
    ///   - keeping: entries to keep in any case, by their paths or the path of a file in them.
    /// - Returns: what was removed.
    @discardableResult
    public func prune(toBytes limit: Int64, keeping: Set<FilePath> = []) throws(TreeError) -> [Entry] {
        sweep()
        sweepDigests()
        let entries = try entries()
        var total = entries.reduce(0) { $0 + $1.size }
        let kept = Set(keeping.map { Files.absolute($0) }).flatMap { [$0, $0.removingLastComponent()] }
        var removed: [Entry] = []
        for entry in entries {
            guard total > limit else { break }
            guard !kept.contains(entry.path), remove(entry.path) else { continue }
            total -= entry.size
            removed.append(entry)
        }
        return removed
    }

    /// Removes an entry, unless somebody uses it.
    private func remove(_ entry: FilePath) -> Bool {
        let name = entry.lastComponent?.string ?? ""
        // First the right to fetch it, then the entry itself: nobody can be between the two.
        let fetching = directory.appending(Self.lockPrefix + name)
        guard let right = try? HeldLock.take(fetching, options: .create) else { return false }
        defer { withExtendedLifetime(right) { Files.remove(fetching) } }
        guard let lock = try? HeldLock.take(entry, options: .directory) else { return false }
        // Renaming is one step, removing is many; whoever looks for the entry sees all of it or nothing.
        let stale = directory.appending("\(Self.draftPrefix)pruned-\(name)")
        guard (try? Files.rename(entry, to: stale)) != nil else { return false }
        withExtendedLifetime(lock) { Files.remove(stale) }
        return true
    }

    private func sweepDigests() {
        let digests = directory.appending(DigestCache.directoryName)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: digests.string)) ?? []
        let oldest = Int64(Date().timeIntervalSince1970) - 183 * 86_400
        for name in names {
            let path = digests.appending(name)
            if let status = try? Files.status(path), status.modified / 1_000_000_000 < oldest { Files.remove(path) }
        }
    }

    private func names() throws(TreeError) -> [String] {
        guard try Files.statusIfPresent(directory) != nil else { return [] }
        return try Files.check(directory, "cannot read") {
            try FileManager.default.contentsOfDirectory(atPath: directory.string)
        }
    }
}
