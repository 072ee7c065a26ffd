extension Recipe {
    /// One file system of the disk: a partition, a logical volume or a subvolume.
    public struct Partition: Sendable, Equatable {
        /// Where it is mounted: an absolute path, `swap` or `biosboot`.
        public var mount: String

        /// Its file system.
        public var fileSystem: FileSystem

        /// Its size, or its least size when it grows; whole mebibytes.
        ///
        /// A subvolume's is its share of the volume that it is in.
        public var size: ByteCount

        /// Whether it takes the rest of the disk.
        public var grow: Bool

        /// The size at which it stops to grow.
        public var maximumSize: ByteCount?

        /// Whether it must be a primary partition.
        public var asPrimary: Bool

        /// The label of its file system.
        public var label: String?

        /// The options of its mount, as /etc/fstab has them.
        public var mountOptions: String?

        /// What it lies on.
        public var container: Container
    }
}

extension Recipe.Partition {
    /// What a file system lies on.
    public enum Container: Sendable, Equatable {
        /// A partition of its own.
        case partition

        /// A logical volume of a volume group.
        case volumeGroup(String, volume: String)

        /// A subvolume of a btrfs volume, which is known by its label.
        case btrfs(String, subvolume: String)
    }

    /// A plain partition.
    init(mount: String, fileSystem: Recipe.FileSystem, size: ByteCount, grow: Bool = false) {
        self.init(
            mount: mount,
            fileSystem: fileSystem,
            size: size,
            grow: grow,
            maximumSize: nil,
            asPrimary: false,
            label: nil,
            mountOptions: nil,
            container: .partition
        )
    }
}
