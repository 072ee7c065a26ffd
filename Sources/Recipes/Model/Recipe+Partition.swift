extension Recipe {
    /// One partition of the disk.
    public struct Partition: Sendable, Equatable {
        /// Where it is mounted: an absolute path, or `swap`.
        public var mount: String

        /// Its file system.
        public var fileSystem: FileSystem

        /// Its size, or its least size when it grows; whole mebibytes.
        public var size: ByteCount

        /// Whether it takes the rest of the disk.
        public var grow: Bool

        /// Whether it must be a primary partition.
        public var asPrimary: Bool

        /// The label of its file system.
        public var label: String?
    }
}
