import DiskImages
import GRDB
import Glibc
import SystemPackage

/// The SQLite index of a local registry; every call blocks, and opens a connection of its own.
///
/// One write transaction at a time, in all processes together, is also what keeps blobs and rows in step: a blob gets its
/// name, and an unreferenced blob is removed, only inside one.
struct RegistryIndex: Sendable {
    let layout: RegistryLayout

    /// How long to wait for other processes, in seconds.
    let patience: Double

    /// Ends the waiting early.
    let cancellation: CancellationFlag

    /// The same index for the cleaning up that a cancelled call still has to do.
    var uncancelled: RegistryIndex {
        RegistryIndex(layout: layout, patience: 2, cancellation: CancellationFlag())
    }

    /// Runs `body` in a read transaction; nil where there is no index yet.
    func read<Value>(_ body: (Database) throws -> Value) throws -> Value? {
        guard try FileIO.status(at: layout.index) != nil else { return nil }
        return try translating {
            let queue = try open()
            defer { try? queue.close() }
            return try queue.read(body)
        }
    }

    /// Runs `body` in a write transaction that excludes all other writers, and commits it durably.
    func write<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try translating {
            let queue = try openForWriting()
            defer { try? queue.close() }
            return try queue.writeWithoutTransaction { database in
                try database.beginTransaction(.immediate)
                do {
                    let value = try body(database)
                    try database.commit()
                    return value
                } catch {
                    try? database.rollback()
                    throw error
                }
            }
        }
    }

    /// Makes the directories and the index where they are missing, and brings the index up to date.
    func prepare() throws {
        try translating {
            for directory in [layout.blobs, layout.ingest] { try FileIO.createDirectories(directory) }
            for path in [layout.root, layout.blobs, layout.ingest] where !FileIO.isWritable(path) {
                throw DiskImageError(errno: errno, "cannot write to", path)
            }
            try openForWriting().close()
        }
    }

    /// Whether this process may change the index.
    var isWritable: Bool {
        FileIO.isWritable(layout.root) && FileIO.isWritable(layout.index)
    }

    private func openForWriting() throws -> DatabaseQueue {
        // SQLite would open a write-protected file for reading, and complain only at the first change.
        if try FileIO.status(at: layout.index) != nil, !FileIO.isWritable(layout.index) {
            throw DiskImageError(errno: errno, "cannot write to", layout.index)
        }
        if let queue = try openWhereCurrent() { return queue }
        // The switch to WAL and the migrations are not safe against a second process that does the same.
        let lock = try takeLock()
        defer { try? lock.close() }
        return try create(at: layout.index)
    }

    /// An index of this version at a path, made or brought up to date there; under the lock.
    func create(at path: FilePath) throws -> DatabaseQueue {
        if try FileIO.status(at: path) == nil { try layout.owner.requireNoStore() }
        let queue = try DatabaseQueue(path: path.string, configuration: configuration(readOnly: false))
        try queue.writeWithoutTransaction { database in
            try checkSchema(database)
            if try RegistrySchema.migrator.appliedIdentifiers(database).isEmpty {
                // It has no rows, and would else count as proof that the blobs are nobody's.
                if try !Self.files(in: ownStore).isEmpty { try layout.incomplete.set() }
            }
            if try String.fetchOne(database, sql: "PRAGMA journal_mode") != "wal" {
                try database.execute(sql: "PRAGMA journal_mode = WAL")
            }
        }
        try RegistrySchema.migrator.migrate(queue)
        return queue
    }

    /// A connection to an index that needs no migration, as nearly every one; nil where it needs one or is not there.
    private func openWhereCurrent() throws -> DatabaseQueue? {
        guard let status = try FileIO.status(at: layout.index), status.size > 0 else { return nil }
        let queue = try DatabaseQueue(path: layout.index.string, configuration: configuration(readOnly: false))
        let isCurrent = try queue.unsafeRead { database in
            try checkSchema(database)
            return try RegistrySchema.migrator.hasCompletedMigrations(database)
                && String.fetchOne(database, sql: "PRAGMA journal_mode") == "wal"
        }
        if isCurrent { return queue }
        try queue.close()
        return nil
    }

    /// A connection to read from.
    ///
    /// On a full disk, where the log beside the index cannot be made, one that does without it.
    private func open() throws -> DatabaseQueue {
        guard isWritable else { return try openForReading() }
        do {
            return try openForWriting()
        } catch let error as DatabaseError where [.SQLITE_FULL, .SQLITE_IOERR].contains(error.resultCode) {
            return try openForReading()
        }
    }

    private func openForReading() throws -> DatabaseQueue {
        do {
            return try checked(path: layout.index.string)
        } catch let error as DatabaseError
            where [.SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_FULL, .SQLITE_IOERR].contains(error.resultCode)
        {
            // A reader who may not create the files of the write-ahead log beside the index. Without such a log the
            // index is complete in itself, and may be read as it lies there.
            let log = FilePath(layout.index.string + "-wal")
            if let status = try FileIO.status(at: log), status.size > 0 { throw error }
            let escaped = layout.index.string.utf8.map { byte in
                "%" + String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
            }
            return try checked(path: "file:\(escaped.joined())?immutable=1")
        }
    }

    private func checked(path: String) throws -> DatabaseQueue {
        let queue = try DatabaseQueue(path: path, configuration: configuration(readOnly: true))
        try queue.read { database in
            try checkSchema(database)
            guard try RegistrySchema.migrator.hasCompletedMigrations(database) else {
                throw RegistryError(
                    .schema,
                    path: layout.index,
                    "the registry's index \(layout.index) was made by an older imagebake; "
                        + "run this once as somebody who may write to it"
                )
            }
        }
        return queue
    }

    private func checkSchema(_ database: Database) throws {
        guard try RegistrySchema.migrator.hasBeenSuperseded(database) else { return }
        throw RegistryError(
            .schema,
            path: layout.index,
            "the registry's index \(layout.index) was made by a newer imagebake; update this one"
        )
    }

    func takeLock() throws -> FileDescriptor {
        let file: FileDescriptor
        do {
            file = try FileDescriptor.open(
                layout.lock,
                .readOnly,
                options: [.create, .closeOnExec],
                permissions: [.ownerReadWrite, .groupReadWrite, .otherReadWrite]
            )
        } catch {
            throw DiskImageError(errno: FileIO.number(of: error), "cannot open", layout.lock)
        }
        let wait = waiting()
        while flock(file.rawValue, LOCK_EX | LOCK_NB) != 0 {
            let number = errno
            if number == EINTR || (number == EWOULDBLOCK && wait()) { continue }
            try? file.close()
            try cancellation.check()
            if number == EWOULDBLOCK {
                throw RegistryError(
                    .busy,
                    path: layout.lock,
                    "another process has kept \(layout.lock) locked for too long"
                )
            }
            throw DiskImageError(errno: number, "cannot lock", layout.lock)
        }
        return file
    }

    /// A connection to the index as it is, for which nobody else has one as long as it is open.
    func openAlone() throws -> DatabaseQueue {
        var configuration = configuration(readOnly: false)
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA locking_mode = EXCLUSIVE") }
        let queue = try DatabaseQueue(path: layout.index.string, configuration: configuration)
        do {
            // The lock is taken by the first transaction, and kept after it.
            try queue.writeWithoutTransaction { database in
                try database.beginTransaction(.immediate)
                try database.commit()
            }
        } catch {
            try? queue.close()
            throw error
        }
        return queue
    }

    private func configuration(readOnly: Bool) -> Configuration {
        var configuration = Configuration()
        configuration.readonly = readOnly
        let wait = waiting()
        configuration.busyMode = .callback { _ in wait() }
        configuration.label = "imagebake.registry"
        // A rollback that fails with the disk ends with the connection; GRDB would end the process instead.
        configuration.allowsUnsafeTransactions = true
        if !readOnly {
            // With less, a commit in WAL mode may be lost with the power, although the image was announced.
            configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        }
        return configuration
    }

    /// A function that waits a moment, and answers false when it was cancelled or patience is at its end.
    private func waiting() -> @Sendable () -> Bool {
        let clock = ContinuousClock()
        let end = clock.now + .seconds(patience)
        return { [cancellation] in
            if cancellation.isCancelled || clock.now >= end { return false }
            usleep(.random(in: 2_000..<20_000))
            return true
        }
    }

    /// Turns SQLite's and the file system's errors into the registry's.
    func translating<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as DatabaseError {
            if error.resultCode == .SQLITE_BUSY { try cancellation.check() }
            throw RegistryError(error, index: layout.index)
        } catch let error as DiskImageError {
            throw RegistryError(error)
        }
    }
}
