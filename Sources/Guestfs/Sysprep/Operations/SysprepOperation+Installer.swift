/// The operations that remove what an installer leaves of itself.
extension SysprepOperation {
    /// The logs among it are removed with the other logs.
    static let installerFiles = SysprepOperation(
        "installer-files",
        "remove installers' copies of the kickstart, logs and answers",
        rules: [
            .remove("/root/anaconda-ks.cfg"), .remove("/root/original-ks.cfg"), .remove("/root/initial-setup-ks.cfg"),
            .remove("/root/install.log*"), .remove("/root/anaconda-*.log"), .remove("/root/ks-*.log"),
            .remove("/ks.cfg"), .remove("/ks-script-*"),
            .remove("/.kickstart"), .remove("/preseed.cfg"), .empty("/var/cache/debconf/passwords.dat"),
            .remove("/autoinstall.yaml"),
        ]
    )

    /// Removed only after the caller has read it: it is what proves that the install finished.
    static let installStamp = SysprepOperation(
        "install-stamp",
        "remove the stamp that proves the install",
        order: 0,
        apply: { guest in
            guard let path = guest.seal.stampPath, try guest.session.status(path) != nil else { return [] }
            try guest.checkPlain(path.parent)
            try guest.session.removeFile(path)
            return ["removed \(path)"]
        },
        check: { guest in
            guard let path = guest.seal.stampPath else { return [] }
            return try guest.session.status(path) == nil ? [] : [path.description]
        }
    )
}
