/// What operating system a tree installs.
///
/// The rules are those of virt-install (virtinst/install/urldetect.py), which matches the family by regular expressions,
/// and of osinfo-db for the distributions that it leaves to that database.
public struct TreeRelease: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The distribution in the words of os-release and osinfo-db: `centos`, `centos-stream`, `rocky`, `almalinux`, `ol`,
    /// `rhel`, `fedora`, `debian`, `scientific`; nil for one that nobody here knows.
    public let distribution: String?
    /// "9" of "9.4", "7" of "7.9.2009"; "rawhide" for Fedora's development tree.
    public let majorVersion: String?
    /// The whole version, as the tree has it.
    public let version: String?
    /// The variant: "Server", "BaseOS".
    public let variant: String?
    /// The product in the tree's own words, for messages.
    public let product: String

    /// Whether the tree says what it is at all.
    let isNamed: Bool

    /// The product in the tree's own words; "an unknown system" where it has none.
    public var description: String { product.isEmpty ? "an unknown system" : product }

    /// Tells a release from the parts of a treeinfo.
    init(family: String, name: String?, version: String?, variant: String?) {
        self.version = version
        self.variant = variant
        majorVersion = version.flatMap(Self.majorVersion)
        distribution = Self.distribution(family: family, name: name, majorVersion: majorVersion)
        product = [family, version ?? ""].joined(separator: " ").trimmed
        isNamed = !family.trimmed.isEmpty
    }

    /// What a volume's label says, which names a distribution or nothing: `CDROM` is no distribution.
    init(label: String) {
        let release = TreeRelease(product: label)
        version = release.version
        variant = nil
        majorVersion = release.distribution == nil ? nil : release.majorVersion
        distribution = release.distribution
        product = label
        isNamed = release.distribution != nil
    }

    /// Tells a release from one line, as "CentOS Linux 8" or "Oracle Linux 9.4.0".
    init(product: String) {
        let words = product.split(separator: " ").map(String.init)
        let number = words.firstIndex { $0.first?.isNumber == true }
        self.init(
            family: words[..<(number ?? words.endIndex)].joined(separator: " "),
            name: product,
            version: number.map { words[$0] },
            variant: nil
        )
    }

    /// Whether this is the release that somebody means.
    ///
    /// - Parameters:
    ///   - distribution: an identifier of os-release, osinfo-db or Glance ("ol" and "oracle", "rhel" and "redhat" are one).
    ///   - majorVersion: the major version, or a whole one whose beginning counts; nil where any will do.
    /// - Returns: true also where the tree does not say what it is, which is no contradiction; false where it names a
    ///   distribution that nobody here knows.
    public func matches(distribution: String, majorVersion: String?) -> Bool {
        let major = majorVersion.flatMap(Self.majorVersion)
        if isNamed, self.distribution != Self.canonical(distribution, majorVersion: major) { return false }
        guard let own = self.majorVersion, let major else { return true }
        return own == major
    }

    /// Refuses a tree of another release than the one that is meant.
    ///
    /// - Parameters:
    ///   - distribution: as for ``matches(distribution:majorVersion:)``.
    ///   - majorVersion: as for ``matches(distribution:majorVersion:)``.
    ///   - location: the tree's URL or path.
    /// - Throws: `wrongRelease`, whose message names both.
    public func check(
        distribution: String,
        majorVersion: String?,
        location: String
    ) throws(TreeError) {
        guard !matches(distribution: distribution, majorVersion: majorVersion) else { return }
        let wanted = [distribution, majorVersion ?? ""].joined(separator: " ").trimmed
        let found = self.distribution.map { [$0, self.majorVersion ?? ""].joined(separator: " ").trimmed }
        throw TreeError(
            .wrongRelease,
            at: location,
            "the tree at \(location) is \(found.map { "\($0) ('\(self)')" } ?? "'\(self)'"), but \(wanted) is wanted",
            hint: "correct the recipe's 'os' or 'install.location'"
        )
    }

    private static func majorVersion(_ version: String) -> String? {
        let word = version.trimmed.lowercased()
        // Fedora called it "development" before 2016 (virtinst, _FedoraDistro).
        if word == "development" { return "rawhide" }
        let major = word.prefix { $0 != "." && $0 != "-" && $0 != " " }
        return major.isEmpty ? nil : String(major)
    }

    private static func distribution(family: String, name: String?, majorVersion: String?) -> String? {
        let family = family.lowercased()
        let table = [
            ("centos stream", "centos-stream"), ("fedora", "fedora"), ("rocky", "rocky"), ("almalinux", "almalinux"),
            ("oracle", "ol"), ("red hat enterprise linux", "rhel"), ("rhel", "rhel"), ("centos", "centos"),
            ("scientific", "scientific"), ("debian", "debian"),
        ]
        guard let found = table.first(where: { family.contains($0.0) })?.1 else { return nil }
        if found == "centos", name?.lowercased().contains("stream") == true { return "centos-stream" }
        return canonical(found, majorVersion: majorVersion)
    }

    private static func canonical(_ distribution: String, majorVersion: String?) -> String {
        let id = distribution.trimmed.lowercased()
        let aliases = [
            "oracle": "ol", "oraclelinux": "ol", "redhat": "rhel", "alma": "almalinux", "rockylinux": "rocky",
            "centosstream": "centos-stream", "centos_stream": "centos-stream",
        ]
        // CentOS Linux ended with 8: a later "CentOS", as os-release has it, is Stream.
        if id == "centos", let major = majorVersion.flatMap({ Int($0) }), major > 8 { return "centos-stream" }
        return aliases[id] ?? id
    }
}
