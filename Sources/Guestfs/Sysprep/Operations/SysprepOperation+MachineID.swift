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
        difference: "in virt-sysprep `customize` fills the emptied file again (D1), and D-Bus' copy stays, empty",
        globs: ["/etc/machine-id", "/var/lib/dbus/machine-id"] + tokenDirectories,
        touching: ["/etc/machine-id", "/var/lib/dbus/machine-id", "/etc/kernel/entry-token"],
        apply: { guest in
            var changes = try keepEntryToken(guest)
            let etc = try guest.session.status("/etc/machine-id")
            switch etc?.kind {
            case .regular:
                changes += try guest.empty(guest.status(of: ["/etc/machine-id"]))
            case .symlink, .special:
                try guest.writeOwn([], to: "/etc/machine-id", permissions: 0o444)
                changes.append("replaced /etc/machine-id, which was not a file")
            case .directory:
                // Nothing makes one; a system that has it comes up without any identity.
                changes += try guest.remove(guest.status(of: ["/etc/machine-id"]))
                if !guest.isDryRun { try guest.writeOwn([], to: "/etc/machine-id", permissions: 0o444) }
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

    private static let tokenDirectories: [GuestGlob] = ["/boot/*", "/boot/efi/*", "/efi/*"]
    private static let token: GuestPath = "/etc/kernel/entry-token"

    /// Kernels and boot entries may be named by the machine-id, and keep their names, since the boot loader knows them by these.
    ///
    /// Where kernel-install(8) keeps kernels in a directory of that name, it looks for them under the new identity of a clone and
    /// never removes the old: its token says under which name they are. It names files of the boot partition, nothing else.
    private static func keepEntryToken(_ guest: Guest) throws -> [String] {
        let directories = tokenDirectories.flatMap { guest.tree[$0] }
        if directories.isEmpty { return [] }
        let id = try (guest.session.readSmallFile("/etc/machine-id") ?? []).prefix { $0 != UInt8(ascii: "\n") }
        guard id.count == 32, id.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else { return [] }
        let named = try guest.status(of: directories.filter { $0.name.elementsEqual(id) })
        guard named.contains(where: { $0.status.kind == .directory }), try guest.session.status(token) == nil else {
            return []
        }
        try guest.writeOwn(Array(id) + [UInt8(ascii: "\n")], to: token, permissions: 0o644)
        return ["wrote \(token), so that kernels keep their place in the boot partition"]
    }

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
