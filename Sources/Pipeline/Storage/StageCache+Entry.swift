public import SystemPackage

extension StageCache {
    /// A finished product, which stays where it is while the value lives.
    public struct Entry: Equatable, Sendable {
        /// The entry's directory.
        public let directory: FilePath
        /// What it says of itself.
        public let manifest: StageManifest
        /// What keeps it and all that it needs from being evicted.
        let leases: [FileLock]

        /// The entry's name, which is that of its directory.
        public var name: String { directory.lastComponent?.string ?? "" }

        /// The id by which `imagebake cache` knows it.
        public var id: String { CacheInventory.id(ofStage: name) }

        /// A file of the entry.
        public func file(_ name: String) -> FilePath { directory.appending(name) }

        /// Whether both are the same directory.
        public static func == (left: Self, right: Self) -> Bool { left.directory == right.directory }
    }
}
