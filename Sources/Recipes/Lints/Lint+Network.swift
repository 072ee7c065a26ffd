extension Lint {
    /// A network device by the name that the kernel gives it, which udev takes from it.
    static let unnamedDevice = Lint(code: "unnamed-device", severity: .warning) { subject in
        let recipe = subject.recipe
        guard recipe.install.kickstart == nil, recipe.os.family == .redHat, let device = recipe.system.network.device,
            device.hasPrefix("eth"), device.dropFirst(3).allSatisfy({ $0.isASCII && $0.isNumber })
        else { return [] }
        let argument = "net.ifnames=0"
        let places = [
            ("install.kernel_arguments", recipe.install.kernelArguments),
            ("system.bootloader.append", recipe.system.bootloader.append),
        ]
        let missing = places.filter { !$0.1.contains(argument) }.map { "'\($0.0)'" }
        guard !missing.isEmpty else { return [] }
        return [
            LintFinding(
                place: subject.place(of: "system.network.device"),
                message: "there is no device \(Quoted(device)): udev names it after its place, such as enp1s0",
                hint: "add \(argument) to \(missing.joined(separator: " and to ")), or leave 'device' out"
            )
        ]
    }

    /// A fixed address that cloud-init replaces when a clone starts for the first time.
    static let replacedAddress = Lint(code: "replaced-address", severity: .warning) { subject in
        let recipe = subject.recipe
        guard recipe.install.kickstart == nil, case .fixed = recipe.system.network.addressing,
            recipe.cloudInit.file == nil, recipe.cloudInit.template == nil,
            recipe.cloudInit.network.configuration != .disabled
        else { return [] }
        return [
            LintFinding(
                place: subject.place(of: "system.network.bootproto"),
                message: "cloud-init sets up the network anew when a clone starts, and the address is gone",
                hint: "add 'cloud_init: {network: {config: disabled}}'"
            )
        ]
    }
}
