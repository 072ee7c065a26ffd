/// An operating system that imagebake installs, by the short name of osinfo-db.
public enum OperatingSystem: String, CaseIterable, Sendable {
    /// Debian 12 "bookworm", through imagebake's own kickstart installer.
    case debian12

    /// CentOS Linux 7, through Anaconda.
    case centos7
}

extension OperatingSystem {
    /// The distribution, in the words of Glance's `os_distro`.
    public var distribution: String { traits.distribution }

    /// The version, in the words of Glance's `os_version`.
    public var version: String { traits.version }

    /// The family that decides where configuration files lie.
    public var family: Family { traits.family }

    /// The kickstart commands that its installer understands.
    public var dialect: KickstartDialect { traits.dialect }

    /// The locale of a system whose recipe names none.
    var defaultLocale: String { traits.defaultLocale }

    /// What its installer can be asked for.
    var installer: Installer { traits.installer }

    /// The modules in the cloud.cfg that its cloud-init package ships.
    var cloudInitModules: Recipe.CloudInit.Modules { traits.modules }
}

/// What is known about one operating system; a new one is a new row in the table below.
private struct Traits {
    let distribution: String
    let version: String
    let family: OperatingSystem.Family
    let dialect: KickstartDialect
    let defaultLocale: String
    let installer: OperatingSystem.Installer
    let modules: Recipe.CloudInit.Modules
}

extension OperatingSystem {
    private var traits: Traits {
        switch self {
        case .debian12:
            Traits(
                distribution: "debian",
                version: "12",
                family: .debian,
                dialect: .debian,
                defaultLocale: "C.UTF-8",
                installer: .debian,
                modules: .cloudInit22
            )
        case .centos7:
            Traits(
                distribution: "centos",
                version: "7",
                family: .redHat,
                dialect: .el7,
                defaultLocale: "en_US.UTF-8",
                installer: .anacondaEL7,
                modules: .cloudInit19EL7
            )
        }
    }
}
