/// A recipe's pin of a tree, held against what the tree turns out to be.
///
/// A pin is the SHA-256 of the treeinfo where that vouches for kernel and initrd by strong checksums, and else the tree's
/// fingerprint, which covers the two themselves; that of the treeinfo is taken there too, but then covers nothing else. Both are written `sha256:HEX`; no file can be found whose digest is a
/// given fingerprint, so one text means one thing only.
struct TreePin {
    private let wanted: String?
    private let treeinfo: String
    private let location: String

    init(_ pin: String?, treeinfo: String, _ location: String) throws(TreeError) {
        wanted = try pin.map { pin throws(TreeError) in try TreeChecks.digits(pin, location) }
        self.treeinfo = treeinfo
        self.location = location
    }

    /// What to say where the pin covers the treeinfo and that covers nothing.
    static let treeinfoAlone =
        "the pin vouches for the .treeinfo alone, which has no strong checksums for kernel and initrd: "
        + "'imagebake pin RECIPE' pins all three"

    /// True where there is a pin.
    var isGiven: Bool { wanted != nil }

    /// True where the pin is that of the treeinfo.
    var isTreeinfo: Bool { wanted == treeinfo }

    /// Refuses a treeinfo that cannot be the pinned one, before anything else is fetched.
    func checkEarly(_ verification: InstallTree.Verification) throws(TreeError) {
        guard let wanted, !isTreeinfo, verification == .strong else { return }
        throw TreeChecks.mismatch(wanted, treeinfo, location, "the treeinfo")
    }

    /// Whether the pin covers kernel and initrd.
    ///
    /// - Throws: `pinMismatch` where it is neither the treeinfo's nor the tree's.
    func covers(
        kernel: String,
        initrd: String,
        _ verification: InstallTree.Verification
    ) throws(TreeError) -> Bool {
        guard let wanted else { return false }
        if isTreeinfo { return verification == .strong }
        let fingerprint = InstallTree.fingerprint(treeinfo, kernel, initrd)
        guard wanted == fingerprint else { throw TreeChecks.mismatch(wanted, fingerprint, location, "the tree") }
        return true
    }
}
