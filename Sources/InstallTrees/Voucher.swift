public import SystemPackage

/// Who says what digest a file must have.
public enum Voucher: Sendable, Hashable, CustomStringConvertible {
    /// The tree's own `[checksums]`.
    case treeinfo
    /// The recipe.
    case recipe
    /// A CHECKSUM file that nobody's signature was asked for.
    case checksumFile(FilePath)
    /// A CHECKSUM file that a key has signed; the key by its fingerprint, hexadecimal.
    case signed(FilePath, key: String)

    /// The words between "the digest that" and "gives".
    public var description: String {
        switch self {
        case .treeinfo: ".treeinfo"
        case .recipe: "the recipe"
        case .checksumFile(let file): file.lastComponent?.string ?? file.string
        case .signed(let file, let key): "\(file.lastComponent?.string ?? file.string), signed by the key \(key),"
        }
    }
}
