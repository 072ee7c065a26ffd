/// The families of distributions that sysprep tells apart.
public enum GuestFamily: String, Sendable, Codable, CaseIterable {
    /// Debian, Ubuntu and what is made of them.
    case debian
    /// Red Hat Enterprise Linux, CentOS, Fedora and what is made of them.
    case redhat
    /// Any other.
    case other

    init(distro: String) {
        switch distro {
        case "debian", "ubuntu", "linuxmint", "kalilinux": self = .debian
        case "rhel", "centos", "fedora", "rocky", "almalinux", "oraclelinux", "scientificlinux", "redhat-based",
            "circle", "eurolinux", "openeuler":
            self = .redhat
        default: self = .other
        }
    }
}
