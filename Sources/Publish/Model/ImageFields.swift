/// What a list must say of each image; a registry that has the rest elsewhere may leave it empty, and a long list is quicker for it.
///
/// A Glance answers everything anyhow.
public struct ImageFields: OptionSet, Sendable, Hashable {
    /// One bit a field.
    public let rawValue: Int

    /// The fields of these bits.
    public init(rawValue: Int) {
        self.rawValue = rawValue
    }

    /// ``Image/tags``.
    public static let tags = ImageFields(rawValue: 1)
    /// ``Image/properties``.
    public static let properties = ImageFields(rawValue: 2)
    /// ``Image/documents``.
    public static let documents = ImageFields(rawValue: 4)
    /// ``Image/checksum``, ``Image/osHashAlgorithm``, ``Image/osHashValue`` and ``Image/sha256``.
    public static let digests = ImageFields(rawValue: 8)

    /// ``Image/stores``; needs the digests.
    public static let stores = ImageFields(rawValue: 16)

    /// Everything.
    public static let all: ImageFields = [.tags, .properties, .documents, .digests, .stores]
}
