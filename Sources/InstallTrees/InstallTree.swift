public import SystemPackage

/// An install tree ready to boot: kernel and initrd as local files, and what is known about them.
///
/// As long as a value lives, its files stay in the cache.
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

    /// The ISO image that a tree is in.
    public struct Medium: Sendable, Hashable {
        /// SHA-256 of the image, hexadecimal: what a recipe pins.
        public let digest: String
        /// The volume's label.
        public let label: String

        /// The label as udev writes it, for `inst.stage2=hd:LABEL=`: everything but letters, digits and `#+-.:=@_` as `\x20`.
        ///
        /// Source: systemd, encode_devnode_name and its list of allowed characters.
        public var escapedLabel: String {
            var text = ""
            for byte in label.utf8 {
                let isPlain =
                    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                    || "#+-.:=@_".utf8.contains(byte)
                text += isPlain ? String(Unicode.Scalar(byte)) : "\\x" + [byte].hexadecimal
            }
            return text
        }
    }

    /// Where the tree is.
    public let source: TreeSource
    /// The parsed `.treeinfo`.
    public let treeinfo: TreeInfo
    /// `.treeinfo` or `treeinfo`, whichever was found; nil for a medium that has neither.
    public let treeinfoName: String?
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
    /// What vouches for both, all things considered; recorded with the image.
    public let trust: TreeTrust
    /// The payload that `[checksums]` names, if any.
    public let payload: Payload?
    /// The tree as a medium that can be attached to the guest: `repo.iso` of a directory tree, or the image itself.
    public let repositoryISO: FilePath?
    /// The ISO image that the tree is in; nil for a URL and a directory.
    public let medium: Medium?
    /// Keeps the files in the cache.
    let lease: TreeLease

    /// True where checksums were present for kernel and initrd, and matched.
    public var verified: Bool { verification != .none }

    /// SHA-256, hexadecimal, over the digests of `.treeinfo`, kernel and initrd, and of the medium where there is one: the
    /// same tree at two mirrors has one fingerprint.
    public var fingerprint: String {
        Self.fingerprint(treeinfoDigest, kernelDigest, initrdDigest, medium: medium?.digest)
    }

    static func fingerprint(_ treeinfo: String, _ kernel: String, _ initrd: String, medium: String? = nil) -> String {
        let tree = "install-tree 1\n\(treeinfo)\n\(kernel)\n\(initrd)\n"
        return FileDigest.sha256((tree + (medium.map { "medium \($0)\n" } ?? "")).utf8)
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
