/// How far a long transfer of bytes has come.
///
/// Reported by convert, digest, place, publish and save.
public struct TransferProgress: Sendable, Hashable {
    /// The bytes handled so far; never more than ``total``.
    public var completed: Int64

    /// The bytes to handle in all, 0 where there is nothing to do.
    public var total: Int64

    /// Creates a progress value; both numbers are bytes.
    public init(completed: Int64, total: Int64) {
        self.completed = completed
        self.total = total
    }

    /// The share that is done, from 0 to 1; 1 where there was nothing to do.
    public var fraction: Double {
        total > 0 ? min(1, max(0, Double(completed) / Double(total))) : 1
    }
}

/// Receives progress, from any thread, some ten times a second at most and once when all is done.
public typealias ProgressHandler = @Sendable (TransferProgress) -> Void
