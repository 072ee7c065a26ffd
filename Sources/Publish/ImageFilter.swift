/// Which images to list; everything that is given must hold.
public struct ImageFilter: Sendable, Hashable {
    /// The exact name.
    public var name: String?
    /// Tags that an image must all have.
    public var tags: [String]
    /// Properties that an image must all have, with these values.
    public var properties: [String: String]
    /// The visibility.
    public var visibility: Visibility?

    /// Creates a filter; without arguments it lets every image through.
    public init(
        name: String? = nil,
        tags: [String] = [],
        properties: [String: String] = [:],
        visibility: Visibility? = nil
    ) {
        self.name = name
        self.tags = tags
        self.properties = properties
        self.visibility = visibility
    }

    func admits(_ image: Image) -> Bool {
        (name == nil || name == image.name)
            && (visibility == nil || visibility == image.visibility)
            && tags.allSatisfy(image.tags.contains)
            && properties.allSatisfy { image.properties[$0.key] == $0.value }
    }
}
