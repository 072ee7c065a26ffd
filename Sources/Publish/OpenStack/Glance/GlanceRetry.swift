/// That a request is sent again, for the user to see.
public struct GlanceRetry: Sendable, Hashable, CustomStringConvertible {
    /// What was not done, `cannot upload image ID`.
    public let what: String
    /// The attempt that comes, counted from 1.
    public let attempt: Int
    /// How many there are in all.
    public let attempts: Int
    /// After which pause.
    public let pause: Duration
    /// Why.
    public let cause: OpenStackError

    /// One line.
    public var description: String { "attempt \(attempt) of \(attempts) in \(pause.words): \(cause.description)" }
}
