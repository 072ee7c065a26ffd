public import DiskImages

/// The format of an image's bytes by Glance's name; `disk_format`.
///
/// Operators can name others than Glance's own, so that any text can be one.
public struct DiskFormatName: RawRepresentable, Sendable, Hashable, Codable, CustomStringConvertible {
    /// The name.
    public let rawValue: String

    /// The format of a name.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// The name of a format that imagebake itself writes.
    public init(_ format: DiskFormat) {
        self.init(rawValue: format.rawValue)
    }

    /// The name.
    public var description: String { rawValue }

    /// Those of Glance (glance/common/config.py, `disk_formats`).
    public static let all = ["ami", "ari", "aki", "vhd", "vhdx", "vmdk", "raw", "qcow2", "vdi", "ploop", "iso"]
        .map(DiskFormatName.init)

    /// Whether the image is of Amazon's kind: a file system, a kernel or an initrd, whose container format is the same.
    public var isAmazon: Bool { ["ami", "ari", "aki"].contains(rawValue) }
}

/// What is around an image's bytes, by Glance's name; `container_format`.
public struct ContainerFormatName: RawRepresentable, Sendable, Hashable, Codable, CustomStringConvertible {
    /// The name.
    public let rawValue: String

    /// The container of a name.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Nothing.
    public static let bare = ContainerFormatName(rawValue: "bare")

    /// What a format is in where nobody says otherwise; Amazon's are in nothing but themselves, by the convention of Nova and of Glance's API
    /// version 1.
    public static func usual(for format: DiskFormatName) -> ContainerFormatName {
        format.isAmazon ? ContainerFormatName(rawValue: format.rawValue) : .bare
    }

    /// The name.
    public var description: String { rawValue }

    /// Those of Glance (glance/common/config.py, `container_formats`).
    public static let all = ["ami", "ari", "aki", "bare", "ovf", "ova", "docker", "compressed"].map(
        ContainerFormatName.init
    )
}
