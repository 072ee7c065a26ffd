/// How the images that are published under one name follow each other.
public struct RotationRule: Sendable, Hashable {
    /// The name that always means the newest image.
    public var name: String

    /// How many images stay in use, the newest among them, 1 or more; nil where nothing moves and all images have the plain name.
    public var keep: Int?

    /// What becomes of the older ones.
    public var retire: RetireAction

    /// The only format that counts, where images of several formats have the name at once; nil where the name means one image, whatever its
    /// format.
    public var format: DiskFormatName?

    /// Creates a rule.
    public init(name: String, keep: Int? = nil, retire: RetireAction = .hide, format: DiskFormatName? = nil) {
        self.name = name
        self.keep = keep
        self.retire = retire
        self.format = format
    }
}
