import Publish

/// Who is told what publications do.
struct PublicationReport: Sendable {
    /// The stage that publishes, for the exit status of failures; nil on the command line.
    var stage: StageName?
    /// What goes on now.
    let activity: @Sendable (String) -> Void
    /// What a person has to know.
    let warn: @Sendable (String) -> Void
    /// What was done.
    let step: @Sendable (PublicationStep) -> Void
    /// Bytes that went over, of all that are on their way.
    let bytes: @Sendable (Int64, Int64?) -> Void

    /// Tells a bake's channel.
    init(_ channel: StageChannel) {
        stage = .publish
        activity = { channel.activity($0) }
        warn = { channel.warning($0) }
        step = { channel.note($0.text) }
        bytes = { channel.bytes($0, of: $1) }
    }

    /// Tells whoever asks.
    init(
        activity: @escaping @Sendable (String) -> Void,
        warn: @escaping @Sendable (String) -> Void,
        step: @escaping @Sendable (PublicationStep) -> Void,
        bytes: @escaping @Sendable (Int64, Int64?) -> Void
    ) {
        (self.activity, self.warn, self.step, self.bytes) = (activity, warn, step, bytes)
    }
}
