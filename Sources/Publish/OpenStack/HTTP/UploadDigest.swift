import DiskImages
import Synchronization

/// What the bytes were that an upload has sent, found out on their way.
public final class UploadDigest: Sendable {
    private let found = Mutex<(size: Int64, sha512: String)?>(nil)

    /// Creates one that knows nothing yet.
    public init() {}

    /// The bytes and their SHA-512 in lower-case hex; nil as long as no attempt has read the file to its end.
    public var value: (size: Int64, sha512: String)? { found.withLock { $0 } }

    func set(size: Int64, _ hash: DigestAccumulator?) {
        guard let hash else { return }
        let digest = hash.onlyValue()
        found.withLock { $0 = (size, digest) }
    }
}
