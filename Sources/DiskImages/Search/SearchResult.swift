/// Where something was found on a disk.
public struct SearchResult: Sendable, Equatable {
    /// How many places are remembered.
    static let most = 64

    /// The pattern's name.
    public let name: String
    /// How often it is there.
    public internal(set) var count = 0
    /// The first places, in bytes from the disk's beginning.
    public var offsets: [Int64] = []

    /// None yet.
    public init(name: String) {
        self.name = name
    }

    mutating func add(_ offset: Int64) {
        count += 1
        if offsets.count < Self.most { offsets.append(offset) }
    }
}
