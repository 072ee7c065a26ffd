/// The operation that takes the machine's identity.
extension SysprepOperation {
    /// Runs last of all.
    ///
    /// In virt-sysprep a later step of the same run (`customize`) fills the emptied file with a fixed number, so that
    /// every clone has the same; here nothing comes after. The file is left there and empty rather than missing, so
    /// that systemd can mount its new value over it while the root is read-only (machine-id(5), "first boot
    /// semantics"). D-Bus reads /etc/machine-id when it has none of its own, so its copy goes.
    static let machineID = SysprepOperation(
        "machine-id",
        "empty /etc/machine-id and remove its copies",
        order: 100,
        globs: ["/etc/machine-id", "/var/lib/dbus/machine-id"],
        apply: { guest in
            var changes: [String] = []
            let etc = try guest.session.status("/etc/machine-id")
            switch etc?.kind {
            case .regular:
                changes += try guest.empty(guest.status(of: ["/etc/machine-id"]))
            case .symlink, .special:
                try guest.writeOwn([], to: "/etc/machine-id", permissions: 0o444)
                changes.append("replaced /etc/machine-id, which was not a file")
            case .directory:
                throw GuestfsError(.operation, "machine-id", "/etc/machine-id: is a directory")
            case nil:
                if try hasSystemd(guest) {
                    try guest.writeOwn([], to: "/etc/machine-id", permissions: 0o444)
                    changes.append("created /etc/machine-id, empty")
                }
            }
            return try changes + guest.remove(copies(guest))
        },
        check: { guest in
            var findings: [String] = []
            let etc = try guest.session.status("/etc/machine-id")
            let wrong = try etc.map { $0.kind != .regular || $0.size > 0 } ?? hasSystemd(guest)
            if wrong { findings.append("/etc/machine-id") }
            return try findings + copies(guest).map(\.path.description)
        }
    )

    private static func hasSystemd(_ guest: Guest) throws -> Bool {
        try guest.session.status("/etc/systemd")?.kind == .directory
    }

    /// D-Bus' own file, unless it is the link to systemd's that newer systems have.
    private static func copies(_ guest: Guest) throws -> [(path: GuestPath, status: FileStatus)] {
        try guest.status(of: guest.tree["/var/lib/dbus/machine-id"]).filter { path, status in
            try status.kind != .symlink || guest.session.readLink(path) != Array("/etc/machine-id".utf8)
        }
    }
}
