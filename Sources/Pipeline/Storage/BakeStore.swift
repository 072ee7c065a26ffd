import Foundation
public import SystemPackage

/// The directories of all bakes.
public struct BakeStore: Sendable {
    private let home: Home

    /// Creates a view of the bakes; makes nothing.
    public init(home: Home) {
        self.home = home
    }

    /// All bakes, the newest first.
    public func list() -> [BakeRecord] {
        Files.names(in: home.bakes).reversed().compactMap { try? record($0) }
    }

    /// One bake.
    ///
    /// - Parameter id: Its id, the beginning of one id alone, or `last`.
    /// - Throws: ``Failure`` with ``ExitStatus/inputMissing`` where there is none, ``ExitStatus/usage`` where there are several.
    public func find(_ id: String) throws(Failure) -> BakeRecord {
        let ids = Files.names(in: home.bakes)
        if id == "last", let last = ids.last { return try record(last) }
        let matches = ids.contains(id) ? [id] : ids.filter { $0.hasPrefix(id) }
        guard let match = matches.first, !id.isEmpty else {
            throw Failure(.inputMissing, "there is no bake '\(id)'", ["next": "'imagebake bakes list' shows them"])
        }
        guard matches.count == 1 else {
            throw Failure(.usage, "'\(id)' is the beginning of several bakes: \(matches.joined(separator: ", "))")
        }
        return try record(match)
    }

    /// The directory of a bake.
    public func directory(_ id: String) -> FilePath { home.bakes.appending(id) }

    /// Writes a record.
    func save(_ record: BakeRecord) throws(Failure) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        guard let data = try? encoder.encode(record) else {
            throw Failure(.bug, "the record of the bake \(record.id) cannot be written down")
        }
        try Files.write(data, to: directory(record.id).appending("bake.json"))
    }

    /// Makes the directory of a new bake and locks it.
    func create(name: String, recipe: String) throws(Failure) -> (record: BakeRecord, lock: FileLock) {
        try Files.makeDirectory(home.bakes)
        let started = SteadyTime.now
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "UTC")
        formatter.dateFormat = "yyyyMMdd-HHmmss"
        let stem = "\(formatter.string(from: started))-\(name)"
        for suffix in [""] + (2...99).map({ "-\($0)" }) {
            let id = stem + suffix
            // mkdir fails where another process was faster, and so makes the id ours.
            guard mkdir(directory(id).string, 0o755) == 0 else {
                guard errno == EEXIST else {
                    throw Files.failure(Errno(rawValue: errno), "cannot make the directory \(directory(id))")
                }
                continue
            }
            guard let lock = try FileLock(directory(id).appending("lock")) else { continue }
            let record = BakeRecord(id: id, name: name, recipe: recipe, started: started)
            try save(record)
            return (record, lock)
        }
        throw Failure(.tryAgain, "a hundred bakes of '\(name)' began in this second")
    }

    /// Whether a living process works on a bake.
    func isAlive(_ id: String) -> Bool {
        FileLock.isHeld(directory(id).appending("lock"))
    }

    private func record(_ id: String) throws(Failure) -> BakeRecord {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        let file = directory(id).appending("bake.json")
        let data = try Files.read(file)
        guard var record = try? decoder.decode(BakeRecord.self, from: data) else {
            throw Failure(.inputOutput, "the record \(file) cannot be read")
        }
        // A process that was killed had no time to write its end down.
        if record.state == .running, !isAlive(id) { record.state = .interrupted }
        return record
    }
}
