/// The operation that clears the logs.
extension SysprepOperation {
    /// Everything below /var/log, instead of virt-sysprep's seventy patterns: what no pattern thought of stays otherwise.
    ///
    /// Directories stay, since daemons do not make theirs again, but those of the journal and the installers go: the
    /// journal's is named by the machine-id. Files that programs expect to exist are emptied, so are those that belong to another
    /// user than root, who could not make them again; all others are deleted. Links stay.
    static let logfiles = SysprepOperation(
        "logfiles",
        "delete log files; empty those that must exist",
        difference:
            "everything below /var/log instead of seventy patterns: what no pattern thought of stays otherwise, cloud-init's "
            + "logs among it. Directories stay, since daemons do not make theirs again; wtmp, btmp and lastlog and what belongs to "
            + "another user than root are emptied instead of deleted",
        rules: [
            .remove("/var/log/journal/*"), .remove("/var/log/anaconda"), .remove("/var/log/installer"),
            .remove("/var/log/sa/*"), .removeFiles("/var/lib/logrotate.status"), .removeFiles("/var/lib/logrotate/*"),
            .removeFiles("/var/lib/rsyslog/*.state"), .remove("/var/cache/gdm/*"), .remove("/var/lib/fprint/*"),
            .remove("/var/lib/AccountsService/users/*"), .remove("/var/lib/AccountService/users/*"),
            .remove("/etc/Pegasus/*.cnf"), .remove("/etc/Pegasus/*.crt"), .remove("/etc/Pegasus/*.csr"),
            .remove("/etc/Pegasus/*.pem"), .remove("/etc/Pegasus/*.srl"), .remove("/var/cache/fontconfig/*"),
            .remove("/var/cache/man/*"),
        ],
        globs: ["/var/log/**"],
        apply: { guest in
            let files = try guest.status(of: guest.tree["/var/log/**"]).filter { $0.status.kind != .directory }
            let kept = files.filter { isKept($0.path, $0.status) }
            let removed = files.filter { !isKept($0.path, $0.status) && $0.status.kind != .symlink }
            return try guest.empty(kept) + guest.remove(removed)
        },
        check: { guest in
            try guest.status(of: guest.tree["/var/log/**"]).filter { path, status in
                switch status.kind {
                case .regular: status.size > 0 || isRotated(path)
                case .special: true
                case .directory, .symlink: false
                }
            }.map(\.path.description)
        }
    )

    /// Written by PAM, login and init only if they exist.
    private static let expected: Set<String> = ["btmp", "faillog", "lastlog", "tallylog", "wtmp"]

    private static func isKept(_ path: GuestPath, _ status: FileStatus) -> Bool {
        guard status.kind == .regular, !isRotated(path) else { return false }
        return status.uid != 0
            || path.parent == "/var/log" && expected.contains(String(decoding: path.name, as: UTF8.self))
    }

    /// Whether the name is one that log rotation gives: `messages.1`, `syslog.2.gz`, `wtmp-20240101`, `cron.old`.
    static func isRotated(_ path: GuestPath) -> Bool {
        let name = String(decoding: path.name, as: UTF8.self)
        if [".gz", ".xz", ".bz2", ".zst", ".old"].contains(where: { name.hasSuffix($0) }) { return true }
        let digits = name.reversed().prefix { $0.isASCII && $0.isNumber }.count
        let separator = name.dropLast(digits).last
        return separator == "." && (1...3).contains(digits) || separator == "-" && (8...14).contains(digits)
    }
}
