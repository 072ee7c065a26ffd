import DiskImages
import GRDB
import SystemPackage

extension RegistryIndex {
    /// The store in the registry's own directory, which is the usual one.
    var ownStore: LocalStore { LocalStore(id: LocalStore.own, root: layout.root) }

    /// All stores, the usual one first.
    func stores(_ database: Database) throws -> [LocalStore] {
        [ownStore]
            + (try Row.fetchAll(database, sql: "SELECT id, path, description FROM store ORDER BY id").map { row in
                LocalStore(id: row[0], root: FilePath(row[1] as String), description: row[2])
            })
    }

    /// The stores that a choice means; a store that there is not is a conflict, as for Glance.
    func stores(_ choice: StoreChoice, _ database: Database) throws -> [LocalStore] {
        let all = try stores(database)
        switch choice {
        case .usual: return [ownStore]
        case .all: return all
        case .named(let names):
            return try Set(names).sorted().map { name in
                guard let store = all.first(where: { $0.id == name }) else {
                    throw RegistryError(
                        .conflict,
                        "there is no store '\(name)'; this registry has \(all.map(\.id).joined(separator: ", "))"
                    )
                }
                return store
            }
        }
    }

    /// The stores that have an image's bytes, the usual one first.
    ///
    /// In the index those are written down that are not in the registry's own store alone, as they are nearly everywhere.
    func stores(of image: Image, _ database: Database) throws -> [LocalStore] {
        guard image.sha256 != nil else { return [] }
        let names = try String.fetchSet(
            database,
            sql: "SELECT store FROM image_store WHERE image_id = ?",
            arguments: [image.id.description]
        )
        return try stores(database).filter { names.isEmpty ? $0.id == LocalStore.own : names.contains($0.id) }
    }

    /// Writes down which stores have an image's bytes.
    func setStores(_ stores: [LocalStore], of id: ImageID, _ database: Database) throws {
        try database.execute(sql: "DELETE FROM image_store WHERE image_id = ?", arguments: [id.description])
        guard stores.map(\.id) != [LocalStore.own] else { return }
        for store in stores {
            try database.execute(
                sql: "INSERT INTO image_store VALUES (?, ?)",
                arguments: [id.description, store.id]
            )
        }
    }

    /// The digests of all that a store is to have.
    func digests(in store: LocalStore, _ database: Database) throws -> Set<String> {
        let listed = "SELECT image_id FROM image_store WHERE store = ?"
        guard store.id == LocalStore.own else {
            return try String.fetchSet(
                database,
                sql: "SELECT sha256 FROM image WHERE sha256 IS NOT NULL AND id IN (\(listed))",
                arguments: [store.id]
            )
        }
        return try String.fetchSet(
            database,
            sql: """
                SELECT sha256 FROM image WHERE sha256 IS NOT NULL
                    AND (id IN (\(listed)) OR id NOT IN (SELECT image_id FROM image_store))
                UNION SELECT sha256 FROM image_document
                """,
            arguments: [store.id]
        )
    }

    /// Whether a store is to have bytes of this digest.
    func isReferenced(_ sha256: String, in store: LocalStore, _ database: Database) throws -> Bool {
        let isOwn = store.id == LocalStore.own
        let sql = """
            SELECT EXISTS (
                SELECT 1 FROM image WHERE sha256 = :digest AND (
                    EXISTS (SELECT 1 FROM image_store WHERE image_id = image.id AND store = :store)
                    OR :own AND NOT EXISTS (SELECT 1 FROM image_store WHERE image_id = image.id)
                )
            ) OR :own AND EXISTS (SELECT 1 FROM image_document WHERE sha256 = :digest)
            """
        return try Bool.fetchOne(
            database,
            sql: sql,
            arguments: ["digest": sha256, "store": store.id, "own": isOwn]
        ) ?? true
    }

    /// That stores are still there; inside the write transaction that says what is in them.
    func requirePresent(_ stores: [LocalStore], _ database: Database) throws {
        let all = try self.stores(database)
        for store in stores where !all.contains(where: { $0.id == store.id && $0.root == store.root }) {
            throw RegistryError(.conflict, "the store '\(store.id)' was removed meanwhile")
        }
    }

    /// Whether bytes in a store to which no row refers are nobody's.
    private func mayRemove(from store: LocalStore) throws -> Bool {
        try !layout.incomplete.stands() && layout.owner.owns(store)
    }

    /// Removes a blob from each store in which no image refers to it; inside a write transaction.
    func removeBlobIfUnreferenced(_ sha256: String, _ database: Database) throws {
        for store in try stores(database)
        where try !isReferenced(sha256, in: store, database) && mayRemove(from: store) {
            try FileIO.remove(store.blob(sha256))
        }
    }

    /// Removes all blobs to which no image refers, inside a write transaction, and answers their sizes.
    func removeUnreferencedBlobs(_ database: Database) throws -> [Int64] {
        var sizes: [Int64] = []
        for store in try stores(database) where try mayRemove(from: store) {
            let referenced = try digests(in: store, database)
            for file in try Self.files(in: store) where !referenced.contains(file.path.lastComponent?.string ?? "") {
                try cancellation.check()
                if try FileIO.remove(file.path) { sizes.append(file.size) }
            }
        }
        return sizes
    }

    /// All files among a store's blobs, and their sizes.
    static func files(in store: LocalStore) throws -> [(path: FilePath, size: Int64)] {
        var files: [(path: FilePath, size: Int64)] = []
        for directory in try FileIO.names(in: store.blobs) {
            let directory = store.blobs.appending(directory)
            guard try FileIO.status(at: directory)?.isDirectory == true else { continue }
            for name in try FileIO.names(in: directory) {
                let path = directory.appending(name)
                files.append((path, try FileIO.status(at: path)?.size ?? 0))
            }
        }
        return files
    }
}
