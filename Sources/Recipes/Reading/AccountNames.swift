/// Accounts that distributions make for themselves.
enum AccountNames {
    /// The accounts of the packages setup (Red Hat) and base-passwd (Debian), and of what every image has beside them.
    static let system: Set<String> = [
        "bin", "daemon", "adm", "lp", "sync", "shutdown", "halt", "mail", "operator", "games", "ftp", "nobody", "sys",
        "man", "news", "uucp", "proxy", "www-data", "backup", "list", "irc", "gnats", "_apt", "messagebus", "dbus",
        "polkitd", "sshd", "chrony", "_chrony", "tss", "rpc", "systemd-network", "systemd-resolve", "systemd-timesync",
        "systemd-coredump", "systemd-oom", "systemd-journal", "sssd", "dhcpcd",
    ]
}
