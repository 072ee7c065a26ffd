/// An operating system that imagebake installs, by a short name in the manner of osinfo-db.
///
/// What is known about each stands in one table, `OperatingSystem+Traits.swift`.
public enum OperatingSystem: String, CaseIterable, Sendable {
    /// CentOS Linux 7.9, which ended in June 2024 and lives in the vault.
    case centos7

    /// Rocky Linux 8.
    case rocky8

    /// Rocky Linux 9.
    case rocky9

    /// Rocky Linux 10.
    case rocky10

    /// AlmaLinux 8.
    case almalinux8

    /// AlmaLinux 9.
    case almalinux9

    /// AlmaLinux 10.
    case almalinux10

    /// CentOS Stream 9.
    case centosStream9 = "centos-stream9"

    /// CentOS Stream 10.
    case centosStream10 = "centos-stream10"

    /// Oracle Linux 9.
    case oracle9

    /// Red Hat Enterprise Linux 9, from a tree of the user's own.
    case rhel9

    /// Fedora 44.
    case fedora44

    /// Fedora 45.
    case fedora45

    /// Debian 12 "bookworm", through imagebake's own kickstart installer.
    case debian12

    /// Debian 13 "trixie", through imagebake's own kickstart installer.
    case debian13
}

extension OperatingSystem {
    /// The distribution, in the words of Glance's `os_distro`, which are those of osinfo-db.
    public var distribution: String { traits.distribution }

    /// The version, in the words of Glance's `os_version`.
    public var version: String { traits.version }

    /// The distribution in the words of libguestfs, which looks at the installed disk.
    public var inspectedDistribution: String { traits.inspectedDistribution ?? traits.distribution }

    /// The family that decides where configuration files lie.
    public var family: Family { traits.family }

    /// The kickstart commands that its installer understands.
    public var dialect: KickstartDialect { traits.dialect }

    /// The version of kickstart that its installer reads, by the name that pykickstart gives it, such as `RHEL9`.
    ///
    /// imagebake's own installer reads a part of Fedora's.
    public var kickstartVersion: String { traits.kickstartVersion }

    /// The code name by which a Debian mirror knows the release; nil for all others.
    public var debianSuite: String? { traits.suite }

    /// The architectures for which it can be installed.
    public var architectures: [Architecture] { traits.architectures }

    /// The install tree of a recipe that names none, or nil where the user must name one.
    public func defaultLocation(for architecture: Architecture) -> Recipe.Location? {
        switch traits.source {
        case .builtIn: .builtIn
        case .own: nil
        case .mirror(let url, _): .url(url(architecture))
        }
    }

    /// Why there is no install tree for a recipe that names none; nil where there is one.
    var whyNoDefaultLocation: String? {
        if case .own(let reason) = traits.source { reason } else { nil }
    }

    /// The repositories beside the default install tree, without which the default packages would not be found.
    func defaultRepositories(for architecture: Architecture) -> [Recipe.Repository] {
        guard case .mirror(_, let repositories) = traits.source else { return [] }
        return repositories(architecture)
    }

    /// The end of its life and where it lies since, for a release that no mirror has any more.
    var obituary: Obituary? { traits.obituary }

    /// The systems whose names stand for their newest release as well.
    public static let newestByName: [String: OperatingSystem] = ["fedora": .fedora45]

    /// The memory of a guest whose recipe names none: the least for a network install, which holds the second stage in memory, as
    /// osinfo-db has it and virt-install gives it.
    var defaultMemory: ByteCount {
        switch dialect {
        case .debian, .el7: ByteCount(mebibytes: 2048)
        case .el8, .el9, .el10, .fedora: ByteCount(mebibytes: 3072)
        }
    }

    /// The locale of a system whose recipe names none.
    var defaultLocale: String { traits.defaultLocale }

    /// The packages that a cloud image needs, beside those that a recipe names.
    var defaultPackages: [String] { traits.packages }

    /// What its installer can be asked for.
    var installer: Installer { traits.installer }

    /// What its cloud-init package is set to.
    var cloudInitDefaults: CloudInitDefaults { traits.cloudInit }

    /// Whether an install tree whose `.treeinfo` names this family and version is one of this system.
    ///
    /// A tree that names no version is taken by its family alone.
    public func accepts(family: String, version: String?) -> Bool {
        guard traits.treeFamilies.contains(where: { family.lowercased().hasPrefix($0) }) else { return false }
        guard let version, !version.isEmpty else { return true }
        return version.prefix { $0.isASCII && $0.isNumber } == traits.version
    }
}
