/// The kernel and the initrd of one architecture, as `[images-<arch>]` names them.
public struct TreeImages: Sendable, Hashable {
    /// The kernel's path relative to the tree; never leaves it.
    public let kernel: String
    /// The initrd's path relative to the tree; never leaves it.
    public let initrd: String
    /// The network installer's ISO image relative to the tree, `boot.iso`; never leaves it.
    public var bootISO: String?
}
