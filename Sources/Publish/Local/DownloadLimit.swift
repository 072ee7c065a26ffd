import DiskImages
import GRDB
import Glibc
import SystemPackage

/// How many bytes a fetch may bring: a server may send without end.
struct DownloadLimit: Sendable {
    /// In bytes.
    let bytes: Int64
    /// What does not allow more.
    let reason: String
    /// The kind of failure that more is.
    let code: RegistryError.Code

    /// The largest image that a Glance takes (glance/common/config.py, `image_size_cap`, which bounds its web-download too).
    static let cap = DownloadLimit(bytes: 1 << 40, reason: "no image is larger", code: .tooLarge)

    /// What a file system has room for; some is left, so that the index can still be written.
    ///
    /// - Parameter directory: One that is there.
    static func room(in directory: FilePath) -> DownloadLimit? {
        var status = statvfs()
        guard directory.withPlatformString({ statvfs($0, &status) }) == 0 else { return nil }
        let free = Int64(clamping: status.f_bavail).multipliedReportingOverflow(by: Int64(clamping: status.f_frsize))
        guard !free.overflow else { return nil }
        return DownloadLimit(
            bytes: free.partialValue - min(free.partialValue / 16, 64 << 20),
            reason: "there is no more room in \(directory)",
            code: .noSpace
        )
    }

    /// The strictest.
    static func least(of limits: [DownloadLimit?]) -> DownloadLimit {
        limits.compactMap(\.self).min { $0.bytes < $1.bytes } ?? cap
    }

    /// Refuses what is more.
    func require(_ size: Int64, from place: String) throws(RegistryError) {
        guard size > bytes else { return }
        throw RegistryError(code, "\(place) is larger than \(bytes) bytes, and \(reason)")
    }
}

extension RegistryIndex {
    /// How many bytes an image of a project may have, of which so many stores get a copy; nil where nothing limits it.
    ///
    /// Whole MiB count, as for Glance.
    func sizeLimit(of project: String, copies: Int, _ database: Database) throws -> DownloadLimit? {
        let limit = try limit(.sizeTotal, of: project, database)
        guard limit >= 0 else { return nil }
        let left = try Int64(max(0, limit - usage(.sizeTotal, of: project, database)))
        let (bytes, isOverflow) = (left + 1).multipliedReportingOverflow(by: 1 << 20)
        guard !isOverflow else { return nil }
        return DownloadLimit(
            bytes: (bytes - 1) / Int64(max(1, copies)),
            reason: "the project \(project) has \(Quota.sizeTotal.rawValue) for \(left) MiB more",
            code: .tooLarge
        )
    }
}
