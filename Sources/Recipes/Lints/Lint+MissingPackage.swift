extension Lint {
    /// A package that the image needs for what the recipe says of it, and does not get.
    static let missingPackage = Lint(code: "missing-package", severity: .warning) { subject in
        let recipe = subject.recipe
        return needs(of: recipe).compactMap { need in
            guard !need.packages.contains(where: { isInstalled($0, subject) }) else { return nil }
            let names = need.packages.joined(separator: "' or '")
            return LintFinding(
                place: subject.place(of: need.key),
                message: "the package '\(names)' is not installed, and \(need.reason)",
                hint: "add it to 'system.packages'"
            )
        }
    }

    private struct Need {
        /// Packages any of which will do.
        let packages: [String]

        /// What stays without effect, to follow "and".
        let reason: String

        /// The key that asks for it.
        let key: String
    }

    private static func needs(of recipe: Recipe) -> [Need] {
        let isDebian = recipe.os.family == .debian
        let key = recipe.install.kickstart == nil ? "system.exclude_packages" : "install.kickstart"
        var needs = [Need(packages: ["cloud-init"], reason: "cloud.cfg is written for it", key: key)]
        if recipe.cloudInit.file == nil, recipe.cloudInit.modules.initial.contains("growpart") {
            let growpart = isDebian ? ["cloud-guest-utils"] : ["cloud-utils-growpart", "cloud-utils"]
            needs.append(
                Need(packages: growpart, reason: "the module growpart needs it for a root that grows", key: key)
            )
        }
        let agent = "qemu-guest-agent"
        if recipe.system.services.enabled.contains(where: { $0 == agent || $0 == "\(agent).service" }) {
            needs.append(Need(packages: [agent], reason: "the service is to be enabled", key: "system.services"))
        }
        if let index = recipe.publish.firstIndex(where: { $0.properties["hw_qemu_guest_agent"] == "yes" }) {
            let reason = "the property hw_qemu_guest_agent promises it"
            needs.append(
                Need(packages: [agent], reason: reason, key: "publish[\(index)].properties.hw_qemu_guest_agent")
            )
        }
        return needs
    }

    private static func isInstalled(_ package: String, _ subject: LintSubject) -> Bool {
        let recipe = subject.recipe
        guard recipe.install.kickstart == nil else {
            return subject.kickstarts.contains { file in
                let lines = file.document.sections.filter { $0.name == "%packages" }.flatMap(\.body).map(\.text)
                // A file from elsewhere may name it, and so may a pattern.
                return file.document.isPartial || lines.contains { selects($0, package) }
                    || isFetched(package, by: subject)
            }
        }
        if recipe.system.packages.contains(where: { selects($0, package) }) { return true }
        // The payload of Debian's tree has what a cloud needs.
        if recipe.os.family == .debian { return !recipe.system.excludePackages.contains(package) }
        return isFetched(package, by: subject)
    }

    private static func selects(_ line: String, _ package: String) -> Bool {
        let name = line.split(separator: "#").first.map { $0.filter { !$0.isWhitespace } } ?? ""
        if name == package { return true }
        guard name.contains("*"), let start = name.split(separator: "*").first else { return name == "*" }
        return name.hasSuffix("*") && package.hasPrefix(start)
    }

    /// Whether a script installs it.
    private static func isFetched(_ package: String, by subject: LintSubject) -> Bool {
        let programs: Set<String> = ["yum", "dnf", "apt-get", "apt", "rpm"]
        return subject.scripts.flatMap(\.lines).contains { line in
            line.words.contains(where: programs.contains) && line.words.contains(package)
        }
    }
}
