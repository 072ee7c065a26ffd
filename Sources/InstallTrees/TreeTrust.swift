/// What vouches for a tree's kernel and initrd, from least to most.
public enum TreeTrust: String, Sendable, Codable, CaseIterable, Comparable {
    /// Nothing: they came over plain http without strong checksums, and the user allowed that.
    case unverified
    /// They are files of this machine.
    case local
    /// They came over https from the host that the recipe names.
    case transport
    /// They match the tree's own SHA-2 checksums, which came the same way as they did.
    case checksummed
    /// They match what the recipe pins, directly or through the pinned treeinfo's SHA-2 checksums.
    case pinned
    /// The medium matches a checksum that its maker has signed.
    case signed

    /// True where less vouches for the left one.
    public static func < (left: TreeTrust, right: TreeTrust) -> Bool {
        let order = allCases
        return (order.firstIndex(of: left) ?? 0) < (order.firstIndex(of: right) ?? 0)
    }

    /// The trust in a tree that was fetched, or the refusal of one that nothing vouches for.
    ///
    /// - Parameters:
    ///   - base: the tree's URL.
    ///   - isSecure: whether that is https.
    ///   - verification: how far `[checksums]` covers kernel and initrd.
    ///   - isPinned: whether a pin covers both.
    ///   - isTreeinfoPinned: whether a pin covers the treeinfo.
    /// - Throws: `unverifiedTree`.
    static func fetched(
        from base: String,
        isSecure: Bool,
        _ verification: InstallTree.Verification,
        isPinned: Bool,
        isTreeinfoPinned: Bool = false,
        allowsUnverified: Bool
    ) throws(TreeError) -> TreeTrust {
        if isPinned { return .pinned }
        if verification == .strong { return .checksummed }
        if isSecure { return .transport }
        if allowsUnverified { return .unverified }
        let kind = verification == .weak ? "strong checksums" : "checksums"
        if isTreeinfoPinned {
            throw TreeError(
                .unverifiedTree,
                at: base,
                "the pin vouches for the .treeinfo of the tree at \(base) and for nothing else: that has no \(kind) for "
                    + "kernel and initrd, which come over plain http",
                hint: "pin the whole tree: 'imagebake pin RECIPE' writes the digest of .treeinfo, kernel and initrd "
                    + "together; or give an https location, or accept the risk with --allow-unverified-tree"
            )
        }
        throw TreeError(
            .unverifiedTree,
            at: base,
            "nothing vouches for the tree at \(base): it comes over plain http, and its treeinfo has no "
                + "\(kind) for kernel and initrd",
            hint: "give an https location, or pin the tree ('imagebake pin RECIPE'), or accept the risk with "
                + "--allow-unverified-tree"
        )
    }
}
