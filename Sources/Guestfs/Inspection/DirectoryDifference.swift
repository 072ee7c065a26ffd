/// What differs in a directory and below it.
public struct DirectoryDifference: Sendable, Codable, Equatable {
    /// The directory.
    public let directory: String
    /// How many files only the second has.
    public var added = 0
    /// How many files only the first has.
    public var removed = 0
    /// How many files differ in kind, mode, owner, size or, where it was looked at, content.
    public var changed = 0
    /// The bytes of the first's regular files there.
    public var bytesBefore: Int64 = 0
    /// The bytes of the second's regular files there.
    public var bytesAfter: Int64 = 0

    init(directory: String) {
        self.directory = directory
    }
}
