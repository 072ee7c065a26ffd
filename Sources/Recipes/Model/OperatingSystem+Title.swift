extension OperatingSystem {
    /// The name that its makers give it.
    public var title: String {
        switch self {
        case .centos7: "CentOS Linux 7.9"
        case .rocky8, .rocky9, .rocky10: "Rocky Linux \(version)"
        case .almalinux8, .almalinux9, .almalinux10: "AlmaLinux \(version)"
        case .centosStream9, .centosStream10: "CentOS Stream \(version)"
        case .oracle9: "Oracle Linux \(version)"
        case .rhel9: "Red Hat Enterprise Linux \(version)"
        case .fedora44, .fedora45: "Fedora \(version)"
        case .debian12: "Debian 12 (bookworm)"
        case .debian13: "Debian 13 (trixie)"
        }
    }

    /// The user that cloud-init makes where a recipe names none.
    public var defaultUserName: String { cloudInitDefaults.user.name }
}
