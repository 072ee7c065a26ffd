extension Lint {
    /// Less memory than the installer needs for its second stage.
    static let littleMemory = Lint(code: "little-memory", severity: .warning) { subject in
        let recipe = subject.recipe
        // What the guest has by default is the least for Anaconda; imagebake's own installer needs little.
        let least = recipe.os.defaultMemory
        guard recipe.os.family == .redHat, recipe.machine.memory < least else { return [] }
        return [
            LintFinding(
                place: subject.place(of: "machine.memory"),
                message: "the installer of \(recipe.os.rawValue) needs \(least), and may be killed with less",
                hint: "leave 'memory' out; the image does not keep it"
            )
        ]
    }

    /// An image that nothing boots.
    static let noBootloader = Lint(code: "no-bootloader", severity: .warning) { subject in
        guard subject.recipe.install.kickstart == nil,
            subject.recipe.system.bootloader.location == Recipe.System.Bootloader.Location.none
        else {
            return []
        }
        return [
            LintFinding(
                place: subject.place(of: "system.bootloader.location"),
                message: "without a boot loader the image starts only where the kernel comes from elsewhere",
                hint: "leave 'location' out"
            )
        ]
    }

    /// An account whose number the system may give to one of its own.
    static let systemNumber = Lint(code: "system-uid", severity: .warning) { subject in
        guard subject.recipe.install.kickstart == nil else { return [] }
        return subject.recipe.system.users.enumerated().compactMap { index, user in
            guard let uid = user.uid, uid < 1000 else { return nil }
            return LintFinding(
                place: subject.place(of: "system.users[\(index)].uid"),
                message: "the number \(uid) is one of those for the system's own accounts, which are below 1000",
                hint: "leave 'uid' out, or give one of 1000 or more"
            )
        }
    }
}
