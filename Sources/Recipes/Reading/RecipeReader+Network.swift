import Yams

extension RecipeReader {
    /// Reads `system.network`.
    func network(for os: OperatingSystem) -> ValueReader<Recipe.GuestNetwork> {
        let standIn = Recipe.GuestNetwork(
            device: nil,
            addressing: .dhcp,
            onBoot: true,
            ipv6: .on,
            ipv6Gateway: nil,
            mtu: nil,
            hostname: nil,
            noZeroconf: false
        )
        return .mapping(standIn: standIn) { section in
            let network = Recipe.GuestNetwork(
                device: section.optional("device", .text(.device)),
                addressing: addressing(section),
                onBoot: section.value("onboot", .flag, default: true),
                ipv6: section.value("ipv6", ipv6(for: os), default: .on),
                ipv6Gateway: section.optional("ipv6_gateway", .text(.ipv6Address)),
                mtu: section.optional("mtu", .integer(in: 576...65535)),
                hostname: section.optional("hostname", .text(.hostname)),
                noZeroconf: section.value("nozeroconf", .flag, default: false)
            )
            if network.device == "lo" {
                section.report("'lo' is the machine itself and leads to no network", at: "device")
            }
            if network.noZeroconf, !os.installer.can(.noZeroconf) {
                let message =
                    "'nozeroconf' is for /etc/sysconfig/network; \(os.rawValue) has no such file and no such route"
                section.report(message, at: "nozeroconf")
            }
            if network.ipv6Gateway != nil {
                guard case .fixed = network.ipv6 else {
                    let key = section.path(of: "ipv6_gateway")
                    section.report("'\(key)' needs an address in '\(section.path(of: "ipv6"))'", at: "ipv6_gateway")
                    return network
                }
            }
            return network
        }
    }

    /// Reads a flag, the words `auto` and `dhcp`, or an address.
    private func ipv6(for os: OperatingSystem) -> ValueReader<Recipe.GuestNetwork.IPv6> {
        let form = "true, false, auto, dhcp or an address with its prefix such as 2001:db8::7/64"
        let schema = { ValueSchema.either([.flag, .words(["auto", "dhcp"]), TextRule.ipv6Interface.schema]) }
        return ValueReader(standIn: .on, schema: schema()) { node, path, context in
            guard case .scalar(let scalar) = node, scalar.kind == .text else {
                if case .scalar(let scalar) = node, scalar.kind == .flag {
                    return ValueReader<Bool>.flag.read(node, at: path, context) ? .on : .off
                }
                context.report("'\(path)' must be \(form), not \(node.kindInWords)", at: node)
                return .on
            }
            switch scalar.string {
            case "auto": return .auto
            case "dhcp" where os.installer.can(.ipv6Addresses): return .dhcp
            case let address where TextRule.ipv6Interface.accepts(address) && os.installer.can(.ipv6Addresses):
                return .fixed(address)
            case let other where other == "dhcp" || TextRule.ipv6Interface.accepts(other):
                context.report("the installer of \(os.rawValue) sets up IPv6 as the router says only", at: node)
            case let other:
                context.report("'\(path)' must be \(form), not \(Quoted(other))", at: node)
            }
            return .on
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
            checkAddresses(section, ip: ip, netmask: netmask, gateway: gateway)
            return .fixed(ip: ip ?? "", netmask: netmask ?? "", gateway: gateway, nameservers: nameservers ?? [])
        }
    }
}

/// The words for how a device gets its address.
private enum BootProtocol: String, CaseIterable {
    case dhcp
    case `static`
}
