public import SystemPackage

/// A file that is kept with an image, such as its bill of materials or the report on its hygiene.
///
/// A registry has it from the image's first moment, and deletes it with the image.
public struct ImageDocument: Sendable, Hashable, Codable {
    /// The name, unique in its image: `hygiene.json`.
    public let name: String
    /// Its bytes.
    public let size: Int64
    /// Their SHA-256.
    public let sha256: String

    /// Creates one.
    public init(name: String, size: Int64, sha256: String) {
        self.name = name
        self.size = size
        self.sha256 = sha256
    }

    /// A document before it is in a registry.
    public struct Draft: Sendable, Hashable {
        /// The name under which it is kept: 1 to 255 bytes without a slash.
        public let name: String
        /// The file, of at most 64 MiB.
        public let file: FilePath

        /// Creates one.
        public init(name: String, file: FilePath) {
            self.name = name
            self.file = file
        }
    }
}
