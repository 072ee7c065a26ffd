/// The arguments of the installer's kernel.
///
/// virt-install gives an installer `inst.repo=URL` and nothing else, livemedia-creator (lorax) `inst.ks`, `inst.stage2`, `inst.proxy`,
/// `inst.text` and `inst.cmdline`; the names are the same for every Anaconda since EL7. There is no argument for the log: Anaconda
/// writes it to the virtio port `org.fedoraproject.anaconda.log.0` by itself wherever there is one.
enum KernelArguments {
    /// The arguments in their order, those of the recipe last so that they prevail.
    static func list(for recipe: Recipe, location: String, mediumLabel: String? = nil) -> [String] {
        let console = recipe.architecture == .aarch64 ? "console=ttyAMA0,115200" : "console=ttyS0,115200"
        let shared = ["inst.ks=file:/ks.cfg", "inst.repo=\(location)"]
        let own: [String]
        switch recipe.os.dialect {
        case .el7, .el8, .el9, .el10, .fedora:
            own =
                stage2(mediumLabel) + network(recipe, location: location) + proxy(recipe) + [
                    "inst.text",
                    // Without it Anaconda asks when something is missing, and waits for ever.
                    "inst.cmdline",
                    // The kickstart, with root's hash in it, is not to be copied into the image: neither as it came nor as it was used.
                    "inst.nosave=all_ks",
                    // When the initramfs finds no installer it must fail, not open a shell.
                    "rd.shell=0",
                    console,
                    // A panic becomes a reset, which ends the domain.
                    "panic=1",
                ] + (recipe.system.fips ? ["fips=1"] : [])
        case .debian:
            own = [console, "panic=1"]
        }
        return shared + own + recipe.install.kernelArguments
    }

    /// Where a medium has a label, the first stage need not search for the second one.
    private static func stage2(_ label: String?) -> [String] {
        guard let label, !label.isEmpty else { return [] }
        return ["inst.stage2=hd:LABEL=" + label]
    }

    /// The address that the installer itself has, which matters once it must fetch something.
    private static func network(_ recipe: Recipe, location: String) -> [String] {
        let network = recipe.system.network
        guard location.contains("://") else { return [] }
        guard recipe.machine.network != .user, recipe.install.kickstart == nil,
            case .fixed(let ip, let netmask, let gateway, let nameservers) = network.addressing
        else {
            // QEMU's own network gives out addresses, whatever the clones will have.
            return ["ip=dhcp"]
        }
        let parts = [ip, "", gateway ?? "", netmask, network.hostname ?? "", network.device ?? "", "none"]
        // dracut takes IPv6 addresses in brackets.
        let servers = nameservers.map { "nameserver=" + ($0.contains(":") ? "[\($0)]" : $0) }
        return ["ip=" + parts.joined(separator: ":")] + servers
    }

    private static func proxy(_ recipe: Recipe) -> [String] {
        guard recipe.treeIsRemote, let proxy = recipe.install.proxy else { return [] }
        return ["inst.proxy=\(proxy)"]
    }
}

extension Recipe {
    /// Whether the guest fetches the install tree from where the recipe says, and not from this machine.
    var treeIsRemote: Bool {
        if case .url = install.location { true } else { false }
    }
}
