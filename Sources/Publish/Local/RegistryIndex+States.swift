import DiskImages
import GRDB

extension RegistryIndex {
    /// Images in a state that only a process at work with them may leave them in, where none is, or whose staged bytes are gone.
    ///
    /// A process that is at work has a locked file in the staging area that is called by the image's id.
    func deadStates(_ database: Database) throws -> [(id: String, status: String)] {
        let sql = "SELECT id, status FROM image WHERE status IN ('saving', 'uploading', 'importing') ORDER BY seq"
        return try Row.fetchAll(database, sql: sql).map { (id: $0[0], status: $0[1]) }.filter { id, status in
            guard let id = ImageID(id) else { return true }
            if status == ImageStatus.uploading.rawValue, try FileIO.status(at: layout.staged(id)) != nil {
                return false
            }
            return try !PartialFile.isAlive(for: id.description, in: layout.staging)
        }
    }

    /// Whether there are images in such a state, or staged bytes that none waits for.
    func hasDeadStaging(_ database: Database) throws -> Bool {
        try !unneededStaging(database).isEmpty || !deadStates(database).isEmpty
    }

    /// Takes those back to where they were, and answers how many they are; inside a write transaction.
    func endDeadStates(_ database: Database) throws -> Int {
        let dead = try deadStates(database)
        for (id, _) in dead { try requeue(id, database) }
        return dead.count
    }

    /// Takes an image back to the state without bytes, as a Glance does where an upload or an import fails, so that it can be tried again.
    func requeue(_ id: String, _ database: Database) throws {
        try database.execute(
            sql: """
                UPDATE image SET status = 'queued', size = NULL, virtual_size = NULL, checksum = NULL,
                    os_hash_algo = NULL, os_hash_value = NULL, sha256 = NULL, updated_at = ? WHERE id = ?
                """,
            arguments: [Timestamp.text(Timestamp.now()), id]
        )
    }
}
