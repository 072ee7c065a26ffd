/// The steps that set up the host: its name, its time zone, its services.
extension Customizer {
    private static let ours = Customization.Access(mode: 0o644)

    func setHostname(_ name: String) throws {
        try write(Array("\(name)\n".utf8), to: "/etc/hostname", Self.ours)
        // Enterprise Linux before 7 reads its name here, and nothing in /etc/hostname.
        let network: GuestPath = "/etc/sysconfig/network"
        if guest.os.family == .redhat, guest.os.majorVersion < 7, guest.os.distro != "fedora",
            try session.status(network)?.kind == .regular
        {
            try edit(
                network.description,
                LineEdit(pattern: "^[ \t]*HOSTNAME=.*", replacement: "HOSTNAME=\(name)", missing: .append)
            )
        }
        // Debian's installer gives the name an address of its own, so that it can be looked up without a network.
        if try session.status("/etc/hosts")?.kind == .regular {
            let short = name.split(separator: ".").first.map(String.init) ?? name
            let names = short == name ? name : "\(name) \(short)"
            try edit(
                "/etc/hosts",
                LineEdit(pattern: "^127\\.0\\.1\\.1[ \t].*", replacement: "127.0.1.1\t\(names)", missing: .ignore)
            )
        }
    }

    func setTimezone(_ name: String) throws {
        let zone = GuestPath("/usr/share/zoneinfo/\(name)")
        try guest.checkPlain(zone.parent)
        guard let status = try session.status(zone), status.kind == .regular || status.kind == .symlink else {
            throw Refusal("the guest has no time zone '\(name)'", hint: "its package tzdata has them")
        }
        try link("/etc/localtime", to: Array("../usr/share/zoneinfo/\(name)".utf8))
        if try guest.os.family == .debian || session.status("/etc/timezone")?.kind == .regular {
            try write(Array("\(name)\n".utf8), to: "/etc/timezone", Self.ours)
        }
    }

    func setServices(_ enabled: [String], _ disabled: [String], _ masked: [String]) throws {
        if try has("systemctl") {
            let environment = [(name: "SYSTEMD_OFFLINE", value: "1")]
            for (verb, names) in [("unmask", enabled), ("enable", enabled), ("disable", disabled), ("mask", masked)]
            where !names.isEmpty {
                try run(["systemctl", verb, "--"] + names, environment: environment)
                if verb != "unmask" { changes.append("\(verb)d \(names.joined(separator: ", "))") }
            }
            return
        }
        guard masked.isEmpty else { throw Refusal("the guest has no systemd, and so masks no services") }
        for (names, isOn) in [(enabled, true), (disabled, false)] {
            for name in names.map({ $0.hasSuffix(".service") ? String($0.dropLast(8)) : $0 }) {
                if try has("chkconfig") {
                    try run(["chkconfig", name, isOn ? "on" : "off"])
                } else if try has("rc-update") {
                    try run(["rc-update"] + (isOn ? ["add", name, "default"] : ["del", name]))
                } else if try has("update-rc.d") {
                    try run(["update-rc.d", name, isOn ? "enable" : "disable"])
                } else {
                    throw Refusal("the guest has neither systemctl nor chkconfig, rc-update or update-rc.d")
                }
                changes.append("\(isOn ? "enabled" : "disabled") \(name)")
            }
        }
    }

    /// Whether the guest has a program of this name where programs are.
    func has(_ program: String) throws -> Bool {
        for directory in ["/usr/bin", "/usr/sbin", "/bin", "/sbin"] {
            switch try session.status(place("\(directory)/\(program)"))?.kind {
            case .regular, .symlink: return true
            default: continue
            }
        }
        return false
    }
}
