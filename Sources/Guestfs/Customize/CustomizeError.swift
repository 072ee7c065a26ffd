/// A step of customising that failed.
public struct CustomizeError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The number of the step, from 1.
    public let step: Int
    /// The kind of step, in the recipe's word.
    public let name: String
    /// Where the recipe asks for it, `file:line:column`.
    public let place: String
    /// What went wrong, lower case, no full stop.
    public let reason: String
    /// The last lines that its commands printed; none where it ran none.
    public let lastLines: [String]
    /// What to do about it, where something can be done.
    public let hint: String?

    /// The step and what went wrong, in one line.
    public var description: String { "step \(step) ('\(name)'): \(reason)" }
}
