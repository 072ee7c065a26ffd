import DiskImages

/// The bytes that rollbacks took a name from, which the image that has the name carries: they do not come back, whatever becomes of the image
/// that they were in.
struct RefusedBytes: Sendable, Hashable {
    /// `SIZE:ALGORITHM:DIGEST` of each, the first that was refused first.
    private var entries: [String]

    /// Reads what an image carries.
    init(_ image: Image) {
        entries = image.account(ImageProperty.refused)?.split(separator: ",").map(String.init) ?? []
    }

    /// Makes an image carry them, where it does not yet.
    func write(to update: inout ImageUpdate, of image: Image) {
        guard self != RefusedBytes(image) else { return }
        if entries.isEmpty {
            update.removedProperties.append(ImageProperty.refused)
        } else {
            update.properties[ImageProperty.refused] = entries.joined(separator: ",")
        }
    }

    /// Adds those of another image.
    mutating func join(_ other: RefusedBytes) {
        entries += other.entries.filter { !entries.contains($0) }
    }

    /// Refuses an image's bytes.
    ///
    /// Those of a registry that keeps no digest cannot be told from others, and are known by their image alone while that is there.
    mutating func refuse(_ image: Image) {
        guard let entry = Self.entry(image), !entries.contains(entry) else { return }
        entries.append(entry)
    }

    /// Lets an image's bytes be published again.
    mutating func permit(_ image: Image) {
        let entry = Self.entry(image)
        entries.removeAll { $0 == entry }
    }

    /// Whether there may be a file of this size among them; others need not be read.
    func mayContain(size: Int64?) -> Bool {
        guard let size else { return false }
        return entries.contains { $0.hasPrefix("\(size):") }
    }

    /// Whether a file is among them.
    func contains(_ digests: FileDigests) -> Bool {
        [("sha512", digests.sha512), ("sha256", digests.sha256)].contains { algorithm, value in
            entries.contains("\(digests.size):\(algorithm):\(value)")
        }
    }

    private static func entry(_ image: Image) -> String? {
        guard let size = image.size, let algorithm = image.osHashAlgorithm, let value = image.osHashValue else {
            return nil
        }
        return "\(size):\(algorithm):\(value)"
    }
}
