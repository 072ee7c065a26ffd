import GRDB

/// The tables of the index, as a list of migrations that is only ever added to.
enum RegistrySchema {
    static var migrator: DatabaseMigrator {
        // Unchecked, since rows that lost their image are for fsck to remove, which needs an index of this version.
        var migrator = DatabaseMigrator().disablingDeferredForeignKeyChecks()
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
        migrator.registerMigration("2 documents") { database in
            try database.execute(
                sql: """
                    CREATE TABLE image_document (
                        image_id TEXT NOT NULL REFERENCES image (id) ON DELETE CASCADE,
                        name TEXT NOT NULL,
                        size INTEGER NOT NULL,
                        sha256 TEXT NOT NULL,
                        PRIMARY KEY (image_id, name)
                    ) STRICT, WITHOUT ROWID;
                    CREATE INDEX image_document_sha256 ON image_document (sha256);
                    """
            )
        }
        // SQLite cannot let a column be null that could not; the tables that refer to the images are kept as they are meanwhile, by
        // the migrator's own switching off of foreign keys.
        migrator.registerMigration("3 life") { database in
            try database.execute(
                sql: """
                    CREATE TABLE new_image (
                        seq INTEGER PRIMARY KEY AUTOINCREMENT,
                        id TEXT NOT NULL UNIQUE,
                        name TEXT,
                        status TEXT NOT NULL,
                        visibility TEXT NOT NULL,
                        protected INTEGER NOT NULL,
                        os_hidden INTEGER NOT NULL,
                        owner TEXT NOT NULL,
                        disk_format TEXT,
                        container_format TEXT,
                        size INTEGER,
                        virtual_size INTEGER,
                        checksum TEXT,
                        os_hash_algo TEXT,
                        os_hash_value TEXT,
                        sha256 TEXT,
                        min_disk INTEGER NOT NULL,
                        min_ram INTEGER NOT NULL,
                        created_at TEXT NOT NULL,
                        updated_at TEXT NOT NULL
                    ) STRICT;
                    INSERT INTO new_image SELECT seq, id, name, status, visibility, protected, 0, 'default', disk_format,
                        container_format, size, virtual_size, checksum, os_hash_algo, os_hash_value, sha256, min_disk, min_ram,
                        created_at, updated_at FROM image;
                    DROP TABLE image;
                    ALTER TABLE new_image RENAME TO image;
                    CREATE INDEX image_name ON image (name);
                    CREATE INDEX image_sha256 ON image (sha256);
                    CREATE INDEX image_owner ON image (owner);
                    CREATE TABLE image_member (
                        image_id TEXT NOT NULL REFERENCES image (id) ON DELETE CASCADE,
                        project TEXT NOT NULL,
                        status TEXT NOT NULL,
                        created_at TEXT NOT NULL,
                        updated_at TEXT NOT NULL,
                        PRIMARY KEY (image_id, project)
                    ) STRICT, WITHOUT ROWID;
                    """
            )
        }
        migrator.registerMigration("4 lists") { database in
            // Each with the order of equal rows, the newest first, so that a page of a sorted list reads its own rows only.
            try database.execute(
                sql: """
                    DROP INDEX image_name;
                    DROP INDEX image_owner;
                    CREATE INDEX image_seq ON image (os_hidden, seq);
                    CREATE INDEX image_name ON image (os_hidden, name, seq DESC);
                    CREATE INDEX image_size ON image (os_hidden, size, seq DESC);
                    CREATE INDEX image_created_at ON image (os_hidden, created_at, seq DESC);
                    CREATE INDEX image_updated_at ON image (os_hidden, updated_at, seq DESC);
                    CREATE INDEX image_owner ON image (os_hidden, owner, seq);
                    CREATE INDEX image_tag_tag ON image_tag (tag);
                    CREATE INDEX image_property_value ON image_property (name, value);
                    CREATE INDEX image_member_project ON image_member (project, status);
                    """
            )
        }
        migrator.registerMigration("5 quotas") { database in
            try database.execute(
                sql: """
                    CREATE TABLE quota (
                        project TEXT NOT NULL,
                        resource TEXT NOT NULL,
                        "limit" INTEGER NOT NULL,
                        PRIMARY KEY (project, resource)
                    ) STRICT, WITHOUT ROWID;
                    """
            )
        }
        migrator.registerMigration("6 stores") { database in
            try database.execute(
                sql: """
                    CREATE TABLE store (
                        id TEXT NOT NULL PRIMARY KEY,
                        path TEXT NOT NULL UNIQUE,
                        description TEXT
                    ) STRICT, WITHOUT ROWID;
                    CREATE TABLE image_store (
                        image_id TEXT NOT NULL REFERENCES image (id) ON DELETE CASCADE,
                        store TEXT NOT NULL,
                        PRIMARY KEY (image_id, store)
                    ) STRICT, WITHOUT ROWID;
                    CREATE INDEX image_store_store ON image_store (store);
                    """
            )
        }
        return migrator
    }
}
