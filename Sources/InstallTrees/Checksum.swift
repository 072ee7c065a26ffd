/// A checksum as `.treeinfo` writes it: an algorithm and the digest in lower-case hexadecimal.
public struct Checksum: Sendable, Hashable, Codable, CustomStringConvertible {
    /// A digest algorithm that productmd has ever written.
    public enum Algorithm: String, Sendable, Codable, CaseIterable {
        /// MD5, 16 bytes; weak.
        case md5
        /// SHA-1, 20 bytes; weak.
        case sha1
        /// SHA-256, 32 bytes.
        case sha256
        /// SHA-384, 48 bytes.
        case sha384
        /// SHA-512, 64 bytes.
        case sha512

        /// True where a collision can be made on purpose, so a match proves no more than an intact transfer.
        public var isWeak: Bool { self == .md5 || self == .sha1 }

        /// The digest's length in bytes.
        public var byteCount: Int {
            switch self {
            case .md5: 16
            case .sha1: 20
            case .sha256: 32
            case .sha384: 48
            case .sha512: 64
            }
        }
    }

    /// The algorithm.
    public let algorithm: Algorithm
    /// The digest, lower-case hexadecimal.
    public let hex: String

    /// True for MD5 and SHA-1.
    public var isWeak: Bool { algorithm.isWeak }

    /// `algorithm:hex`, as in `.treeinfo` and in a kickstart's `--checksum`.
    public var description: String { "\(algorithm.rawValue):\(hex)" }

    /// Reads `algorithm:hex`; nil for an unknown algorithm, a wrong length or anything but hexadecimal digits.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2,
            let algorithm = Algorithm(rawValue: parts[0].trimmed.lowercased()),
            case let hex = parts[1].trimmed.lowercased(),
            hex.utf8.count == algorithm.byteCount * 2,
            hex.isHexadecimal
        else { return nil }
        self.algorithm = algorithm
        self.hex = hex
    }

    init(algorithm: Algorithm, hex: String) {
        self.algorithm = algorithm
        self.hex = hex
    }
}
