import Glibc
import SystemPackage

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Remembers the digests of files that are used in place, by device, inode, size and both times.
///
/// A file that was changed gets a new change time from the kernel, which nothing but turning the clock back undoes.
struct DigestCache {
    /// The name of the directory in a cache of trees.
    static let directoryName = ".digests"

    let directory: FilePath
    /// Nanoseconds since 1970.
    var now: @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970 * 1_000_000_000) }

    /// The digests of a file, read from it only where it has changed since the last time.
    ///
    /// - Parameter isRead: whether it is read in any case, so that something may be said of its bytes as they are now.
    func digests(
        of path: FilePath,
        _ algorithms: Set<Checksum.Algorithm>,
        isRead: Bool = false,
        progress: @escaping @Sendable (TreeFetchEvent) -> Void = { _ in }
    ) async throws(TreeError) -> [Checksum.Algorithm: String] {
        let before = try Files.status(path)
        let record = directory.appending(Self.name(path, before))
        let known = isRead ? [:] : Self.read(record) ?? [:]
        let missing = algorithms.subtracting(known.keys)
        if missing.isEmpty {
            // Pruning goes by the time of the last use.
            _ = utimensat(AT_FDCWD, record.string, nil, 0)
            return known
        }
        let digests = try await FileDigest.digests(of: path, missing, progress: progress)
            .merging(known) { new, _ in new }
        // A file that is being written now must not be remembered, and neither must one written within the clock's grain.
        guard try Files.status(path) == before, now() - before.changed > 2_000_000_000 else { return digests }
        // The cache saves time and nothing else: where it cannot be written the digests are as good.
        try? Files.createDirectories(directory)
        let lines = digests.map { "\($0.key.rawValue):\($0.value)\n" }.sorted().joined()
        try? Files.writeAtomically(Array(lines.utf8), to: record)
        return digests
    }

    /// The digests of a file where they are known without reading it.
    func known(of path: FilePath, _ algorithms: Set<Checksum.Algorithm>) throws(TreeError) -> [Checksum.Algorithm:
        String]?
    {
        guard let known = Self.read(directory.appending(Self.name(path, try Files.status(path)))),
            algorithms.isSubset(of: known.keys)
        else { return nil }
        return known
    }

    private static func name(_ path: FilePath, _ status: Files.Status) -> String {
        let identity = [
            "\(status.device)", "\(status.inode)", "\(status.size)", "\(status.modified)", "\(status.changed)",
            path.string,
        ]
        return FileDigest.sha256(identity.joined(separator: "\n").utf8)
    }

    private static func read(_ record: FilePath) -> [Checksum.Algorithm: String]? {
        guard let bytes = try? Files.read(record, limit: 4096) else { return nil }
        var digests: [Checksum.Algorithm: String] = [:]
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            guard let checksum = Checksum(String(line)) else { return nil }
            digests[checksum.algorithm] = checksum.hex
        }
        return digests
    }
}
