import GRDB

/// The tables of the index, as a list of migrations that is only ever added to.
enum RegistrySchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 images") { database in
            try database.execute(
                sql: """
                    CREATE TABLE image (
                        seq INTEGER PRIMARY KEY AUTOINCREMENT,
                        id TEXT NOT NULL UNIQUE,
                        name TEXT NOT NULL,
                        status TEXT NOT NULL,
                        visibility TEXT NOT NULL,
                        protected INTEGER NOT NULL,
                        disk_format TEXT NOT NULL,
                        container_format TEXT NOT NULL,
                        size INTEGER NOT NULL,
                        virtual_size INTEGER NOT NULL,
                        checksum TEXT NOT NULL,
                        os_hash_algo TEXT NOT NULL,
                        os_hash_value TEXT NOT NULL,
                        sha256 TEXT NOT NULL,
                        min_disk INTEGER NOT NULL,
                        min_ram INTEGER NOT NULL,
                        created_at TEXT NOT NULL,
                        updated_at TEXT NOT NULL
                    ) STRICT;
                    CREATE INDEX image_name ON image (name);
                    CREATE INDEX image_sha256 ON image (sha256);
                    CREATE TABLE image_tag (
                        image_id TEXT NOT NULL REFERENCES image (id) ON DELETE CASCADE,
                        tag TEXT NOT NULL,
                        PRIMARY KEY (image_id, tag)
                    ) STRICT, WITHOUT ROWID;
                    CREATE TABLE image_property (
                        image_id TEXT NOT NULL REFERENCES image (id) ON DELETE CASCADE,
                        name TEXT NOT NULL,
                        value TEXT NOT NULL,
                        PRIMARY KEY (image_id, name)
                    ) STRICT, WITHOUT ROWID;
                    """
            )
        }
        return migrator
    }
}
