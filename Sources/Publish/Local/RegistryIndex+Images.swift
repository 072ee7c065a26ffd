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

    /// What a query asks for, in its order.
    func list(_ query: ImageQuery, for rules: AccessRules, _ database: Database) throws -> [Image] {
        let selection = ImageSelection(query)
        let rows = try ImageRow.fetchAll(database, sql: selection.sql, arguments: selection.arguments)
        let answers = try memberStatuses(of: rules.actor.project, database)
        let images = try images(rows, database).filter { image in
            rules.lists(image, memberStatus: answers[image.id.description], query: query)
                && query.tags.allSatisfy(image.tags.contains)
                && query.properties.allSatisfy { image.properties[$0.key] == $0.value }
        }
        guard let marker = query.marker else { return Array(images.prefix(query.limit ?? .max)) }
        guard let position = images.firstIndex(where: { $0.id == marker }) else {
            throw RegistryError(.invalid, "Invalid marker: no image \(marker) is in this list")
        }
        return Array(images[(position + 1)...].prefix(query.limit ?? .max))
    }

    /// The image that a reference names: an id, else a name that only one in the actor's lists has.
    func find(_ reference: String, for rules: AccessRules, _ database: Database) throws -> Image {
        if let id = ImageID(reference) {
            let rows = try ImageRow.fetchAll(
                database,
                sql: "SELECT * FROM image WHERE id = ?",
                arguments: [id.description]
            )
            if let image = try images(rows, database).first {
                let isShared = try memberStatuses(of: rules.actor.project, database)[id.description] != nil
                if rules.sees(image, isShared: isShared) { return image }
            }
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

    /// What a project answered, by image.
    private func memberStatuses(of project: String, _ database: Database) throws -> [String: ImageMember.Status] {
        let rows = try Row.fetchAll(
            database,
            sql: "SELECT image_id, status FROM image_member WHERE project = ?",
            arguments: [project]
        )
        return Dictionary(
            rows.compactMap { row in ImageMember.Status(rawValue: row["status"]).map { (row["image_id"], $0) } }
        ) { $1 }
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

    /// Removes all blobs to which no image refers, inside a write transaction, and answers their sizes.
    func removeUnreferencedBlobs(_ database: Database) throws -> [Int64] {
        let referenced = try String.fetchSet(
            database,
            sql: "SELECT sha256 FROM image WHERE sha256 IS NOT NULL UNION SELECT sha256 FROM image_document"
        )
        var sizes: [Int64] = []
        for directory in try FileIO.names(in: layout.blobs) {
            let directory = layout.blobs.appending(directory)
            guard try FileIO.status(at: directory)?.isDirectory == true else { continue }
            for name in try FileIO.names(in: directory) where !referenced.contains(name) {
                try cancellation.check()
                let path = directory.appending(name)
                let size = try FileIO.status(at: path)?.size ?? 0
                if try FileIO.remove(path) { sizes.append(size) }
            }
        }
        return sizes
    }

    /// Removes staged bytes of images that do not wait for them any more, inside a write transaction, and answers their sizes.
    func removeUnneededStaging(_ database: Database) throws -> [Int64] {
        let waiting = try String.fetchSet(
            database,
            sql: "SELECT id FROM image WHERE status = ?",
            arguments: [ImageStatus.uploading.rawValue]
        )
        var sizes: [Int64] = []
        for name in try FileIO.names(in: layout.staging) where !waiting.contains(name) {
            // One that is still written has another name, and is locked.
            guard ImageID(name) != nil else { continue }
            let path = layout.staging.appending(name)
            let size = try FileIO.status(at: path)?.size ?? 0
            if try FileIO.remove(path) { sizes.append(size) }
        }
        return sizes
    }

    /// Removes a blob unless an image refers to it; inside a write transaction.
    func removeBlobIfUnreferenced(_ sha256: String, _ database: Database) throws {
        let isReferenced = try Bool.fetchOne(
            database,
            sql: """
                SELECT EXISTS (SELECT 1 FROM image WHERE sha256 = :digest)
                    OR EXISTS (SELECT 1 FROM image_document WHERE sha256 = :digest)
                """,
            arguments: ["digest": sha256]
        )
        if isReferenced == false { try FileIO.remove(layout.blob(sha256)) }
    }

    /// Removes an image's blob and those of its documents unless others refer to them; inside a write transaction.
    func removeBlobsIfUnreferenced(of image: Image, _ database: Database) throws {
        for digest in [image.sha256].compactMap(\.self) + image.documents.map(\.sha256) {
            try removeBlobIfUnreferenced(digest, database)
        }
    }

    private func images(_ rows: [ImageRow], _ database: Database) throws -> [Image] {
        var tags: [String: [String]] = [:]
        var properties: [String: [String: String]] = [:]
        var documents: [String: [ImageDocument]] = [:]
        let all = rows.count > 1
        let condition = all ? "" : "WHERE image_id = ?"
        let arguments: StatementArguments = all ? [] : [rows.first?.id]
        if !rows.isEmpty {
            for row in try Row.fetchAll(
                database,
                sql: "SELECT image_id, tag FROM image_tag \(condition) ORDER BY tag",
                arguments: arguments
            ) {
                tags[row["image_id"], default: []].append(row["tag"])
            }
            for row in try Row.fetchAll(
                database,
                sql: "SELECT image_id, name, value FROM image_property \(condition)",
                arguments: arguments
            ) {
                properties[row["image_id"], default: [:]][row["name"]] = row["value"]
            }
            for row in try Row.fetchAll(
                database,
                sql: "SELECT image_id, name, size, sha256 FROM image_document \(condition) ORDER BY name",
                arguments: arguments
            ) {
                documents[row["image_id"], default: []]
                    .append(ImageDocument(name: row["name"], size: row["size"], sha256: row["sha256"]))
            }
        }
        return try rows.map { row in
            guard var image = row.image(tags: tags[row.id] ?? [], properties: properties[row.id] ?? [:]) else {
                throw damaged(row.id)
            }
            image.documents = documents[row.id] ?? []
            return image
        }
    }
}
