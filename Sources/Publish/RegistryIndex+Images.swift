import DiskImages
import GRDB
import SystemPackage

extension RegistryIndex {
    /// Makes an image visible.
    func insert(_ image: Image, _ database: Database) throws {
        try ImageRow(image).insert(database)
        let id = image.id.description
        for tag in image.tags {
            try database.execute(sql: "INSERT INTO image_tag VALUES (?, ?)", arguments: [id, tag])
        }
        for (name, value) in image.properties {
            try database.execute(sql: "INSERT INTO image_property VALUES (?, ?, ?)", arguments: [id, name, value])
        }
    }

    func delete(_ id: ImageID, _ database: Database) throws {
        try database.execute(sql: "DELETE FROM image WHERE id = ?", arguments: [id.description])
    }

    /// All images, newest first.
    func images(_ database: Database) throws -> [Image] {
        try images(try ImageRow.fetchAll(database, sql: "SELECT * FROM image ORDER BY seq DESC"), database)
    }

    /// The image that a reference names: an id, else a name that only one has.
    func find(_ reference: String, _ database: Database) throws -> Image {
        var rows: [ImageRow] = []
        if let id = ImageID(reference) {
            rows = try ImageRow.fetchAll(
                database,
                sql: "SELECT * FROM image WHERE id = ?",
                arguments: [id.description]
            )
        }
        if rows.isEmpty {
            rows = try ImageRow.fetchAll(
                database,
                sql: "SELECT * FROM image WHERE name = ? ORDER BY seq DESC",
                arguments: [reference]
            )
        }
        let images = try images(rows, database)
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

    static func notFound(_ reference: String) -> RegistryError {
        RegistryError(.notFound, "no image has the id or the name '\(reference)'")
    }

    /// Removes all blobs to which no image refers, inside a write transaction, and answers their sizes.
    func removeUnreferencedBlobs(_ database: Database) throws -> [Int64] {
        let referenced = try String.fetchSet(database, sql: "SELECT DISTINCT sha256 FROM image")
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

    /// Removes a blob unless an image refers to it; inside a write transaction.
    func removeBlobIfUnreferenced(_ sha256: String, _ database: Database) throws {
        let count = try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM image WHERE sha256 = ?", arguments: [sha256])
        if count == 0 { try FileIO.remove(layout.blob(sha256)) }
    }

    private func images(_ rows: [ImageRow], _ database: Database) throws -> [Image] {
        var tags: [String: [String]] = [:]
        var properties: [String: [String: String]] = [:]
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
        }
        return try rows.map { row in
            guard let image = row.image(tags: tags[row.id] ?? [], properties: properties[row.id] ?? [:]) else {
                throw RegistryError(
                    .corrupt,
                    path: layout.index,
                    "the registry's index \(layout.index) has a damaged row: \(row.id)"
                )
            }
            return image
        }
    }
}
