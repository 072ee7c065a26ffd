/// What a check of a local registry found.
public struct RegistryCheck: Sendable, Hashable, Codable {
    /// How many images it has.
    public internal(set) var images = 0
    /// How many blobs: those of images and of documents, each once.
    public internal(set) var blobs = 0
    /// Their size in bytes.
    public internal(set) var bytes: Int64 = 0
    /// Whether the bytes were read and compared with their digests.
    public internal(set) var isVerified = false
    /// What is not as it should be.
    public internal(set) var problems: [RegistryProblem] = []

    private enum CodingKeys: String, CodingKey {
        case images, blobs, bytes, problems
        case isVerified = "verified"
    }

    /// What is still not as it should be.
    public var remaining: [RegistryProblem] { problems.filter { !$0.isRepaired } }
}
