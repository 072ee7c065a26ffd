public import Foundation
import SystemPackage

/// One thing in the cache: a stage's product or an install tree.
public struct CacheItem: Codable, Equatable, Sendable {
    /// What it is.
    public enum Kind: String, Codable, Sendable {
        case install, sysprep, convert, publish
        /// The Debian tree that was built on this machine.
        case builtTree = "built-tree"
        /// Kernel and initrd of a tree that was fetched.
        case tree
        /// Something that a newer imagebake made, or that cannot be read.
        case unknown
    }

    /// A short name, unique in the cache.
    public let id: String
    /// What it is.
    public let kind: Kind
    /// The recipe for which it was made first, or where the tree is from.
    public let origin: String
    /// The bytes that it takes on the disk.
    public let size: Int64
    /// When it was made; nil where nobody knows.
    public let created: Date?
    /// When it was used last.
    public let lastUsed: Date
    /// Whether a bake uses it now.
    public let isInUse: Bool
    /// The ids of what it is worth nothing without.
    public let needs: [String]
    /// Where it is.
    public let path: String

    /// The name of its directory.
    var name: String { FilePath(path).lastComponent?.string ?? "" }
}
