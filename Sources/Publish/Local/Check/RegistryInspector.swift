import DiskImages
import Foundation
import GRDB
import Glibc
import SystemPackage

/// One run of a check: compares the index, the blobs and the files on their way with each other.
struct RegistryInspector {
    let index: RegistryIndex
    let isRepairing: Bool
    private(set) var report = RegistryCheck()
    private var blobs: [FilePath: CheckedBlob] = [:]
    /// Whether the index may have lacked rows before this run.
    private var wasIncomplete = false
    /// The blobs that another store may have whole: the number of the problem, and where it is.
    private var wounds: [(problem: Int, path: FilePath)] = []

    private var layout: RegistryLayout { index.layout }

    init(index: RegistryIndex, isRepairing: Bool) {
        self.index = index
        self.isRepairing = isRepairing
    }

    /// Everything but the bytes themselves.
    mutating func inspect() throws {
        guard try FileIO.status(at: layout.root) != nil else { return }
        if isRepairing, !FileIO.isWritable(layout.root) {
            throw DiskImageError(errno: errno, "cannot write to", layout.root)
        }
        wasIncomplete = try layout.incomplete.stands()
        // An empty file is a database without rows to SQLite.
        guard let status = try FileIO.status(at: layout.index), status.size > 0 else { return try noteLostIndex() }
        // Else it would be repaired without the transactions that keep others away.
        if isRepairing, !FileIO.isWritable(layout.index) {
            throw DiskImageError(errno: errno, "cannot write to", layout.index)
        }
        guard try inspectIndex() else { return }
        // First, and without the index: on a full disk nothing else can be repaired before there is room.
        try lookForLeftovers(in: [layout.ingest, layout.staging])
        var inspector = self
        // A writer's transaction, so that no blob gets its name or loses it meanwhile; a reader's where there can be no other.
        if index.isWritable {
            do {
                try index.write { try inspector.compare($0) }
                self = inspector
                return
            } catch let error as RegistryError where error.code == .noSpace && !isRepairing {
                inspector = self
            }
        }
        _ = try index.read { try inspector.compare($0) }
        self = inspector
    }

    /// Makes damaged and lost blobs anew of another store's, whose digest is compared before.
    ///
    /// - Throws: `CancellationError`; a blob for which there is no room, or none that is right, stays the problem that it is.
    mutating func heal(_ cancellation: CancellationFlag) throws {
        guard isRepairing else { return }
        for (number, path) in wounds {
            do {
                guard let source = try heal(path, cancellation) else { continue }
                report.problems[number] = report.problems[number].repaired(from: source)
            } catch let error as CancellationError {
                throw error
            } catch {
                continue
            }
        }
    }

    /// Answers the store whose bytes are in the blob's place now; nil where none has them.
    private func heal(_ path: FilePath, _ cancellation: CancellationFlag) throws -> String? {
        let sha256 = path.lastComponent?.string ?? ""
        let stores = try index.read { try index.stores($0) }?.filter { layout.owner.owns($0) } ?? []
        guard let store = stores.first(where: { $0.blob(sha256) == path }) else { return nil }
        for other in stores where other.id != store.id {
            let source = other.blob(sha256)
            guard try FileIO.status(at: source)?.isRegular == true else { continue }
            let (partial, _) = try FileTransfer.bring(
                source,
                into: store.ingest,
                for: "image",
                methods: [.reflink, .copy],
                digests: nil,
                cancellation: cancellation,
                progress: nil
            )
            defer { partial.discard() }
            let accumulator = DigestAccumulator.sha256()
            _ = try ByteStream(partial.file, partial.path, digests: accumulator, cancellation: cancellation).run()
            guard accumulator.sha256Value() == sha256 else { continue }
            try FileIO.setPermissions([.ownerRead, .groupRead, .otherRead], of: partial.file, partial.path)
            try FileIO.sync(partial.file, partial.path)
            return try index.write { database in
                guard try index.isReferenced(sha256, in: store, database) else { return nil }
                try FileIO.createDirectories(path.removingLastComponent())
                try partial.commit(to: path)
                return other.id
            }
        }
        return nil
    }

    /// Reads all bytes.
    mutating func verify(_ cancellation: CancellationFlag, _ progress: ProgressHandler?) throws {
        for (path, blob) in blobs.sorted(by: { $0.key.string < $1.key.string }) where blob.isWhole {
            let sha256 = path.lastComponent?.string ?? ""
            let digest: String
            do {
                let (file, _) = try FileIO.openRegular(path)
                defer { try? file.close() }
                digest = try FileDigester.digest(file, path, cancellation: cancellation, progress: progress).sha256
            } catch let error as DiskImageError where error.code == .notFound {
                // With its image, which was deleted meanwhile, or it is lost.
                if try isWanted(path, sha256) {
                    noteWound(.missingBlob, blob, path, Self.lost(blob, path))
                }
                continue
            } catch let error as DiskImageError {
                // A sector that cannot be read is damage as well, and the other blobs are to be looked at all the same.
                noteWound(.wrongDigest, blob, path, "\(blob.owner) cannot be read: \(error.message)")
                continue
            }
            guard digest != sha256 else { continue }
            noteWound(
                .wrongDigest,
                blob,
                path,
                "\(blob.owner) is damaged: the sha256 of its blob \(path) is \(digest)"
            )
        }
        report.isVerified = true
    }

    /// Whether a row refers to a blob now.
    private func isWanted(_ path: FilePath, _ sha256: String) throws -> Bool {
        try index.read { database in
            try index.stores(database).contains { store in
                try store.blob(sha256) == path && index.isReferenced(sha256, in: store, database)
            }
        } ?? true
    }

    // MARK: - The index

    /// Whether the index can be worked with in the end.
    private mutating func inspectIndex() throws -> Bool {
        guard let words = try complaint() else { return true }
        let number = report.problems.count
        note(
            .index,
            layout.index.string,
            "the index is damaged: \(words)",
            next: "'imagebake registry fsck --repair' makes a new one of what can be read; copy \(layout.index) first"
        )
        guard isRepairing else { return false }
        // Rows may be lost by all that follows, and by what was the damage.
        try layout.incomplete.set()
        if let damaged = try IndexSalvage(index: index).repair(isStillDamaged: { try complaint() != nil }) {
            note(.index, damaged.string, "the damaged index was put aside, its readable rows are in the new one")
            report.problems[report.problems.count - 1].isRepaired = true
        }
        let isWell = try complaint() == nil
        report.problems[number].isRepaired = isWell
        return isWell
    }

    /// What SQLite says against the index; nil where nothing.
    private func complaint() throws -> String? {
        do {
            let lines = try index.read { try String.fetchAll($0, sql: "PRAGMA integrity_check(3)") } ?? []
            return lines == ["ok"] ? nil : lines.joined(separator: "; ")
        } catch let error as RegistryError where error.code == .corrupt {
            return error.message
        }
    }

    private mutating func noteLostIndex() throws {
        let files = try RegistryIndex.files(in: index.ownStore)
        guard !files.isEmpty else { return }
        if isRepairing { try layout.incomplete.set() }
        let words = try FileIO.status(at: layout.index) == nil ? "missing" : "empty"
        note(
            .index,
            layout.index.string,
            "the index is \(words), and \(files.count) blobs are there",
            next:
                "bring \(layout.index) back from a backup; else each blob can be made an image again by 'image create --file'"
        )
    }

    // MARK: - Rows and files

    private mutating func compare(_ database: Database) throws {
        try compareRows(database)
        try compareStates(database)
        try compareBlobs()
        try lookForUnusedBlobs(database)
        try lookForUnusedStaging(database)
        try lookForLeftovers(
            in: index.stores(database).filter { $0.id != LocalStore.own && layout.owner.owns($0) }.map(\.ingest)
        )
        try endIncomplete()
    }

    /// Says that the index may lack rows; after a repair that left nothing it does not count any more.
    private mutating func endIncomplete() throws {
        let isWell = report.remaining.isEmpty
        if wasIncomplete {
            note(
                .index,
                layout.incomplete.path.string,
                "the index may lack rows, since it was lost or damaged; no bytes are removed meanwhile",
                next: isRepairing && !isWell ? "put right the other problems, and then repair again" : nil
            )
        }
        guard isRepairing, isWell, try layout.incomplete.stands() else { return }
        try layout.incomplete.lift()
        if wasIncomplete { markRepaired(1) }
    }

    private mutating func compareRows(_ database: Database) throws {
        // Rows that lost their image; SQLite looks at them only when they are written.
        for table in ["image_tag", "image_property", "image_document", "image_member", "image_store"] {
            let condition = "image_id NOT IN (SELECT id FROM image)"
            let ids = try String.fetchSet(database, sql: "SELECT image_id FROM \(table) WHERE \(condition)")
            for id in ids.sorted() {
                note(.foreignRow, id, "\(table) has rows of this image, which is not there")
            }
            guard isRepairing, !ids.isEmpty else { continue }
            try database.execute(sql: "DELETE FROM \(table) WHERE \(condition)")
            markRepaired(ids.count)
        }
        let all = try index.stores(database)
        let known = Set(all.map(\.id))
        var places: [String: [LocalStore]] = [:]
        for row in try Row.fetchAll(database, sql: "SELECT image_id, store FROM image_store") {
            let (id, name): (String, String) = (row[0], row[1])
            places[id, default: []] += all.filter { $0.id == name }
            guard !known.contains(name) else { continue }
            note(
                .row,
                id,
                "image \(id) has bytes in the store '\(name)', which is not known",
                next: "'imagebake registry store add \(name) DIRECTORY' with the directory that it had"
            )
        }
        let rows = try ImageRow.fetchCursor(database, sql: "SELECT \(ImageRow.columns(.all)) FROM image ORDER BY seq")
        while let row = try rows.next() {
            report.images += 1
            if row.image(tags: [], properties: [:]) == nil {
                note(
                    .row,
                    row.id,
                    "the row of this image has a value that is not known: status '\(row.status)', visibility '\(row.visibility)'",
                    next: "it was changed by hand or by another program; put right the row in \(layout.index)"
                )
            }
            if let sha256 = row.sha256, let size = row.size {
                for store in places[row.id] ?? [index.ownStore] {
                    add(store.blob(sha256), CheckedBlob(image: row.id, owner: "image \(row.id)", size: size))
                }
            }
        }
        let documents = try Row.fetchCursor(database, sql: "SELECT image_id, name, size, sha256 FROM image_document")
        while let row = try documents.next() {
            let (id, name): (String, String) = (row[0], row[1])
            add(
                index.ownStore.blob(row[3]),
                CheckedBlob(image: id, owner: "the document '\(name)' of image \(id)", size: row[2])
            )
        }
        report.blobs = blobs.count
        report.bytes = blobs.values.reduce(0) { $0 + $1.size }
    }

    private mutating func add(_ path: FilePath, _ blob: CheckedBlob) {
        if blobs[path] == nil { blobs[path] = blob }
    }

    /// States that only a living process may leave an image in, and those that need bytes.
    private mutating func compareStates(_ database: Database) throws {
        for (id, status) in try index.deadStates(database) {
            note(.state, id, "the image is '\(status)', and no process is at work with it")
            guard isRepairing else { continue }
            try index.requeue(id, database)
            markRepaired(1)
        }
        let sql =
            "SELECT id, status FROM image WHERE status IN ('active', 'deactivated') AND sha256 IS NULL ORDER BY seq"
        for row in try Row.fetchAll(database, sql: sql) {
            let (id, status): (String, String) = (row[0], row[1])
            note(.state, id, "the image is '\(status)', and has no bytes")
            guard isRepairing else { continue }
            try index.requeue(id, database)
            markRepaired(1)
        }
    }

    private mutating func compareBlobs() throws {
        for (path, blob) in blobs.sorted(by: { $0.key.string < $1.key.string }) {
            let found: FileStatus?
            do {
                found = try FileIO.status(at: path)
            } catch {
                noteWound(.missingBlob, blob, path, "\(blob.owner) cannot be read: \(error.message)")
                continue
            }
            guard let status = found, status.isRegular else {
                noteWound(.missingBlob, blob, path, Self.lost(blob, path))
                continue
            }
            guard status.size == blob.size else {
                noteWound(
                    .wrongSize,
                    blob,
                    path,
                    "\(blob.owner) is damaged: its blob \(path) has \(status.size) bytes instead of \(blob.size)"
                )
                continue
            }
            blobs[path]?.isWhole = true
        }
    }

    private static func lost(_ blob: CheckedBlob, _ path: FilePath) -> String {
        "\(blob.owner) has lost its bytes: \(path) is missing"
    }

    private static let republish =
        "publish the same file again, which heals the blob, or remove the image with 'imagebake image delete'"

    private mutating func noteWound(
        _ kind: RegistryProblem.Kind,
        _ blob: CheckedBlob,
        _ path: FilePath,
        _ message: String
    ) {
        wounds.append((report.problems.count, path))
        let isElsewhere = blobs.keys.contains { $0 != path && $0.lastComponent == path.lastComponent }
        let repair =
            "'imagebake registry fsck --verify --repair' makes it anew of another store's copy, if that is good"
        note(kind, blob.image, message, next: isElsewhere && !isRepairing ? repair : Self.republish)
    }

    private mutating func lookForUnusedBlobs(_ database: Database) throws {
        let isIncomplete = try layout.incomplete.stands()
        for store in try index.stores(database) {
            guard layout.owner.owns(store) else {
                note(
                    .row,
                    store.id,
                    "the store '\(store.id)' is not at \(store.root), or the directory is another registry's",
                    next:
                        "mount its disk; a store without images goes with 'imagebake registry store remove \(store.id)'"
                )
                continue
            }
            for (path, size) in try RegistryIndex.files(in: store) where blobs[path] == nil {
                note(.unusedBlob, path.string, "\(size) bytes are no image's")
                guard isRepairing else { continue }
                try free(path, of: store, isIncomplete)
                markRepaired(1)
            }
        }
    }

    /// Removes bytes that no row knows; while the index may lack rows, moves them out of the way under a name that none has there.
    private func free(_ path: FilePath, of store: LocalStore, _ isIncomplete: Bool) throws {
        guard isIncomplete else {
            try FileIO.remove(path)
            return
        }
        try FileIO.createDirectories(store.unlisted)
        let name = path.lastComponent?.string ?? "blob"
        var target = store.unlisted.appending(name)
        var number = 1
        while try FileIO.status(at: target) != nil {
            target = store.unlisted.appending("\(name).\(number)")
            number += 1
        }
        try FileIO.rename(path, to: target)
        try FileIO.syncDirectory(store.unlisted)
    }

    private mutating func lookForLeftovers(in directories: [FilePath]) throws {
        for directory in directories {
            // Removed under the lock by which it is known that nobody has them.
            let files = try isRepairing ? PartialFile.sweep(directory) : PartialFile.leftovers(in: directory)
            for file in files { note(.leftover, file.path.string, "\(file.size) bytes of a process that is gone") }
            if isRepairing { markRepaired(files.count) }
        }
    }

    private mutating func lookForUnusedStaging(_ database: Database) throws {
        let waiting = try String.fetchSet(
            database,
            sql: "SELECT id FROM image WHERE status IN ('uploading', 'importing')"
        )
        let isIncomplete = try layout.incomplete.stands()
        for name in try FileIO.names(in: layout.staging) where ImageID(name) != nil && !waiting.contains(name) {
            let path = layout.staging.appending(name)
            note(.unusedStaging, path.string, "staged bytes that no image waits for")
            guard isRepairing else { continue }
            try free(path, of: index.ownStore, isIncomplete)
            markRepaired(1)
        }
    }

    // MARK: -

    private mutating func note(_ kind: RegistryProblem.Kind, _ subject: String, _ message: String, next: String? = nil)
    {
        let usual = "'imagebake registry fsck --repair' puts it right"
        report.problems.append(RegistryProblem(kind, subject, message, next: next ?? (isRepairing ? nil : usual)))
    }

    /// Says of the last problems that they are no more.
    private mutating func markRepaired(_ count: Int) {
        for number in report.problems.indices.suffix(count) { report.problems[number].isRepaired = true }
    }
}
