public import SystemPackage

/// Where a saved image goes.
public enum SaveTarget: Sendable, Hashable {
    /// A file, replaced in one step when the bytes are complete and their digest is right.
    ///
    /// A pipe or a device at that path is written to as it is.
    case file(FilePath)
    /// An open descriptor, standard output for one, which is not closed.
    ///
    /// The digest is known only after the last byte, so that a damaged blob is reported after it was written.
    case descriptor(FileDescriptor)
}
