/// What a sweep removed.
public struct SweepReport: Sendable, Hashable {
    /// Half-ingested files of dead processes.
    public var ingestFiles: Int
    /// Blobs to which no image refers.
    public var blobs: Int
    /// The sizes of both together, in bytes.
    public var bytes: Int64

    /// Creates a report.
    public init(ingestFiles: Int = 0, blobs: Int = 0, bytes: Int64 = 0) {
        self.ingestFiles = ingestFiles
        self.blobs = blobs
        self.bytes = bytes
    }
}
