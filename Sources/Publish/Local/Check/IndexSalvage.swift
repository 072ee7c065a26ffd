import DiskImages
import Foundation
import GRDB
import SystemPackage

/// Makes a damaged index whole: its own indexes from the rows, else a new one from the rows that can still be read.
struct IndexSalvage {
    let index: RegistryIndex

    /// The tables, those that others refer to first.
    private static let tables = [
        "image", "image_tag", "image_property", "image_document", "image_member", "store", "image_store", "quota",
    ]

    /// Repairs the index; the mark that it may lack rows is to be set before.
    ///
    /// - Parameter isStillDamaged: Asks SQLite again.
    /// - Returns: Where a copy of the damaged one lies now; nil where it could stay, or where not one image can be read of it.
    func repair(isStillDamaged: () throws -> Bool) throws -> FilePath? {
        // Most damage is between a table and its indexes, and these say nothing that the table does not.
        do {
            try index.write { try $0.execute(sql: "REINDEX") }
            if try !isStillDamaged() { return nil }
        } catch let error as RegistryError where [.corrupt, .io].contains(error.code) {}
        return try index.translating(rebuild)
    }

    private func rebuild() throws -> FilePath? {
        let layout = index.layout
        let lock = try index.takeLock()
        defer { try? lock.close() }
        let new = layout.root.appending("index.sqlite.new")
        func removeNew() {
            for suffix in Self.suffixes { _ = try? FileIO.remove(FilePath(new.string + suffix)) }
        }
        removeNew()
        defer { removeNew() }
        do {
            // Nobody else has it open from here on, so that no row comes between the copying and its end.
            let damaged = try index.openAlone()
            defer { try? damaged.close() }
            let target = try index.create(at: new)
            defer { try? target.close() }
            for table in Self.tables { try copy(table, from: damaged, to: target) }
            let count = try target.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM image") } ?? 0
            guard count > 0 else { return nil }
            let time = Timestamp.text(Timestamp.now()).replacing(":", with: "")
            let aside = layout.root.appending("index.sqlite.damaged-\(time)")
            // By SQLite, page by page with all damage: another descriptor of the file would take the locks with it when it is closed.
            let kept = try DatabaseQueue(path: aside.string)
            defer { try? kept.close() }
            try damaged.backup(to: kept)
            try FileIO.syncDirectory(layout.root)
            // Into the same file, in one transaction of SQLite's: wherever this process is killed there is the one index or the other,
            // and whoever opens it has the log that belongs to it.
            try target.backup(to: damaged)
            return aside
        } catch let error as DatabaseError where [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(error.resultCode) {
            return nil
        }
    }

    private static let suffixes = ["", "-wal", "-shm"]

    /// Copies the rows that can be read: from the front up to the damage, then from the back.
    private func copy(_ table: String, from source: DatabaseQueue, to target: DatabaseQueue) throws {
        try target.writeWithoutTransaction { new in
            let columns = try new.columns(in: table).map { "\"\($0.name)\"" }.joined(separator: ", ")
            let key = try new.primaryKey(table).columns
            try new.inTransaction(.immediate) {
                for direction in ["ASC", "DESC"] {
                    let order = key.map { "\($0) \(direction)" }.joined(separator: ", ")
                    do {
                        try source.unsafeRead { old in
                            let sql = "SELECT \(columns) FROM \(table) NOT INDEXED ORDER BY \(order)"
                            let rows = try Row.fetchCursor(old, sql: sql)
                            while let row = try rows.next() {
                                let places = row.map { _ in "?" }.joined(separator: ", ")
                                // A row that the schema refuses, or whose image is lost, is none.
                                try? new.execute(
                                    sql: "INSERT OR IGNORE INTO \(table) (\(columns)) VALUES (\(places))",
                                    arguments: StatementArguments(row.map(\.1))
                                )
                            }
                        }
                        break
                    } catch let error as DatabaseError where error.resultCode != .SQLITE_FULL {
                        continue
                    }
                }
                return .commit
            }
        }
    }
}
