import SystemPackage

/// A place where a local registry keeps bytes: its own directory, or one that an administrator added.
struct LocalStore: Sendable, Hashable {
    /// Its name.
    let id: String
    /// The directory.
    let root: FilePath
    /// What its administrator says of it.
    var description: String?

    /// The name of the registry's own.
    static let own = "local"

    var blobs: FilePath { root.appending("blobs").appending("sha256") }
    var ingest: FilePath { root.appending("ingest") }
    /// Where bytes are put that no image has, and that may be wanted all the same.
    var unlisted: FilePath { root.appending("unlisted-blobs") }

    /// `blobs/sha256/aa/aabb...`, so that no directory grows too large.
    func blob(_ sha256: String) -> FilePath { blobs.appending(String(sha256.prefix(2))).appending(sha256) }
}
