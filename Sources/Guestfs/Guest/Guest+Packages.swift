extension Guest {
    /// The installed packages, sorted by name.
    ///
    /// A database that the appliance cannot read gives a warning and none: an image is no worse for its list.
    func packages() throws -> [GuestPackage] {
        do {
            let packages = try session.packages(root: root)
            if packages.isEmpty { warn("no package found, so the package list is empty") }
            return packages
        } catch let error as GuestfsError {
            warn("the packages cannot be listed: \(error.message)")
            return []
        }
    }
}
