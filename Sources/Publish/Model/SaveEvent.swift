public import SystemPackage

/// What becomes of a save that broke off.
public enum SaveEvent: Sendable, Hashable {
    /// It goes on after the bytes that an earlier one left in that file.
    case resumed(FilePath, bytes: Int64, total: Int64?)
    /// It broke off, and so many bytes are kept in that file.
    case kept(FilePath, bytes: Int64, total: Int64?)
    /// What an earlier one left in that file was not the beginning of the image, and all of it is fetched again.
    case restarted(FilePath)
}
