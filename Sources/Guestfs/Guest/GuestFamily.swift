/// The families of systems that sysprep tells apart.
public enum GuestFamily: String, Sendable, Codable, CaseIterable {
    /// Debian, Ubuntu and what is made of them.
    case debian
    /// Red Hat Enterprise Linux, CentOS, Fedora and what is made of them.
    case redhat
    /// SUSE Linux Enterprise, openSUSE and what is made of them.
    case suse
    /// Windows; no operation knows how to clean it.
    case windows
    /// Any other.
    case other

    /// All that keep their files where a Unix does.
    public static let unix: Set<GuestFamily> = [.debian, .redhat, .suse, .other]

    init(distro: String) {
        switch distro {
        case "debian", "ubuntu", "linuxmint", "kalilinux": self = .debian
        case "rhel", "centos", "fedora", "rocky", "almalinux", "oraclelinux", "scientificlinux", "redhat-based",
            "circle", "eurolinux", "openeuler":
            self = .redhat
        case "sles", "opensuse", "suse-based": self = .suse
        case "windows": self = .windows
        default: self = .other
        }
    }
}
