extension Recipe {
    /// A file system, in kickstart's words.
    public enum FileSystem: String, CaseIterable, Sendable {
        /// The default nearly everywhere.
        case ext4

        /// The same without extents.
        case ext3

        /// The same without a journal.
        case ext2

        /// The default of EL7.
        case xfs

        /// FAT, for small boot partitions.
        case vfat

        /// Swap space.
        case swap
    }
}
