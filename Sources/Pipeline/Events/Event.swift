public import Foundation

/// One thing that happened in a bake.
public struct Event: Codable, Equatable, Sendable {
    /// What happened.
    public enum Kind: Codable, Equatable, Sendable {
        /// The bake began; `text` says of what.
        case bakeStarted(recipe: String)
        /// A stage began.
        case started
        /// A stage went on.
        ///
        /// `total` is nil while it is unknown; `unit` is `bytes` or `packages`.
        case progress(completed: Int64, total: Int64?, unit: String)
        /// The stage does this now: a short line for people.
        case activity(String)
        /// Something that the stage did and that stays worth knowing.
        case note(String)
        /// A line that the guest or a tool printed.
        case output(String)
        /// Something that the user should know, though the bake goes on.
        case warning(String)
        /// A stage ended well.
        ///
        /// `seconds` is how long it took; `isCached` that it did not run; `summary` what came out.
        case finished(seconds: Double, isCached: Bool, summary: String)
        /// A stage failed.
        case failed(message: String)
        /// The bake ended.
        case bakeFinished(seconds: Double, status: Int32)
    }

    /// When it happened, by ``SteadyTime``.
    public let time: Date
    /// The bake's id.
    public let bake: String
    /// The stage, or nil for the bake as a whole.
    public let stage: StageName?
    /// What happened.
    public let kind: Kind

    /// Creates an event.
    public init(time: Date = SteadyTime.now, bake: String, stage: StageName?, kind: Kind) {
        self.time = time
        self.bake = bake
        self.stage = stage
        self.kind = kind
    }
}
