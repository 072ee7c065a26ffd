/// What ``QemuImg/convert(_:format:backing:to:output:progress:)`` writes.
public enum ImageOutput: Sendable, Hashable {
    /// A qcow2 image without a backing file.
    case qcow2(Qcow2Compression)

    /// A sparse raw image.
    case raw

    /// The format of the file that is written.
    public var format: DiskFormat {
        switch self {
        case .qcow2: .qcow2
        case .raw: .raw
        }
    }

    /// The usual extension of such a file, without the dot.
    public var fileExtension: String {
        format.rawValue
    }
}
