/// The release that a tree must be, as a recipe names it.
public struct WantedRelease: Sendable, Hashable {
    /// An identifier of os-release, osinfo-db or Glance.
    public let distribution: String
    /// The major version, or a whole one whose beginning counts; nil where any will do.
    public let majorVersion: String?

    /// Names a release.
    public init(distribution: String, majorVersion: String?) {
        (self.distribution, self.majorVersion) = (distribution, majorVersion)
    }

    /// Refuses a tree of another release, as ``TreeRelease/check(distribution:majorVersion:location:)`` does.
    func check(_ treeinfo: TreeInfo, _ source: TreeSource) throws(TreeError) {
        try treeinfo.release.check(distribution: distribution, majorVersion: majorVersion, location: "\(source)")
    }
}
