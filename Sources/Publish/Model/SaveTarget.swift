public import SystemPackage

/// Where a saved image goes.
public enum SaveTarget: Sendable {
    /// A file, replaced in one step when the bytes are complete and their digest is right.
    ///
    /// A pipe or a device at that path is written to as it is.
    case file(FilePath)
    /// The same, but what has come when it breaks off stays beside it, as `NAME.KEY.part`, and the next save goes on there.
    ///
    /// The key stands for the image and its digest, so that nothing is ever added to the bytes of another image; the digest of the whole is
    /// compared before the file gets its name.
    case resumable(FilePath, onEvent: @Sendable (SaveEvent) -> Void)
    /// An open descriptor, standard output for one, which is not closed.
    ///
    /// The digest is known only after the last byte, so that a damaged blob is reported after it was written.
    case descriptor(FileDescriptor)
}
