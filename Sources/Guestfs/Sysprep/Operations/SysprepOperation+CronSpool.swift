/// The operation that takes the jobs of cron and at.
extension SysprepOperation {
    static let cronSpool = SysprepOperation(
        "cron-spool",
        "remove users' jobs of cron and at",
        rules: [
            .removeFiles("/var/spool/cron/*"), .removeFiles("/var/spool/cron/crontabs/*"),
            .removeFiles("/var/spool/at/spool/*"), .removeFiles("/var/spool/cron/atspool/*"),
            .removeFiles("/var/spool/cron/tabs/*"), .removeFiles("/var/spool/atspool/*"),
        ],
        globs: jobGlobs,
        apply: { guest in
            let files = try guest.status(of: jobGlobs.flatMap { guest.tree[$0] }).filter { $0.status.kind == .regular }
            let counters = try files.filter { $0.path.name == counter && $0.status.size > 0 }.filter { path, _ in
                try guest.session.readSmallFile(path) != zero
            }
            for (path, _) in counters { try guest.rewrite(path, with: zero) }
            return try guest.remove(files.filter { $0.path.name != counter })
                + counters.map { "set \($0.path) back to 0" }
        },
        check: { guest in
            let files = try guest.status(of: jobGlobs.flatMap { guest.tree[$0] }).filter { $0.status.kind == .regular }
            return try files.filter { path, status in
                try path.name == counter
                    ? status.size > 0 && guest.session.readSmallFile(path) != zero : true
            }.map(\.path.description)
        }
    )

    private static let jobGlobs: [GuestGlob] = ["/var/spool/at/*", "/var/spool/cron/atjobs/*", "/var/spool/atjobs/*"]
    private static let counter = Array(".SEQ".utf8)
    /// at's number of the last job, in its own form.
    private static let zero = Array("00000\n".utf8)
}
