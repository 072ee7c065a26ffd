/// The steps for which the guest's own package manager runs.
extension Customizer {
    /// The package managers that are known, each asked for by its program.
    private enum Manager: String, CaseIterable {
        case apt = "apt-get"
        case dnf
        case yum
        case zypper
        case apk
    }

    /// Debian's answers to what nobody is there to be asked.
    private static let environment = [
        (name: "DEBIAN_FRONTEND", value: "noninteractive"), (name: "DEBCONF_NONINTERACTIVE_SEEN", value: "true"),
        (name: "APT_LISTCHANGES_FRONTEND", value: "none"), (name: "NEEDRESTART_MODE", value: "l"),
    ]

    private static let apt = [
        "apt-get", "-q", "-y", "-o", "Dpkg::Options::=--force-confdef", "-o", "Dpkg::Options::=--force-confold", "-o",
        "Dpkg::Use-Pty=0",
    ]

    func install(_ packages: [String], _ files: [Customization.PackageFile], network: Bool) throws {
        let shellFiles = files.map { GuestShell.File(name: $0.name, contents: $0.contents) }
        let names = packages + files.map { "\(GuestShell.directory)/\($0.name)" }
        switch try manager() {
        case .apt:
            if network { try runManager(["apt-get", "-q", "update"], network: true) }
            try runManager(Self.apt + ["install", "--"] + names, shellFiles, network: network)
        case .dnf: try runManager(Self.rpm("dnf", "install", network, names), shellFiles, network: network)
        case .yum: try runManager(Self.rpm("yum", "install", network, names), shellFiles, network: network)
        case .zypper:
            let words = ["zypper", "--non-interactive"] + (network ? [] : ["--no-refresh"])
            let unsigned = files.isEmpty ? [] : ["--allow-unsigned-rpm"]
            try runManager(
                words + ["install", "--auto-agree-with-licenses"] + unsigned + names,
                shellFiles,
                network: network
            )
        case .apk:
            let unsigned = files.isEmpty ? [] : ["--allow-untrusted"]
            let words = ["apk", "add"] + (network ? ["--update-cache"] : ["--no-network"]) + unsigned
            try runManager(words + names, shellFiles, network: network)
        }
        changes.append("installed \((packages + files.map(\.name)).joined(separator: ", "))")
    }

    func remove(_ packages: [String]) throws {
        switch try manager() {
        case .apt: try runManager(Self.apt + ["purge", "--"] + packages, network: false)
        case .dnf: try runManager(Self.rpm("dnf", "remove", false, packages), network: false)
        case .yum: try runManager(Self.rpm("yum", "remove", false, packages), network: false)
        case .zypper:
            try runManager(
                ["zypper", "--non-interactive", "--no-refresh", "remove", "--clean-deps"] + packages,
                network: false
            )
        case .apk: try runManager(["apk", "del", "--no-network"] + packages, network: false)
        }
        changes.append("removed \(packages.joined(separator: ", "))")
    }

    func update(_ packages: [String], network: Bool) throws {
        switch try manager() {
        case .apt:
            if network { try runManager(["apt-get", "-q", "update"], network: true) }
            let words = packages.isEmpty ? ["dist-upgrade"] : ["install", "--only-upgrade", "--"] + packages
            try runManager(Self.apt + words, network: network)
        case .dnf: try runManager(Self.rpm("dnf", "upgrade", network, packages), network: network)
        case .yum: try runManager(Self.rpm("yum", "update", network, packages), network: network)
        case .zypper:
            let words = ["zypper", "--non-interactive"] + (network ? [] : ["--no-refresh"])
            try runManager(words + ["update", "--auto-agree-with-licenses"] + packages, network: network)
        case .apk:
            try runManager(
                ["apk", "upgrade"] + (network ? ["--update-cache"] : ["--no-network"]) + packages,
                network: network
            )
        }
        changes.append("updated \(packages.isEmpty ? "all packages" : packages.joined(separator: ", "))")
    }

    /// Without a network a repository that does not answer must not stop what needs none.
    private static func rpm(_ program: String, _ verb: String, _ network: Bool, _ names: [String]) -> [String] {
        [program, "-y", "-q"] + (network ? [] : ["--disablerepo=*"]) + [verb, "--"] + names
    }

    private func runManager(_ words: [String], _ files: [GuestShell.File] = [], network: Bool) throws {
        try run(words, environment: Self.environment, files: files, network: network)
    }

    private func manager() throws -> Manager {
        guard let manager = try Manager.allCases.first(where: { try has($0.rawValue) }) else {
            let known = Manager.allCases.map(\.rawValue).joined(separator: ", ")
            throw Refusal("the guest has no package manager that is known here (\(known))")
        }
        return manager
    }
}
