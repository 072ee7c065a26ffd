import DiskImages
import GRDB
import SystemPackage

extension RegistryIndex {
    /// Makes an image visible.
    func insert(_ image: Image, _ database: Database) throws {
        try ImageRow(image).insert(database)
        try insertLists(of: image, database)
    }

    /// Changes an image's metadata, but not its documents.
    func replace(_ image: Image, _ database: Database) throws {
        let id = image.id.description
        // By the id: the primary key of the table is the order in which images came, of which a row knows nothing.
        let columns = try ImageRow(image).databaseDictionary.sorted { $0.key < $1.key }
        try database.execute(
            sql: "UPDATE image SET \(columns.map { "\($0.key) = ?" }.joined(separator: ", ")) WHERE id = ?",
            arguments: StatementArguments(columns.map(\.value)) + [id]
        )
        try database.execute(sql: "DELETE FROM image_tag WHERE image_id = ?", arguments: [id])
        try database.execute(sql: "DELETE FROM image_property WHERE image_id = ?", arguments: [id])
        try database.execute(sql: "DELETE FROM image_document WHERE image_id = ?", arguments: [id])
        try insertLists(of: image, database)
    }

    private func insertLists(of image: Image, _ database: Database) throws {
        let id = image.id.description
        for tag in image.tags {
            try database.execute(sql: "INSERT INTO image_tag VALUES (?, ?)", arguments: [id, tag])
        }
        for (name, value) in image.properties {
            try database.execute(sql: "INSERT INTO image_property VALUES (?, ?, ?)", arguments: [id, name, value])
        }
        for document in image.documents {
            try database.execute(
                sql: "INSERT INTO image_document VALUES (?, ?, ?, ?)",
                arguments: [id, document.name, document.size, document.sha256]
            )
        }
    }

    func delete(_ id: ImageID, _ database: Database) throws {
        try database.execute(sql: "DELETE FROM image WHERE id = ?", arguments: [id.description])
    }

    /// Whether there is an image of this id, whoever may see it.
    func has(_ id: ImageID, _ database: Database) throws -> Bool {
        let sql = "SELECT EXISTS (SELECT 1 FROM image WHERE id = ?)"
        return try Bool.fetchOne(database, sql: sql, arguments: [id.description]) ?? false
    }

    /// What a query asks for, in its order, by a fixed number of statements.
    func list(_ query: ImageQuery, for rules: AccessRules, _ database: Database) throws -> [Image] {
        var selection = ImageSelection(query, for: rules.actor)
        if let marker = query.marker {
            guard let place = try SQLRequest<Row>(literal: selection.place(of: marker)).fetchOne(database) else {
                throw RegistryError(.invalid, "Invalid marker: no image \(marker) is in this list")
            }
            selection.begin(after: place)
        }
        return try images(selection, query.fields, database)
    }

    /// The image that a reference names: an id, else a name that only one in the actor's lists has.
    func find(_ reference: String, for rules: AccessRules, _ database: Database) throws -> Image {
        if let id = ImageID(reference), let image = try images(ImageSelection(id), .all, database).first,
            rules.sees(image, isShared: try isShared(id, with: rules.actor.project, database))
        {
            return image
        }
        var query = ImageQuery()
        query.name = reference
        var images = try list(query, for: rules, database)
        query.isHidden = true
        // As the openstack client looks (SDK, `find_image`).
        if images.isEmpty { images = try list(query, for: rules, database) }
        guard let first = images.first else { throw Self.notFound(reference) }
        guard images.count == 1 else {
            let ids = images.map(\.id)
            throw RegistryError(
                .ambiguous(ids),
                "\(ids.count) images are called '\(reference)'; name one by its id: "
                    + ids.map(\.description).joined(separator: ", ")
            )
        }
        return first
    }

    // MARK: - Members

    func members(of id: ImageID, _ database: Database) throws -> [ImageMember] {
        try Row.fetchAll(
            database,
            sql: "SELECT * FROM image_member WHERE image_id = ? ORDER BY created_at, project",
            arguments: [id.description]
        ).map { row in
            guard
                let status = ImageMember.Status(rawValue: row["status"]),
                let created = Timestamp.date(row["created_at"]),
                let updated = Timestamp.date(row["updated_at"])
            else { throw damaged(id.description) }
            return ImageMember(
                image: id,
                project: row["project"],
                status: status,
                createdAt: created,
                updatedAt: updated
            )
        }
    }

    func save(_ member: ImageMember, _ database: Database) throws {
        try database.execute(
            sql: "INSERT OR REPLACE INTO image_member VALUES (?, ?, ?, ?, ?)",
            arguments: [
                member.image.description, member.project, member.status.rawValue, Timestamp.text(member.createdAt),
                Timestamp.text(member.updatedAt),
            ]
        )
    }

    func removeMember(_ project: String, from id: ImageID, _ database: Database) throws {
        try database.execute(
            sql: "DELETE FROM image_member WHERE image_id = ? AND project = ?",
            arguments: [id.description, project]
        )
    }

    /// Whether an image is shared with a project, whatever that answered.
    private func isShared(_ id: ImageID, with project: String, _ database: Database) throws -> Bool {
        let sql = "SELECT EXISTS (SELECT 1 FROM image_member WHERE image_id = ? AND project = ?)"
        return try Bool.fetchOne(database, sql: sql, arguments: [id.description, project]) ?? false
    }

    private func damaged(_ id: String) -> RegistryError {
        RegistryError(
            .corrupt,
            path: layout.index,
            "the registry's index \(layout.index) has a damaged row: \(id)"
        )
    }

    static func notFound(_ reference: String) -> RegistryError {
        RegistryError(.notFound, "no image has the id or the name '\(reference)'")
    }

    /// Staged bytes of images that do not wait for them any more.
    func unneededStaging(_ database: Database) throws -> [FilePath] {
        let waiting = try String.fetchSet(
            database,
            sql: "SELECT id FROM image WHERE status = ?",
            arguments: [ImageStatus.uploading.rawValue]
        )
        // One that is still written has another name, and is locked.
        return try FileIO.names(in: layout.staging).filter { ImageID($0) != nil && !waiting.contains($0) }
            .map { layout.staging.appending($0) }
    }

    /// Removes them, inside a write transaction, and answers their sizes.
    func removeUnneededStaging(_ database: Database) throws -> [Int64] {
        var sizes: [Int64] = []
        for path in try unneededStaging(database) {
            let size = try FileIO.status(at: path)?.size ?? 0
            if try FileIO.remove(path) { sizes.append(size) }
        }
        return sizes
    }

    /// Removes an image's blob and those of its documents unless others refer to them; inside a write transaction.
    func removeBlobsIfUnreferenced(of image: Image, _ database: Database) throws {
        for digest in [image.sha256].compactMap(\.self) + image.documents.map(\.sha256) {
            try removeBlobIfUnreferenced(digest, database)
        }
    }

    private func images(
        _ selection: ImageSelection,
        _ fields: ImageFields,
        _ database: Database
    ) throws -> [Image] {
        var tags: [String: [String]] = [:]
        var properties: [String: [String: String]] = [:]
        var documents: [String: [ImageDocument]] = [:]
        func each(_ columns: String, of table: String, _ body: (Row) throws -> Void) throws {
            let sql: SQL = """
                SELECT \(sql: columns) FROM \(sql: table) WHERE image_id IN (\(literal: selection.ids)) ORDER BY image_id, 2
                """
            let cursor = try SQLRequest<Row>(literal: sql).fetchCursor(database)
            while let row = try cursor.next() { try body(row) }
        }
        if fields.contains(.tags) {
            try each("image_id, tag", of: "image_tag") { tags[$0[0], default: []].append($0[1]) }
        }
        if fields.contains(.properties) {
            try each("image_id, name, value", of: "image_property") { properties[$0[0], default: [:]][$0[1]] = $0[2] }
        }
        if fields.contains(.documents) {
            try each("image_id, name, size, sha256", of: "image_document") { row in
                documents[row[0], default: []].append(ImageDocument(name: row[1], size: row[2], sha256: row[3]))
            }
        }
        var stores: [String: [String]] = [:]
        // Told only where there is more than one store, as by a Glance.
        let isMultistore =
            try fields.contains(.stores)
            && Bool.fetchOne(database, sql: "SELECT EXISTS (SELECT 1 FROM store)") ?? false
        if isMultistore { try each("image_id, store", of: "image_store") { stores[$0[0], default: []].append($0[1]) } }
        var images: [Image] = []
        let cursor = try SQLRequest<ImageRow>(literal: selection.rows(fields)).fetchCursor(database)
        while let row = try cursor.next() {
            guard var image = row.image(tags: tags[row.id] ?? [], properties: properties[row.id] ?? [:]) else {
                throw damaged(row.id)
            }
            image.documents = documents[row.id] ?? []
            if isMultistore, image.sha256 != nil { image.stores = stores[row.id] ?? [LocalStore.own] }
            images.append(image)
        }
        return images
    }
}
