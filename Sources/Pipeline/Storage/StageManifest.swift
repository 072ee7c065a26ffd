public import DiskImages
public import Foundation

/// What an entry of the stage cache says of itself: `product.json` without the product.
public struct StageManifest: Codable, Equatable, Sendable {
    /// The layout of entries that this version writes and reads.
    ///
    /// 1 had no number and no digests. An entry with a higher number is a newer imagebake's, and left alone.
    public static let layout = 2

    /// A file of an entry.
    public struct File: Codable, Equatable, Sendable {
        /// Its size in bytes.
        public let size: Int64
        /// Its SHA-256, 64 hexadecimal digits.
        public let sha256: String
        /// Its SHA-512, 128 hexadecimal digits; nil for what no registry is asked for by it.
        public var sha512: String?
        /// Its MD5, 32 hexadecimal digits; nil as SHA-512 is.
        public var md5: String?

        /// All that a registry keeps of a file; nil where they were not computed.
        public var digests: FileDigests? {
            guard let sha512, let md5 else { return nil }
            return FileDigests(size: size, sha256: sha256, sha512: sha512, md5: md5)
        }
    }

    /// The stage that made it.
    public let stage: StageName
    /// The recipe for which it was made first.
    public let recipe: String
    /// When it was made.
    public let created: Date
    /// When the oldest of what went into it was made.
    public let oldest: Date
    /// The version of imagebake that made it.
    public let imagebake: String
    /// Its files by name.
    public let files: [String: File]
    /// The names of the entries without which it is worth nothing: the disk below an overlay.
    public let needs: [String]
}
