/// The operation that takes the keys of the SSH server.
extension SysprepOperation {
    /// Removes the keys, and sees to it that something makes new ones.
    ///
    /// On the Red Hat family that is sshd-keygen, on SUSE sshd-gen-keys-start, in each case before sshd starts; elsewhere cloud-init
    /// (cc_ssh, before sshd starts). Debian's package makes keys when it is installed and never again, and its unit checks the
    /// configuration first, which fails without a key: a guest without cloud-init gets a drop-in that makes the keys before that
    /// check. Any other system with systemd and no sign of such a thing gets one too.
    static let sshHostkeys = SysprepOperation(
        "ssh-hostkeys",
        "remove the SSH server's host keys, and have the first boot make new ones",
        difference:
            "on Debian and Ubuntu without cloud-init nothing would make new keys and sshd would not start (D7): such a "
            + "guest gets a drop-in for its unit",
        rules: [.remove("/etc/ssh/*_host_*")],
        globs: ["/etc/cloud/cloud.cfg", "/etc/ssh/sshd_config", "/etc/systemd/system"],
        touching: [
            "/etc/systemd/system/ssh.service.d/\(dropInName)", "/etc/systemd/system/sshd.service.d/\(dropInName)",
        ],
        apply: { guest in
            guard let dropIn = try keygenDropIn(for: guest) else { return [] }
            let content = Array(dropIn.text.utf8)
            if try guest.session.readSmallFile(dropIn.path) == content { return [] }
            try guest.writeOwn(content, to: dropIn.path, permissions: 0o644)
            return ["wrote \(dropIn.path), without which nothing would make new keys"]
        },
        check: { guest in
            guard let dropIn = try keygenDropIn(for: guest) else { return [] }
            return try guest.session.readSmallFile(dropIn.path) == Array(dropIn.text.utf8)
                ? [] : [dropIn.path.description]
        }
    )

    static let dropInName = "imagebake-host-keys.conf"

    /// The drop-in that a guest needs; nil where something else makes the keys, or there is no server.
    private static func keygenDropIn(for guest: Guest) throws -> (path: GuestPath, text: String)? {
        guard !guest.tree["/etc/ssh/sshd_config"].isEmpty, guest.tree["/etc/cloud/cloud.cfg"].isEmpty,
            guest.seal.cloudConfig == nil, try !hasKeygen(guest)
        else { return nil }
        let isDebian = guest.os.family == .debian
        // Elsewhere a system without systemd has an init script, and those make keys.
        if !isDebian, guest.tree["/etc/systemd/system"].isEmpty { return nil }
        return (
            GuestPath("/etc/systemd/system/\(isDebian ? "ssh" : "sshd").service.d/\(dropInName)"),
            isDebian ? debianDropIn : otherDropIn
        )
    }

    /// Whether the guest has a unit or a program that makes keys before sshd starts.
    private static func hasKeygen(_ guest: Guest) throws -> Bool {
        let units = [
            "sshd-keygen.service", "sshd-keygen@.service", "sshdgenkeys.service", "ssh-keygen.service",
            "regenerate_ssh_host_keys.service", "ssh-host-keys.service",
        ].map { Array($0.utf8) }
        let programs = ["sshd-gen-keys-start", "sshd-keygen"].map { Array($0.utf8) }
        let places: [(GuestPath, [[UInt8]])] = [
            ("/usr/lib/systemd/system", units), ("/lib/systemd/system", units), ("/etc/systemd/system", units),
            ("/usr/sbin", programs), ("/usr/libexec/openssh", programs),
        ]
        return try places.contains { directory, names in
            // A masked unit is a link to /dev/null, and does nothing.
            try guest.session.status(in: directory, names: names).contains { $0?.kind == .regular }
        }
    }

    static let debianDropIn = """
        # Written by imagebake: this image has no host keys and no cloud-init to make them.
        [Service]
        ExecStartPre=
        ExecStartPre=/usr/bin/ssh-keygen -A
        ExecStartPre=/usr/sbin/sshd -t

        """

    static let otherDropIn = """
        # Written by imagebake: this image has no host keys and no cloud-init to make them.
        [Service]
        ExecStartPre=/usr/bin/ssh-keygen -A

        """
}
