import Recipes

/// What the cache knows of an installed disk.
struct InstallRecord: Codable {
    static let diskName = "disk.qcow2"

    let stamp: String
    let seconds: Double
}

extension InstalledDisk {
    /// The disk of a cache entry.
    init(_ entry: StageCache.Entry, _ record: InstallRecord, _ fingerprint: Fingerprint) {
        self.init(
            disk: entry.file(InstallRecord.diskName),
            stamp: record.stamp,
            seconds: record.seconds,
            cacheEntry: entry,
            fingerprint: fingerprint
        )
    }

    /// Puts the disk, whose stamp has been read, into the cache.
    func keep(in bake: BakeContext) async throws -> StageCache.Entry {
        try await bake.cache.add(
            .install,
            fingerprint,
            recipe: bake.recipe.name,
            product: InstallRecord(stamp: stamp, seconds: seconds),
            files: [InstallRecord.diskName: disk]
        )
    }
}
