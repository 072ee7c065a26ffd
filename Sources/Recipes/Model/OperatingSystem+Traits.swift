extension OperatingSystem {
    /// What is known about one operating system; a new one is a new row in the table below.
    struct Traits: Sendable {
        /// Where its install tree comes from when a recipe names none.
        enum Source: Sendable {
            /// Made on the spot.
            case builtIn

            /// The user's own, with the reason why there is no other.
            case own(String)

            /// A mirror of the distribution's own, and the repositories that its tree does not hold.
            case mirror(
                @Sendable (Architecture) -> String,
                repositories: @Sendable (Architecture) -> [Recipe.Repository]
            )
        }

        let distribution: String
        var inspectedDistribution: String?
        let version: String
        let family: Family
        let dialect: KickstartDialect
        let kickstartVersion: String
        /// How the family in a `.treeinfo` begins, in lower case.
        let treeFamilies: [String]
        var suite: String?
        let architectures: [Architecture]
        let source: Source
        var obituary: Obituary?
        var defaultLocale = "en_US.UTF-8"
        let packages: [String]
        let installer: Installer
        let cloudInit: CloudInitDefaults
    }

    /// The row of this system.
    var traits: Traits {
        switch self {
        case .centos7:
            Traits(
                distribution: "centos",
                version: "7",
                family: .redHat,
                dialect: .el7,
                kickstartVersion: "RHEL7",
                treeFamilies: ["centos"],
                architectures: [.x86_64, .aarch64],
                source: .mirror { architecture in
                    architecture == .x86_64
                        ? "https://vault.centos.org/7.9.2009/os/x86_64/"
                        : "https://vault.centos.org/altarch/7.9.2009/os/aarch64/"
                } repositories: { architecture in
                    // What was mended after the release of 7.9; the tree has none of it.
                    let root = architecture == .x86_64 ? "7.9.2009" : "altarch/7.9.2009"
                    let url = "https://vault.centos.org/\(root)/updates/\(architecture.rawValue)/"
                    return [.init(name: "updates", url: url)]
                },
                obituary: Obituary(
                    news: "CentOS Linux 7 ended in June 2024 and gets no security updates any more",
                    deadHosts: ["mirror.centos.org", "mirrorlist.centos.org"],
                    archive: "https://vault.centos.org/7.9.2009/"
                ),
                packages: Self.cloudPackages,
                installer: .anacondaEL7,
                cloudInit: .el7
            )
        case .rocky8:
            .enterpriseLinux(8, "rocky", ["rocky"], .rocky(8), user: "rocky", gecos: "rocky Cloud User")
        case .rocky9:
            .enterpriseLinux(9, "rocky", ["rocky"], .rocky(9), user: "rocky", gecos: "rocky Cloud User")
        case .rocky10:
            .enterpriseLinux(10, "rocky", ["rocky"], .rocky(10), user: "rocky", gecos: "rocky Cloud User")
        case .almalinux8:
            .enterpriseLinux(
                8,
                "almalinux",
                ["almalinux"],
                .almaLinux(8),
                user: "almalinux",
                gecos: "almalinux Cloud User"
            )
        case .almalinux9:
            .enterpriseLinux(
                9,
                "almalinux",
                ["almalinux"],
                .almaLinux(9),
                user: "almalinux",
                gecos: "almalinux Cloud User"
            )
        case .almalinux10:
            .enterpriseLinux(
                10,
                "almalinux",
                ["almalinux"],
                .almaLinux(10),
                user: "almalinux",
                gecos: "almalinux Cloud User"
            )
        case .centosStream9:
            .enterpriseLinux(9, "centos", ["centos"], .stream(9), user: "cloud-user", gecos: "Cloud User")
        case .centosStream10:
            .enterpriseLinux(10, "centos", ["centos"], .stream(10), user: "cloud-user", gecos: "Cloud User")
        case .oracle9:
            .enterpriseLinux(
                9,
                "ol",
                inspected: "oraclelinux",
                ["oracle linux"],
                .own("Oracle publishes its installer on ISOs only (https://yum.oracle.com/oracle-linux-isos.html)"),
                distro: "rhel",
                user: "cloud-user",
                gecos: "Cloud User"
            )
        case .rhel9:
            .enterpriseLinux(
                9,
                "rhel",
                ["red hat enterprise linux", "rhel"],
                .own("Red Hat gives its install trees to subscribers only"),
                installer: .anacondaRHEL(9),
                user: "cloud-user",
                gecos: "Cloud User"
            )
        case .fedora44: .fedora(44)
        case .fedora45: .fedora(45)
        case .debian12: .debian("12", suite: "bookworm", modules: .cloudInit22Debian)
        case .debian13: .debian("13", suite: "trixie", modules: .cloudInit25Debian)
        }
    }

    /// What a cloud image needs beside the core of a Red Hat system.
    fileprivate static let cloudPackages = [
        "@core", "openssh-server", "cloud-init", "cloud-utils-growpart", "qemu-guest-agent",
    ]
}

extension OperatingSystem.Traits {
    /// EL8 and later: Red Hat Enterprise Linux and its rebuilds.
    fileprivate static func enterpriseLinux(
        _ major: Int,
        _ distribution: String,
        inspected: String? = nil,
        _ treeFamilies: [String],
        _ source: Source,
        installer: OperatingSystem.Installer? = nil,
        distro: String? = nil,
        user: String,
        gecos: String
    ) -> Self {
        let dialect: KickstartDialect =
            switch major {
            case 8: .el8
            case 9: .el9
            default: .el10
            }
        return Self(
            distribution: distribution,
            inspectedDistribution: inspected,
            version: "\(major)",
            family: .redHat,
            dialect: dialect,
            kickstartVersion: "RHEL\(major)",
            treeFamilies: treeFamilies,
            architectures: [.x86_64, .aarch64],
            source: source,
            packages: OperatingSystem.cloudPackages,
            installer: installer ?? .anacondaEL(major),
            cloudInit: .enterpriseLinux(distro ?? distribution, user: user, gecos: gecos)
        )
    }

    fileprivate static func fedora(_ release: Int) -> Self {
        Self(
            distribution: "fedora",
            version: "\(release)",
            family: .redHat,
            dialect: .fedora,
            kickstartVersion: "F\(release)",
            treeFamilies: ["fedora"],
            architectures: [.x86_64, .aarch64],
            // The tree of "Everything" holds all packages of the release, as they were on its day.
            source: .mirror { architecture in
                "https://dl.fedoraproject.org/pub/fedora/linux/releases/\(release)/Everything/\(architecture.rawValue)/os/"
            } repositories: { architecture in
                let root = "https://dl.fedoraproject.org/pub/fedora/linux/updates"
                return [.init(name: "updates", url: "\(root)/\(release)/Everything/\(architecture.rawValue)/")]
            },
            packages: OperatingSystem.cloudPackages,
            installer: .anacondaFedora,
            cloudInit: .fedora
        )
    }

    fileprivate static func debian(_ version: String, suite: String, modules: Recipe.CloudInit.Modules) -> Self {
        Self(
            distribution: "debian",
            version: version,
            family: .debian,
            dialect: .debian,
            kickstartVersion: "F40",
            treeFamilies: ["debian"],
            suite: suite,
            architectures: [.x86_64],
            source: .builtIn,
            defaultLocale: "C.UTF-8",
            // The payload of the built-in tree has cloud-init, sshd, sudo, growpart and the guest agent already.
            packages: [],
            installer: .debian,
            cloudInit: .debian(modules)
        )
    }
}

extension OperatingSystem.Traits.Source {
    fileprivate static func rocky(_ major: Int) -> Self {
        baseOS { "https://download.rockylinux.org/pub/rocky/\(major)/\($0)/\($1.rawValue)/os/" }
    }

    fileprivate static func almaLinux(_ major: Int) -> Self {
        baseOS { "https://repo.almalinux.org/almalinux/\(major)/\($0)/\($1.rawValue)/os/" }
    }

    fileprivate static func stream(_ major: Int) -> Self {
        baseOS { "https://mirror.stream.centos.org/\(major)-stream/\($0)/\($1.rawValue)/os/" }
    }

    /// A tree of BaseOS; cloud-init is in AppStream.
    private static func baseOS(_ url: @escaping @Sendable (String, Architecture) -> String) -> Self {
        .mirror { architecture in
            url("BaseOS", architecture)
        } repositories: { architecture in
            [.init(name: "AppStream", url: url("AppStream", architecture))]
        }
    }
}
