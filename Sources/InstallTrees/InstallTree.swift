import Crypto
public import SystemPackage

/// An install tree ready to boot: kernel and initrd as local files, and what is known about them.
public struct InstallTree: Sendable, Hashable {
    /// How far `[checksums]` vouched for kernel and initrd.
    public enum Verification: String, Sendable, Codable {
        /// At least one of the two has no checksum.
        case none
        /// Both matched, at least one by MD5 or SHA-1 only.
        case weak
        /// Both matched by SHA-2.
        case strong
    }

    /// The big file that the installer unpacks or runs from, as the tree names it.
    public struct Payload: Sendable, Hashable {
        /// Relative to the tree.
        public let path: String
        /// From `[checksums]`; imagebake does not fetch the payload, the installer checks it.
        public let checksum: Checksum
    }

    /// Where the tree is.
    public let source: TreeSource
    /// The parsed `.treeinfo`.
    public let treeinfo: TreeInfo
    /// SHA-256 of the bytes of `.treeinfo`, hexadecimal: what a recipe pins.
    public let treeinfoDigest: String
    /// The kernel, an absolute path: in the cache, or in place for a directory.
    public let kernel: FilePath
    /// The initrd, an absolute path: in the cache, or in place for a directory.
    public let initrd: FilePath
    /// SHA-256 of the kernel, hexadecimal.
    public let kernelDigest: String
    /// SHA-256 of the initrd, hexadecimal.
    public let initrdDigest: String
    /// How far `[checksums]` vouched for both.
    public let verification: Verification
    /// The payload that `[checksums]` names, if any.
    public let payload: Payload?
    /// `repo.iso` of a directory tree: the tree as a medium that can be attached to the guest.
    public let repositoryISO: FilePath?

    /// True where checksums were present for kernel and initrd, and matched.
    public var verified: Bool { verification != .none }

    /// SHA-256, hexadecimal, over the digests of `.treeinfo`, kernel and initrd: the same tree at two mirrors has one fingerprint.
    public var fingerprint: String {
        var hasher = SHA256()
        hasher.update(data: Array("install-tree 1\n\(treeinfoDigest)\n\(kernelDigest)\n\(initrdDigest)\n".utf8))
        return hasher.finalize().hexadecimal
    }
}

extension InstallTree.Payload {
    /// Finds the payload among the checksums: the names in the order in which an installer prefers them.
    init?(_ treeinfo: TreeInfo) {
        let names =
            ["LiveOS/rootfs.tar", "LiveOS/rootfs.tar.zst", "LiveOS/rootfs.tar.xz", "LiveOS/rootfs.tar.gz"]
            + [treeinfo.mainImage].compactMap(\.self) + ["LiveOS/squashfs.img", "images/install.img"]
        for name in names {
            guard let checksum = treeinfo.checksums[name] else { continue }
            self.init(path: name, checksum: checksum)
            return
        }
        return nil
    }
}
