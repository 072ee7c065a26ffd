public import Foundation

/// How new a product must be to be used.
public struct Freshness: Equatable, Sendable {
    /// The product itself must not be older; nil takes any.
    public var created: Date?
    /// Nothing that went into it may be older; nil takes any.
    public var oldest: Date?

    /// Takes whatever there is.
    public static let any = Freshness()

    /// Creates a demand.
    public init(created: Date? = nil, oldest: Date? = nil) {
        self.created = created
        self.oldest = oldest
    }

    /// Whether a product is new enough.
    public func admits(_ manifest: StageManifest) -> Bool {
        if let created, manifest.created < created { return false }
        if let oldest, manifest.oldest < oldest { return false }
        return true
    }
}
