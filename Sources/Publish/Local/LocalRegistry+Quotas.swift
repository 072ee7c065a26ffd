import DiskImages
import GRDB
import SystemPackage

extension LocalRegistry {
    /// Limits what a project may use from now on; what it has already stays.
    ///
    /// - Parameters:
    ///   - limits: The new limits, -1 for none; those that are not named stay as they are.
    ///   - project: The project; nil for all that have no limits of their own.
    public func setQuotas(_ limits: [Quota: Int], of project: String?) async throws {
        try await work { index, _ in
            try requireAdministrator(to: "set quotas")
            if let project { try ImageLimits.check(project: project) }
            for (quota, limit) in limits where limit < -1 {
                throw RegistryError(
                    .invalid,
                    "\(quota.rawValue) is -1 for no limit, or what there may be, not \(limit)"
                )
            }
            try index.prepare()
            try index.write { database in
                for (quota, limit) in limits {
                    try database.execute(
                        sql: "INSERT OR REPLACE INTO quota VALUES (?, ?, ?)",
                        arguments: [project ?? RegistryIndex.everyProject, quota.rawValue, limit]
                    )
                }
            }
        }
    }

    /// Takes a project's own limits away, so that those for all apply again; or, without a project, those for all.
    public func removeQuotas(of project: String?) async throws {
        try await work { index, _ in
            try requireAdministrator(to: "remove quotas")
            guard try FileIO.status(at: index.layout.index) != nil else { return }
            try index.write { database in
                try database.execute(
                    sql: "DELETE FROM quota WHERE project = ?",
                    arguments: [project ?? RegistryIndex.everyProject]
                )
            }
        }
    }

    /// A project's limits, and what it uses.
    public func quotas(of project: String) async throws -> [Quota: Quota.Usage] {
        try await work { index, _ in
            guard actor.role == .admin || project == actor.project else {
                throw RegistryError(.forbidden, "You are not authorized to see the quotas of another project.")
            }
            let unused = Dictionary(uniqueKeysWithValues: Quota.allCases.map { ($0, Quota.Usage(limit: -1, usage: 0)) })
            return try index.read { database in
                var usages = unused
                for quota in Quota.allCases {
                    usages[quota] = Quota.Usage(
                        limit: try index.limit(quota, of: project, database),
                        usage: try index.usage(quota, of: project, database)
                    )
                }
                return usages
            } ?? unused
        }
    }

    func requireAdministrator(to action: String) throws(RegistryError) {
        guard actor.role == .admin else {
            throw RegistryError(.forbidden, "You are not authorized to \(action): that is an administrator's.")
        }
    }
}
