import Inventory

extension Guest {
    // A database of rpm with 3000 packages and their files has 200 MB.
    private static let databaseLimit: Int64 = 1 << 30

    /// The installed packages, by the system's own database.
    ///
    /// A database that is missing or cannot be read gives a warning and none: an image is no worse for its list.
    func inventory() throws -> PackageInventory {
        var inventory = PackageInventory(
            distribution: try distribution(),
            database: nil,
            packages: [],
            isComplete: false
        )
        do {
            guard let (path, packages) = try installed() else {
                warn("no package database found, so the package list is empty")
                return inventory
            }
            inventory.database = path.description
            inventory.packages = packages.sorted()
            inventory.isComplete = true
            if packages.isEmpty { warn("\(path): no package found, so the package list is empty") }
        } catch let error as InventoryError {
            warn("the packages cannot be listed: \(error.message)")
        } catch let error as GuestfsError {
            warn("the packages cannot be listed: \(error.message)")
        }
        return inventory
    }

    /// What os-release(5) says, or else libguestfs.
    private func distribution() throws -> Distribution? {
        for path: GuestPath in ["/etc/os-release", "/usr/lib/os-release"] {
            // The first is often a link to the second.
            if let content = try session.readSmallFile(path), let distribution = Distribution(osRelease: content) {
                return distribution
            }
        }
        guard os.distro != "unknown" else { return nil }
        let minor = os.minorVersion > 0 ? ".\(os.minorVersion)" : ""
        return Distribution(
            id: os.distro,
            version: os.majorVersion > 0 ? "\(os.majorVersion)\(minor)" : nil,
            name: os.productName
        )
    }

    /// The first database of the system's package manager, and its packages; another's, as a tool brings it along, does not count.
    private func installed() throws -> (GuestPath, [InstalledPackage])? {
        switch os.packageFormat {
        case "rpm": try rpm()
        case "deb": try dpkg()
        case "apk": try apk()
        case "unknown": try dpkg() ?? rpm() ?? apk()
        default: nil
        }
    }

    private func rpm() throws -> (GuestPath, [InstalledPackage])? {
        var empty: GuestPath?
        var failure: InventoryError?
        for format in RPMDatabase.Format.allCases {
            for directory: GuestPath in ["/usr/lib/sysimage/rpm", "/var/lib/rpm"] {
                let path = directory.appending(format.fileName.utf8)
                guard let file = try GuestFileCopy(path, from: session, limit: Self.databaseLimit) else { continue }
                let log: GuestFileCopy? =
                    format == .sqlite
                    ? try GuestFileCopy(
                        GuestPath(path.bytes + Array("-wal".utf8)),
                        from: session,
                        limit: Self.databaseLimit
                    ) : nil
                do throws(InventoryError) {
                    let packages = try RPMDatabase.packages(file, format: format, log: log)
                    if !packages.isEmpty { return (path, packages) }
                    // One that a tool made beside the one in use.
                    empty = empty ?? path
                } catch {
                    failure = failure ?? InventoryError(error.code, "\(path): \(error.message)")
                }
            }
        }
        if let failure { throw failure }
        return empty.map { ($0, []) }
    }

    private func dpkg() throws -> (GuestPath, [InstalledPackage])? {
        var packages: [InstalledPackage] = []
        var found: GuestPath?
        let path: GuestPath = "/var/lib/dpkg/status"
        if let status = try content(of: path, limit: DpkgDatabase.maximumSize) {
            found = path
            packages = try DpkgDatabase.packages(status: status)
        }
        let parts: GuestPath = "/var/lib/dpkg/status.d"
        if try session.status(parts)?.kind == .directory {
            for name in try session.names(in: parts).prefix(10_000)
            where !name.reversed().starts(with: ".md5sums".utf8.reversed()) {
                guard let part = try session.readSmallFile(parts.appending(name)) else { continue }
                found = found ?? parts
                packages += try DpkgDatabase.packages(status: part, isComplete: false)
            }
        }
        guard let found else { return nil }
        return (found, try withLicenses(packages))
    }

    private func apk() throws -> (GuestPath, [InstalledPackage])? {
        for path: GuestPath in ["/lib/apk/db/installed", "/usr/lib/apk/db/installed"] {
            if let installed = try content(of: path, limit: ApkDatabase.maximumSize) {
                return (path, try ApkDatabase.packages(installed: installed))
            }
        }
        return nil
    }

    private func content(of path: GuestPath, limit: Int) throws -> [UInt8]? {
        guard let file = try GuestFileCopy(path, from: session, limit: Int64(limit)) else { return nil }
        return try file.read(at: 0, count: Int(file.size))
    }

    /// The packages with what their copyright files say; dpkg's database has no licences.
    private func withLicenses(_ packages: [InstalledPackage]) throws -> [InstalledPackage] {
        let directory: GuestPath = "/usr/share/doc"
        let names = Set(packages.map(\.name)).sorted().map { Array($0.utf8) }.filter { !$0.contains(UInt8(ascii: "/")) }
        var plain: [[UInt8]] = []
        var links: [[UInt8]: [UInt8]] = [:]
        for (name, status) in zip(names, try session.status(in: directory, names: names)) {
            switch status?.kind {
            case .directory: plain.append(name)
            // A package of the same source has its documentation in the other's directory.
            case .symlink: links[name] = try session.readLink(directory.appending(name))
            default: break
            }
        }
        var licenses: [[UInt8]: [String]] = [:]
        for name in plain {
            try session.checkCancellation()
            let file = directory.appending(name).appending("copyright".utf8)
            guard let status = try session.status(file), status.kind == .regular,
                status.size <= DebianCopyright.maximumSize
            else { continue }
            licenses[name] = DebianCopyright.licenses(try session.read(file, size: status.size))
        }
        return packages.map { package in
            let name = Array(package.name.utf8)
            guard let licenses = licenses[name] ?? links[name].flatMap({ licenses[$0] }) else { return package }
            return InstalledPackage(
                kind: package.kind,
                name: package.name,
                version: package.version,
                architecture: package.architecture,
                licenses: licenses,
                vendor: package.vendor,
                source: package.source,
                sourceVersion: package.sourceVersion
            )
        }
    }
}
