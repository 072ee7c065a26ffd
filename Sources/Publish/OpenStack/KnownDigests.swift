import DiskImages
import SystemPackage

/// The size of a file, and as many of its digests as are needed to compare it with what a Glance says.
struct KnownDigests: Sendable {
    /// In bytes.
    let size: Int64
    /// By Glance's names of the algorithms.
    let values: [String: String]

    /// Those of a whole ``FileDigests``.
    private static let algorithms: Set<String> = ["sha512", "sha256", "md5"]

    init(size: Int64, values: [String: String]) {
        (self.size, self.values) = (size, values)
    }

    /// All of them.
    init(_ digests: FileDigests) {
        size = digests.size
        values = ["sha512": digests.sha512, "sha256": digests.sha256, "md5": digests.md5]
    }

    /// Those that are known, or were found while the file was sent; else SHA-512, by which nearly every Glance knows its images (`hashing_algorithm`).
    ///
    /// To compute all would take more of the processor than the upload does, and where one agrees the others tell nothing new.
    init(
        _ digests: FileDigests?,
        _ sent: (size: Int64, sha512: String)? = nil,
        of file: FilePath
    ) async throws {
        if let digests {
            self.init(digests)
        } else if let sent {
            self.init(size: sent.size, values: ["sha512": sent.sha512])
        } else {
            let (size, digest) = try await FileDigester.sha512(file)
            self.init(size: size, values: ["sha512": digest])
        }
    }

    /// Whether they can be compared with what a Glance says.
    func suffice(for image: Image) -> Bool {
        if image.osHashValue != nil, let algorithm = image.osHashAlgorithm {
            if values[algorithm] != nil { return true }
            if Self.algorithms.contains(algorithm) { return false }
        }
        // Any algorithm of hashlib's may be chosen, as sha384 or blake2b; the MD5 beside it is always the same.
        return image.checksum == nil || values["md5"] != nil
    }
}
