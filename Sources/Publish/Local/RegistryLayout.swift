import SystemPackage

/// Where a local registry keeps what.
struct RegistryLayout: Sendable {
    let root: FilePath

    var index: FilePath { root.appending("index.sqlite") }
    var lock: FilePath { root.appending(".lock") }
    var blobs: FilePath { root.appending("blobs").appending("sha256") }
    var ingest: FilePath { root.appending("ingest") }
    var staging: FilePath { root.appending("staging") }

    /// Whether the index may lack rows.
    var incomplete: IncompleteMark { IncompleteMark(self) }
    /// Whose the stores are.
    var owner: StoreOwner { StoreOwner(layout: self) }

    /// The staged bytes of an image.
    func staged(_ id: ImageID) -> FilePath { staging.appending(id.description) }
}
