/// The operations that remove what an installer leaves of itself.
extension SysprepOperation {
    /// The logs among it are removed with the other logs.
    static let installerFiles = SysprepOperation(
        "installer-files",
        "remove what Anaconda, debian-installer, subiquity and YaST leave: answers, logs, sources on discs",
        rules: [
            .remove("/root/anaconda-ks.cfg"), .remove("/root/original-ks.cfg"), .remove("/root/initial-setup-ks.cfg"),
            .remove("/root/install.log*"), .remove("/root/anaconda-*.log"), .remove("/root/ks-*.log"),
            .remove("/ks.cfg"), .remove("/ks-script-*"),
            .remove("/.kickstart"), .remove("/preseed.cfg"), .empty("/var/cache/debconf/passwords.dat"),
            .remove("/autoinstall.yaml"), .drop(.discSources, "/etc/apt/sources.list"),
            .drop(.discSources, "/etc/apt/sources.list.d/*.list"), .remove("/root/autoinst.xml"),
            .remove("/var/adm/autoinstall/*"), .removeFiles("/etc/install.inf"),
        ]
    )

    /// Removed only after the caller has read it: it is what proves that the install finished.
    static let installStamp = SysprepOperation(
        "install-stamp",
        "remove the stamp that proves the install",
        order: 0,
        touching: ["/etc/imagebake-stamp"],
        apply: { guest in
            guard let path = guest.seal.stampPath, let status = try guest.session.status(path) else { return [] }
            try guest.checkPlain(path.parent)
            guard status.kind != .directory else {
                throw GuestfsError(.operation, "rm_f", "\(path): is a directory")
            }
            return try guest.remove([(path, status)])
        },
        check: { guest in
            guard let path = guest.seal.stampPath else { return [] }
            return try guest.session.status(path) == nil ? [] : [path.description]
        }
    )
}
