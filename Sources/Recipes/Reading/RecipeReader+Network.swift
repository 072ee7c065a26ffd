extension RecipeReader {
    /// Reads `system.network`.
    func network(for os: OperatingSystem) -> ValueReader<Recipe.GuestNetwork> {
        let standIn = Recipe.GuestNetwork(
            device: nil,
            addressing: .dhcp,
            onBoot: true,
            ipv6: true,
            hostname: nil,
            noZeroconf: false
        )
        return .mapping(standIn: standIn) { section in
            let network = Recipe.GuestNetwork(
                device: section.optional("device", .text(.device)),
                addressing: addressing(section),
                onBoot: section.value("onboot", .flag, default: true),
                ipv6: section.value("ipv6", .flag, default: true),
                hostname: section.optional("hostname", .text(.hostname)),
                noZeroconf: section.value("nozeroconf", .flag, default: false)
            )
            if network.noZeroconf, os.family != .redHat {
                let message =
                    "'nozeroconf' is for /etc/sysconfig/network; \(os.rawValue) has no such file and no such route"
                section.report(message, at: "nozeroconf")
            }
            return network
        }
    }

    private func addressing(_ section: MappingReader) -> Recipe.GuestNetwork.Addressing {
        let protocolName = section.value("bootproto", .choice(standIn: BootProtocol.dhcp), default: .dhcp)
        let ip = section.optional("ip", .text(.ipv4Address))
        let netmask = section.optional("netmask", .text(.netmask))
        let gateway = section.optional("gateway", .text(.ipv4Address))
        let nameservers = section.optional("nameservers", .list(.text(.ipAddress)))
        switch protocolName {
        case .dhcp:
            for (key, isGiven) in [("ip", ip != nil), ("netmask", netmask != nil), ("gateway", gateway != nil)]
            where isGiven {
                section.report("'\(section.path(of: key))' needs bootproto: static", at: key)
            }
            if nameservers != nil {
                section.report("'\(section.path(of: "nameservers"))' needs bootproto: static", at: "nameservers")
            }
            return .dhcp
        case .static:
            for (key, isGiven) in [("ip", ip != nil), ("netmask", netmask != nil)] where !isGiven {
                section.report("bootproto: static needs '\(section.path(of: key))'", at: "bootproto")
            }
            return .fixed(ip: ip ?? "", netmask: netmask ?? "", gateway: gateway, nameservers: nameservers ?? [])
        }
    }
}

/// The words for how a device gets its address.
private enum BootProtocol: String, CaseIterable {
    case dhcp
    case `static`
}
