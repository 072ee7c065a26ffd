/// virt-sysprep's names for what is done on request, so that a list of operations that names them is understood.
extension SysprepOperation {
    static let customize = SysprepOperation(
        "customize",
        "stand for the list of customisations, which runs before all operations in an order of its own",
        difference: "virt-sysprep writes a machine-id and a random seed here in every run, also in one without any "
            + "customisation, after its other operations: each clone has the same (D1, D2). Here no customisation writes "
            + "either; the list is the recipe's or the command line's"
    )

    static let script = SysprepOperation(
        "script",
        "stand for scripts, which are customisations",
        difference:
            "virt-sysprep runs scripts on the host with the guest mounted there; here a script is a customisation "
            + "and runs inside the guest, in the appliance"
    )

    /// Read by systems of old (EL6 and before it); systemd's own sign is the machine-id.
    static let flagReconfiguration = SysprepOperation(
        "flag-reconfiguration",
        "have the first boot ask for settings (/.unconfigured)",
        enabledByDefault: false,
        globs: ["/.unconfigured"],
        apply: { guest in
            if try guest.session.status(flag) != nil { return [] }
            try guest.writeOwn([], to: flag, permissions: 0o644)
            return ["created \(flag)"]
        },
        check: { guest in try guest.session.status(flag) == nil ? [flag.description] : [] }
    )

    private static let flag: GuestPath = "/.unconfigured"
}
