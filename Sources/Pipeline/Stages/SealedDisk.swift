import SystemPackage

/// A clean disk, proven so: an overlay of the installed one, both in the cache.
struct SealedDisk: StageProduct {
    let entry: StageCache.Entry
    let record: SealRecord

    /// The overlay.
    var overlay: FilePath { entry.file(SealRecord.diskName) }

    var summary: String {
        "\(record.changes) changes by \(record.operations) operations, \(record.checks) checks passed"
    }
}

/// What the cache knows of a sealed disk.
struct SealRecord: Codable {
    static let diskName = "sealed.qcow2"

    /// The guest's architecture, as libguestfs found it.
    let architecture: String
    /// How many operations ran.
    let operations: Int
    /// How much they changed.
    let changes: Int
    /// How many checks the proof made.
    let checks: Int
}
