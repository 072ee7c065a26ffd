/// The operation that takes the keys of the SSH server.
extension SysprepOperation {
    /// Removes the keys, and sees to it that something makes new ones.
    ///
    /// On the Red Hat family that is sshd-keygen, at every start of sshd; elsewhere cloud-init (cc_ssh, before sshd starts).
    /// A Debian guest without cloud-init would be left with an sshd that refuses to start, since its unit checks the
    /// configuration first; it gets a drop-in that makes the keys before that check.
    static let sshHostkeys = SysprepOperation(
        "ssh-hostkeys",
        "remove the SSH server's host keys",
        rules: [.remove("/etc/ssh/*_host_*")],
        globs: ["/etc/cloud/cloud.cfg", "/etc/ssh/sshd_config", "/etc/systemd/system"],
        apply: { guest in
            guard needsKeygen(guest) else { return [] }
            let content = Array(keygenDropIn.utf8)
            if try guest.session.readSmallFile(dropInPath) == content { return [] }
            try guest.writeOwn(content, to: dropInPath, permissions: 0o644)
            return ["wrote \(dropInPath), without which nothing would make new keys"]
        },
        check: { guest in
            guard needsKeygen(guest) else { return [] }
            return try guest.session.readSmallFile(dropInPath) == Array(keygenDropIn.utf8)
                ? [] : [dropInPath.description]
        }
    )

    static let dropInPath: GuestPath = "/etc/systemd/system/ssh.service.d/imagebake-host-keys.conf"

    static let keygenDropIn = """
        # Written by imagebake: this image has no host keys and no cloud-init to make them.
        [Service]
        ExecStartPre=
        ExecStartPre=/usr/bin/ssh-keygen -A
        ExecStartPre=/usr/sbin/sshd -t

        """

    private static func needsKeygen(_ guest: Guest) -> Bool {
        guest.os.family == .debian && !guest.tree["/etc/ssh/sshd_config"].isEmpty
            && guest.tree["/etc/cloud/cloud.cfg"].isEmpty && guest.seal.cloudConfig == nil
    }
}
