import DiskImages

/// How far the registry may share the bytes of a published file instead of copying them.
public enum FileSharing: Sendable, Hashable, CaseIterable {
    /// Hard link first, for a file that belongs to imagebake: it becomes read-only (0444) together with the blob, and must
    /// not be written again. Where links do not work: reflink, then copy.
    case hardLink
    /// Reflink where the file system can, else copy; the published file stays as it is.
    case reflink
    /// Copy.
    case copy

    var methods: Set<PlacementMethod> {
        switch self {
        case .hardLink: [.hardLink, .reflink, .copy]
        case .reflink: [.reflink, .copy]
        case .copy: [.copy]
        }
    }
}
