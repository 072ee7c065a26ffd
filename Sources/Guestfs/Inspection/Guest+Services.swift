extension Guest {
    // A system has some hundreds.
    private static let maximumUnits = 5000

    /// The services and sockets that start by themselves.
    func services() throws -> [GuestService] {
        let vendor = try ["/usr/lib/systemd/system", "/lib/systemd/system"].map { GuestPath($0) }
            .first { try session.isDirectory($0) }
        guard let vendor else { return try otherServices() }
        let own: GuestPath = "/etc/systemd/system"
        var (enabled, masked): (Set<String>, Set<String>) = ([], [])
        var localUnits: Set<String> = []
        let ownNames = try names(in: own)
        let states = try session.status(in: own, names: ownNames.map { Array($0.utf8) })
        for (name, status) in zip(ownNames, states) {
            let path = own.appending(name.utf8)
            switch status?.kind {
            case .symlink where try session.readLink(path) == Array("/dev/null".utf8): masked.insert(name)
            case .regular: localUnits.insert(name)
            case .directory where name.hasSuffix(".wants") || name.hasSuffix(".requires"):
                enabled.formUnion(try names(in: path))
            default: continue
            }
        }
        let presets = try presets()
        let units = try Set(names(in: vendor)).union(localUnits)
        func unitFile(_ name: String) throws -> UnitFile? {
            for directory in [own, vendor] {
                // A unit that is enabled may be an instance of a template.
                for candidate in [name, Self.template(of: name)].compactMap(\.self) {
                    if let content = try session.readSmallFile(directory.appending(candidate.utf8)) {
                        return UnitFile(content)
                    }
                }
            }
            return nil
        }
        var services: [GuestService] = []
        for name in enabled.sorted().prefix(Self.maximumUnits)
        where Self.isService(name) && !masked.contains(name) {
            try session.checkCancellation()
            let listens = name.hasSuffix(".socket") ? try unitFile(name)?.listens ?? [] : []
            services.append(GuestService(name: name, state: .enabled, listens: listens))
        }
        for name in units.sorted().prefix(Self.maximumUnits)
        where Self.isService(name) && !enabled.contains(name) && !masked.contains(name)
            && Self.template(of: name) != name && presets.enables(name)
        {
            try session.checkCancellation()
            guard let unit = try unitFile(name), unit.isInstallable else { continue }
            services.append(GuestService(name: name, state: .preset, listens: unit.listens))
        }
        return services.sorted { $0.name < $1.name }
    }

    /// Only these listen.
    private static func isService(_ name: String) -> Bool {
        name.hasSuffix(".service") || name.hasSuffix(".socket")
    }

    /// `getty@.service` of `getty@tty1.service`, and of itself.
    private static func template(of name: String) -> String? {
        guard let at = name.firstIndex(of: "@"), let dot = name.lastIndex(of: "."), at < dot else { return nil }
        return String(name[...at] + name[dot...])
    }

    private func presets() throws -> UnitPresets {
        var files: [String: GuestPath] = [:]
        for directory: GuestPath in [
            "/lib/systemd/system-preset", "/usr/lib/systemd/system-preset", "/etc/systemd/system-preset",
        ] {
            for name in try names(in: directory).prefix(200) where name.hasSuffix(".preset") {
                files[name] = directory.appending(name.utf8)
            }
        }
        var presets = UnitPresets()
        for (_, path) in files.sorted(by: { $0.key < $1.key }) {
            if let content = try session.readSmallFile(path) { presets.add(content) }
        }
        return presets
    }

    /// The services of a guest without systemd: OpenRC's run levels, or the links of System V for run level 3.
    private func otherServices() throws -> [GuestService] {
        var names: Set<String> = []
        for level in try self.names(in: "/etc/runlevels").prefix(20) {
            names.formUnion(try self.names(in: ("/etc/runlevels" as GuestPath).appending(level.utf8)))
        }
        for directory: GuestPath in ["/etc/rc.d/rc3.d", "/etc/rc3.d"] {
            for name in try self.names(in: directory) where name.wholeMatch(of: #/S\d\d.+/#) != nil {
                names.insert(String(name.dropFirst(3)))
            }
        }
        return names.sorted().prefix(Self.maximumUnits).map { GuestService(name: $0, state: .enabled, listens: []) }
    }
}
