/// `[media]`: which disc of a set a tree is.
public struct TreeMedia: Sendable, Hashable {
    /// `discnum`, from 1.
    public let disc: Int
    /// `totaldiscs`.
    public let total: Int
}
