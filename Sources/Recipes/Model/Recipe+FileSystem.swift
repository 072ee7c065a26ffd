extension Recipe {
    /// A file system, in kickstart's words.
    public enum FileSystem: String, CaseIterable, Sendable {
        /// The default nearly everywhere.
        case ext4

        /// The same without extents.
        case ext3

        /// The same without a journal.
        case ext2

        /// The default of EL7 and later.
        case xfs

        /// Copy on write, with subvolumes.
        case btrfs

        /// FAT, for small boot partitions.
        case vfat

        /// FAT on an EFI system partition.
        case efi

        /// None: the space in which GRUB keeps itself on a GPT disk of a BIOS machine.
        case biosboot

        /// Swap space.
        case swap
    }
}
