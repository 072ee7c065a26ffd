extension Recipe {
    /// Every secret that rendering the recipe needs, without repeats, in the order of their names.
    ///
    /// Where root's password comes from is not among them.
    public var secretNames: [SecretName] {
        let names = system.users.compactMap(\.password) + [system.subscription?.activationKey].compactMap { $0 }
        let own = install.kickstart?.secretNames ?? []
        return Set(names + own).sorted { $0.name < $1.name }
    }
}
