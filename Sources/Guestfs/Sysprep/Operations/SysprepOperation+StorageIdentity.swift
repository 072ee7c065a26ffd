/// The operation that takes the names by which storage servers know the machine.
extension SysprepOperation {
    /// The iSCSI name goes only where something makes a new one: Debian's start script when it is told to, and
    /// iscsi-init.service since release 8 of the Red Hat family.
    static let storageIdentity = SysprepOperation(
        "storage-identity",
        "remove the NVMe host identity, the iSCSI initiator name and multipath's bindings",
        rules: [
            .remove("/etc/nvme/hostid"), .remove("/etc/nvme/hostnqn"), .remove("/etc/multipath/bindings"),
            .remove("/etc/multipath/wwids"),
        ],
        globs: ["/etc/iscsi/initiatorname.iscsi"],
        apply: { guest in
            try named(guest).map { path in
                if guest.os.family == .debian {
                    try guest.session.write(Array("GenerateName=yes\n".utf8), to: path)
                    return "set \(path) to make a new name"
                }
                try guest.session.removeFile(path)
                return "removed \(path)"
            }
        },
        check: { guest in try named(guest).map(\.description) }
    )

    private static func named(_ guest: Guest) throws -> [GuestPath] {
        guard guest.os.family == .debian || guest.os.family == .redhat && guest.os.majorVersion >= 8 else { return [] }
        return try guest.tree["/etc/iscsi/initiatorname.iscsi"].filter { path in
            let content = try guest.session.readSmallFile(path) ?? []
            return !LineFilter.assignments(of: "InitiatorName").apply(to: content).dropped.isEmpty
        }
    }
}
