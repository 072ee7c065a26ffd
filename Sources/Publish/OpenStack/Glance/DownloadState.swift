import NIOCore
import Synchronization

/// How far a download has come, over all its attempts.
final class DownloadState: Sendable {
    private let state: Mutex<(position: Int64, isRangeRefused: Bool)>
    private let receive: @Sendable (UnsafeRawBufferPointer) throws -> Void

    init(position: Int64, _ receive: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Void) {
        state = Mutex((position, false))
        self.receive = receive
    }

    /// The byte that comes next.
    var position: Int64 { state.withLock { $0.position } }

    /// Whether the store cannot begin in the middle.
    var isRangeRefused: Bool {
        get { state.withLock { $0.isRangeRefused } }
        set { state.withLock { $0.isRangeRefused = newValue } }
    }

    /// Hands bytes on, but for the first ones, which came before.
    func take(_ part: ByteBuffer, after passed: Int, limit: Int64?) throws {
        let count = part.readableBytes - passed
        guard count > 0 else { return }
        if let limit, position + Int64(count) > limit {
            throw OpenStackError(.changed, "the server sends more than the \(limit) bytes that the image has")
        }
        do {
            try part.withUnsafeReadableBytes { bytes in
                try receive(UnsafeRawBufferPointer(rebasing: bytes[passed...]))
            }
        } catch {
            throw ReceiverError(cause: error)
        }
        state.withLock { $0.position += Int64(count) }
    }
}
