/// Something that is not as it should be in a local registry.
public struct RegistryProblem: Sendable, Hashable, Codable {
    /// What it is.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// SQLite finds the index damaged, or it is missing.
        case index
        /// A row of the index that means nothing to this version.
        case row
        /// A row that belongs to an image that is not there.
        case foreignRow = "foreign-row"
        /// An image or a document whose bytes are missing.
        case missingBlob = "missing-blob"
        /// An image or a document whose bytes are too few or too many.
        case wrongSize = "wrong-size"
        /// An image or a document whose bytes have another digest; found with verification only.
        case wrongDigest = "wrong-digest"
        /// Bytes that are no image's and no document's.
        case unusedBlob = "unused-blob"
        /// A half-made file of a process that is gone.
        case leftover
        /// Staged bytes that no image waits for.
        case unusedStaging = "unused-staging"
        /// A state in which no living process keeps the image, or in which it cannot be without bytes.
        case state
    }

    /// What it is.
    public let kind: Kind
    /// The id of the image, or the path of the file.
    public let subject: String
    /// One sentence about it, lower case.
    public let message: String
    /// Whether it was repaired.
    public var isRepaired = false
    /// What a person can do, where it was not repaired.
    public let next: String?

    private enum CodingKeys: String, CodingKey {
        case kind, subject, message, next
        case isRepaired = "repaired"
    }

    init(_ kind: Kind, _ subject: String, _ message: String, next: String? = nil) {
        self.kind = kind
        self.subject = subject
        self.message = message
        self.next = next
    }

    /// The same, mended by a copy of another store's.
    func repaired(from store: String) -> RegistryProblem {
        var problem = RegistryProblem(kind, subject, "\(message); it was made anew of the copy in the store '\(store)'")
        problem.isRepaired = true
        return problem
    }
}
