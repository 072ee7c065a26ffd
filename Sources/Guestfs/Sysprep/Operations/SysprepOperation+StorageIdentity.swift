/// The operation that takes the names by which storage servers know the machine.
extension SysprepOperation {
    /// The iSCSI name goes only where something makes a new one.
    ///
    /// That is Debian's start script when it is told to, and iscsi-init.service on SUSE and since release 8 of the Red Hat family. On release 7 the daemon's unit is told to, by a drop-in.
    static let storageIdentity = SysprepOperation(
        "storage-identity",
        "remove the NVMe host identity, the iSCSI initiator name and multipath's bindings",
        rules: [
            .remove("/etc/nvme/hostid"), .remove("/etc/nvme/hostnqn"), .remove("/etc/multipath/bindings"),
            .remove("/etc/multipath/wwids"),
        ],
        globs: [initiatorName, "/etc/systemd/system"],
        touching: [initiatorName.text, dropIn.description],
        apply: { guest in
            try named(guest).flatMap { path -> [String] in
                if guest.os.family == .debian {
                    try guest.rewrite(path, with: Array("GenerateName=yes\n".utf8))
                    return ["set \(path) to make a new name"]
                }
                var changes: [String] = []
                if guest.os.family == .redhat, guest.os.majorVersion == 7 {
                    try guest.writeOwn(Array(dropInText.utf8), to: dropIn, permissions: 0o644)
                    changes.append("wrote \(dropIn), without which nothing would make a new name")
                }
                return try changes + guest.remove(guest.status(of: [path]))
            }
        },
        check: { guest in try named(guest).map(\.description) }
    )

    private static let initiatorName: GuestGlob = "/etc/iscsi/initiatorname.iscsi"
    private static let dropIn: GuestPath = "/etc/systemd/system/iscsid.service.d/imagebake-initiator-name.conf"
    private static let dropInText = """
        # Written by imagebake: the name of this image is gone, and each clone makes its own.
        [Service]
        ExecStartPre=/bin/sh -c 'test -s /etc/iscsi/initiatorname.iscsi || \
        echo "InitiatorName=$(/usr/sbin/iscsi-iname)" > /etc/iscsi/initiatorname.iscsi'

        """

    private static func named(_ guest: Guest) throws -> [GuestPath] {
        switch guest.os.family {
        case .debian, .suse: break
        case .redhat where guest.os.majorVersion >= 8: break
        case .redhat where guest.os.majorVersion == 7 && !guest.tree["/etc/systemd/system"].isEmpty: break
        default: return []
        }
        return try guest.tree[initiatorName].filter { path in
            let content = try guest.session.readSmallFile(path) ?? []
            return !LineFilter.assignments(of: "InitiatorName").apply(to: content).dropped.isEmpty
        }
    }
}
