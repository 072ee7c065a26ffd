import Guestfs
import SystemPackage

/// A clean disk, to be proven so from what is converted of it: an overlay of the installed one, both in the cache.
struct SealedDisk: StageProduct {
    let entry: StageCache.Entry
    let record: SealRecord

    /// The overlay.
    var overlay: FilePath { entry.file(SealRecord.diskName) }

    var summary: String {
        "\(record.changes) changes by \(record.operations) operations"
    }
}

/// What the cache knows of a sealed disk.
struct SealRecord: Codable {
    static let diskName = "sealed.qcow2"
    /// What is installed on it, beside it: a bill of materials is written when an artefact's digest is known, and not only then.
    static let inventoryName = "packages.json"

    /// The guest's architecture, as libguestfs found it.
    let architecture: String
    /// How many operations ran.
    let operations: Int
    /// How much they changed.
    let changes: Int
    /// Where its file systems are, which spares the proof an inspection.
    let layout: GuestLayout
    /// What the installer left as proof of its end, which must not be anywhere on the disk.
    let stamp: String
}
