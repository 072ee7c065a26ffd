import DiskImages
import GRDB

extension RegistryIndex {
    /// What the limits of all projects without own ones are kept under; no project is called so.
    static let everyProject = ""

    private static let mebibyte: Int64 = 1 << 20

    /// Refuses what would be more than a project may have, in the words of oslo.limit, which a Glance answers with status 413.
    ///
    /// - Parameters:
    ///   - quota: What is asked for more of.
    ///   - delta: How much more: images, or bytes, of which whole MiB count, as for Glance.
    func require(_ quota: Quota, delta: Int64, for project: String, _ database: Database) throws {
        let limit = try limit(quota, of: project, database)
        guard limit >= 0 else { return }
        let isSize = quota == .sizeTotal || quota == .stageTotal
        let delta = Int(isSize ? delta / Self.mebibyte : delta)
        let usage = try usage(quota, of: project, database)
        guard usage + delta > limit else { return }
        throw RegistryError(
            .tooLarge,
            "Project \(project) is over a limit for [Resource \(quota.rawValue) is over limit of \(limit) due to "
                + "current usage \(usage) and delta \(delta)]"
        )
    }

    /// How much a project may have; -1 for no limit.
    func limit(_ quota: Quota, of project: String, _ database: Database) throws -> Int {
        let sql =
            "SELECT \"limit\" FROM quota WHERE resource = ? AND project IN (?, ?) ORDER BY project = ? DESC LIMIT 1"
        let arguments: StatementArguments = [quota.rawValue, project, Self.everyProject, project]
        return try Int.fetchOne(database, sql: sql, arguments: arguments) ?? -1
    }

    /// How much a project has.
    func usage(_ quota: Quota, of project: String, _ database: Database) throws -> Int {
        func number(_ column: String, _ condition: String) throws -> Int64 {
            let sql = "SELECT \(column) FROM image WHERE os_hidden IN (0, 1) AND owner = ? AND status \(condition)"
            return try Int64.fetchOne(database, sql: sql, arguments: [project]) ?? 0
        }
        // As for Glance each copy counts.
        let copies = "max(1, (SELECT COUNT(*) FROM image_store WHERE image_id = image.id))"
        let gone = "NOT IN ('killed', 'pending_delete', 'deleted')"
        switch quota {
        case .countTotal: return Int(try number("COUNT(*)", gone))
        case .countUploading: return Int(try number("COUNT(*)", "IN ('saving', 'uploading', 'importing')"))
        case .sizeTotal: return Int(try number("SUM(size * \(copies))", gone) / Self.mebibyte)
        case .stageTotal:
            let sql = """
                SELECT id FROM image WHERE os_hidden IN (0, 1) AND owner = ? AND status IN ('uploading', 'importing')
                """
            var bytes: Int64 = 0
            for id in try String.fetchAll(database, sql: sql, arguments: [project]).compactMap({ ImageID($0) }) {
                bytes += try FileIO.status(at: layout.staged(id))?.size ?? 0
            }
            return Int(bytes / Self.mebibyte)
        }
    }
}
