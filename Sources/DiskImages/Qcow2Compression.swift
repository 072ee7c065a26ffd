/// How the clusters of a qcow2 image are compressed.
public enum Qcow2Compression: String, Sendable, Hashable, Codable, CaseIterable {
    /// Zstandard: the smallest and by far the fastest; QEMU 5.1 and later read it.
    case zstd

    /// Deflate: what every QEMU reads.
    case zlib

    /// Clusters as they are.
    case none
}
