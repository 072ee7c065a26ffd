/// How long a cloud is waited for.
public struct CloudTimeouts: Sendable, Hashable {
    /// For a connection, TLS included.
    public var connect: Duration = .seconds(30)
    /// For the whole of a small answer; `api_timeout` of clouds.yaml takes its place.
    public var answer: Duration = .seconds(120)
    /// For the next bytes in the middle of an upload or a download.
    public var stall: Duration = .seconds(60)
    /// For the answer to an upload after its last byte: the store may flush gigabytes to its own disks first.
    ///
    /// Source: rackerlabs/genestack#1716 and its like; Glance answers when the store has finished.
    public var afterLastByte: Duration = .seconds(3600)
    /// For an image to leave `saving` after an upload broke, which Glance may notice late.
    public var settling: Duration = .seconds(120)

    /// The defaults.
    public init() {}
}
