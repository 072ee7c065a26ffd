import DiskImages
import SystemPackage

/// A file in the registry's directory for as long as its index may lack rows, so that bytes without a row are not known to be nobody's.
///
/// It stands from before a new index is made beside blobs, or a damaged one is repaired, and outlives the process. Meanwhile nothing removes
/// bytes; a repair by ``LocalRegistry/check(isRepairing:isVerifying:progress:)`` puts those without a row aside, and ends it. A person may make
/// it too, before an older index is brought back from a backup.
struct IncompleteMark {
    let path: FilePath

    init(_ layout: RegistryLayout) {
        path = layout.root.appending("index.incomplete")
    }

    func stands() throws(DiskImageError) -> Bool { try FileIO.status(at: path) != nil }

    /// Makes it, durably.
    func set() throws {
        if try stands() { return }
        do {
            let file = try FileIO.create(path)
            defer { try? file.close() }
            try file.writeAll(
                """
                The registry's index may lack rows. No bytes are removed until 'imagebake registry fsck --repair' has put those of no
                image into 'unlisted-blobs'.

                """.utf8
            )
            try FileIO.sync(file, path)
        } catch let error as DiskImageError where error.code == .exists {
            // By another process; its name may not be durable yet.
        } catch let error as Errno {
            // Empty it says the same.
            throw DiskImageError(errno: error.rawValue, "cannot write", path)
        }
        try FileIO.syncDirectory(path.removingLastComponent())
    }

    func lift() throws {
        try FileIO.remove(path)
        try FileIO.syncDirectory(path.removingLastComponent())
    }
}
