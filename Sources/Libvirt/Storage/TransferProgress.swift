/// How far an upload or a download is.
public struct TransferProgress: Equatable, Sendable {
    /// The bytes of the file that are done, holes counted.
    public let completed: Int64
    /// The length of the file in bytes.
    public let total: Int64
    /// The bytes that went over the connection so far.
    public let carried: Int64

    /// Creates a state.
    public init(completed: Int64, total: Int64, carried: Int64) {
        self.completed = completed
        self.total = total
        self.carried = carried
    }
}
