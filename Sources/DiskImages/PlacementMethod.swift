/// How a file was put into place.
public enum PlacementMethod: String, Sendable, Hashable, CaseIterable {
    /// A second name for the same inode: no bytes move, and a later write through either name is seen through both.
    case hardLink

    /// A second file that shares its extents until one of the two is written (FICLONE: btrfs, XFS).
    case reflink

    /// A second file with bytes of its own; holes stay holes.
    case copy
}
