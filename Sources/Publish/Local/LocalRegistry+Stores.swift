import DiskImages
import GRDB
public import SystemPackage

extension LocalRegistry {
    /// Adds a directory for bytes, on another disk for instance, as a store beside the registry's own.
    ///
    /// - Throws: ``RegistryError`` with the code conflict where a store has that name, a directory of another store or registry is there,
    ///   above or below, or there are bytes of which nobody knows whose they are.
    public func addStore(_ name: String, at directory: FilePath, description: String? = nil) async throws {
        try await work { index, _ in
            try requireAdministrator(to: "add a store")
            guard name.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._-]{0,63}/) != nil else {
                throw RegistryError(.invalid, "'\(name)' is no name of a store: letters, digits, '.', '_' and '-'")
            }
            let store = LocalStore(
                id: name,
                root: try StoreOwner.realPath(FileIO.absolute(directory)),
                description: description
            )
            try index.prepare()
            try index.write { database in
                for other in try index.stores(database) {
                    guard other.id != name else {
                        throw RegistryError(.conflict, "there is the store '\(name)' at \(other.root) already")
                    }
                    guard try !StoreOwner.overlap(store.root, other.root) else {
                        throw RegistryError(
                            .conflict,
                            path: store.root,
                            "\(store.root) is \(other.root), inside or above it, where the store '\(other.id)' is; choose another"
                        )
                    }
                }
                // Bytes that it had before the index was lost, say, and of which there are no rows any more.
                if try index.layout.owner.take(store) { try index.layout.incomplete.set() }
                try database.execute(
                    sql: "INSERT INTO store VALUES (?, ?, ?)",
                    arguments: [name, store.root.string, description]
                )
            }
        }
    }

    /// Forgets a store that has no image's bytes; its directory stays.
    public func removeStore(_ name: String) async throws {
        try await work { index, _ in
            try requireAdministrator(to: "remove a store")
            try index.prepare()
            try index.write { database in
                guard name != LocalStore.own, let store = try index.stores(database).first(where: { $0.id == name })
                else {
                    throw RegistryError(.notFound, "there is no store '\(name)' that could be removed")
                }
                let count =
                    try Int.fetchOne(
                        database,
                        sql: "SELECT COUNT(*) FROM image_store WHERE store = ?",
                        arguments: [name]
                    ) ?? 0
                guard count == 0 else {
                    throw RegistryError(
                        .conflict,
                        "the store '\(name)' has the bytes of \(count) images; delete them from it first"
                    )
                }
                try database.execute(sql: "DELETE FROM store WHERE id = ?", arguments: [name])
                // Where it cannot, the directory stays this registry's.
                try? index.layout.owner.release(store)
            }
        }
    }

    /// The stores, the usual one first.
    public func stores(detailed: Bool) async throws -> [ImageStore] {
        let type = detailed && actor.role == .admin ? "file" : nil
        return try await work { index, _ in
            (try index.read { try index.stores($0) } ?? [index.ownStore]).map { store in
                ImageStore(
                    id: store.id,
                    description: store.description,
                    isDefault: store.id == LocalStore.own,
                    isReadOnly: false,
                    type: type
                )
            }
        }
    }

    /// Deletes the bytes that one store has of an image; its only copy is deleted with the image.
    public func delete(_ id: ImageID, from store: String) async throws {
        let rules = AccessRules(actor: actor)
        let image = try await show(id.description)
        try rules.requireDeleteFromStore(image)
        try await work { index, _ in
            try BlobMark.around(index.layout) { mark in
                let sha256 = try index.write { database in
                    // Glance's order and words (glance/api/v2/images.py, delete_from_store).
                    let image = try index.find(id.description, for: rules, database)
                    guard try index.stores(database).contains(where: { $0.id == store }) else {
                        throw RegistryError(.conflict, "The selected store \(store) is not available on this node.")
                    }
                    guard image.status == .active else {
                        throw RegistryError(
                            .conflict,
                            "It's not allowed to remove image data from store if image status is not 'active'"
                        )
                    }
                    let stores = try index.stores(of: image, database)
                    guard stores.count > 1 else {
                        throw RegistryError(
                            .forbidden,
                            "Cannot delete image data from the only store containing it. "
                                + "Consider deleting the image instead."
                        )
                    }
                    guard stores.contains(where: { $0.id == store }) else {
                        throw RegistryError(.notFound, "Image \(id) is not stored in store \(store).")
                    }
                    try index.setStores(stores.filter { $0.id != store }, of: id, database)
                    return image.sha256
                }
                guard let sha256 else { return }
                mark.clean { try index.uncancelled.write { try index.removeBlobIfUnreferenced(sha256, $0) } }
            }
        }
    }

    /// Copies an image's bytes from a store that has them into others.
    func copy(_ image: Image, into choice: StoreChoice, allMustSucceed: Bool) async throws {
        let rules = AccessRules(actor: actor)
        try rules.require(actor.role == .admin, to: "copy_image")
        try await work { index, cancellation in
            guard let sha256 = image.sha256, let size = image.size else { return }
            guard
                let (present, wanted) = try index.read({ database in
                    (try index.stores(of: image, database), try index.stores(choice, database))
                })
            else { return }
            if choice != .all, let store = wanted.first(where: { present.contains($0) }) {
                throw RegistryError(.invalid, "Image is already present at store '\(store.id)'")
            }
            let missing = wanted.filter { !present.contains($0) }
            guard !missing.isEmpty else { return }
            func requireRoom(_ copies: Int, _ database: Database) throws {
                try index.require(.sizeTotal, delta: size * Int64(copies), for: actor.project, database)
            }
            _ = try index.read { try requireRoom(missing.count, $0) }
            // What is left in another store's directory is found only where something is in the registry's own.
            try BlobMark.around(index.layout) { _ in
                let placed = try withCopy(StoredBlob("image \(image.id)", size, sha256), in: present, cancellation) {
                    try place(
                        $1,
                        sha256,
                        in: missing,
                        allMustSucceed: allMustSucceed,
                        isVerifying: true,
                        cancellation
                    )
                }
                defer { for (_, partial) in placed { partial.discard() } }
                try commit(placed.map { ($0.0.blob(sha256), $0.1) }, index) { database in
                    let image = try index.find(image.id.description, for: rules, database)
                    try index.requirePresent(placed.map(\.0), database)
                    // Another copy may have come to its end meanwhile, and others may have used the room up.
                    let present = try index.stores(of: image, database)
                    let new = placed.map(\.0).filter { !present.contains($0) }
                    if !new.isEmpty { try requireRoom(new.count, database) }
                    try index.setStores(present + new, of: image.id, database)
                }
            }
        }
    }

    /// Brings bytes into the ingest directories of stores, ready to be named there.
    ///
    /// - Parameters:
    ///   - source: The file.
    ///   - sha256: What its digest is to be.
    ///   - allMustSucceed: Whether one that fails is the end; else it is left out while one other succeeds.
    ///   - mayBeNone: Whether all may fail then.
    ///   - isVerifying: Whether the digest of what is copied is compared; else it was.
    func place(
        _ source: FilePath,
        _ sha256: String,
        in stores: [LocalStore],
        allMustSucceed: Bool,
        mayBeNone: Bool = false,
        isVerifying: Bool,
        _ cancellation: CancellationFlag
    ) throws -> [(LocalStore, PartialFile)] {
        var placed: [(LocalStore, PartialFile)] = []
        var failure: (any Error)?
        let owner = RegistryLayout(root: try FileIO.absolute(root)).owner
        for store in stores {
            do {
                try owner.require(store)
                for directory in [store.blobs, store.ingest] { try FileIO.createDirectories(directory) }
                let (partial, _) = try FileTransfer.bring(
                    source,
                    into: store.ingest,
                    for: "image",
                    methods: [.reflink, .copy],
                    digests: nil,
                    cancellation: cancellation,
                    progress: nil
                )
                if isVerifying {
                    let accumulator = DigestAccumulator.sha256()
                    _ = try ByteStream(partial.file, partial.path, digests: accumulator, cancellation: cancellation)
                        .run()
                    let found = accumulator.sha256Value()
                    guard found == sha256 else {
                        partial.discard()
                        throw RegistryError(
                            .corrupt,
                            path: source,
                            "\(source) is damaged: its sha256 is \(found)"
                        )
                    }
                }
                try FileIO.setPermissions([.ownerRead, .groupRead, .otherRead], of: partial.file, partial.path)
                try FileIO.sync(partial.file, partial.path)
                placed.append((store, partial))
            } catch let error as CancellationError {
                for (_, partial) in placed { partial.discard() }
                throw error
            } catch {
                failure = failure ?? error
            }
        }
        if let failure, allMustSucceed || placed.isEmpty && !mayBeNone {
            for (_, partial) in placed { partial.discard() }
            throw failure
        }
        return placed
    }
}
