/// What the gate thinks of a file.
public struct GateVerdict: Sendable, Hashable {
    /// What the file is declared to be.
    public let declared: DeclaredFormat

    /// What it is; nil where it is several things at once that do not go together.
    public let detected: ContentFormat?

    /// All the formats that it is in; none for raw, and `iso` with `gpt` for a CD that a disk's firmware starts as well.
    public let matches: Set<ContentFormat>

    /// The size of the disk inside, in bytes, which is the file's own for all that is declared as raw, ami, ari, aki or ploop.
    ///
    /// Nil where the format's header does not tell it.
    public let virtualSize: Int64?

    /// What speaks against it; empty for an image that may be published.
    public let refusals: [GateRefusal]

    /// What is no reason to refuse it but most likely a mistake, in sentences.
    public let warnings: [String]

    /// Whether it may be published.
    public var isAccepted: Bool { refusals.isEmpty }
}
