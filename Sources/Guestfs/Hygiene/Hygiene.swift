/// The proof, read from a disk's final bytes, that nothing machine-specific is left on it.
public enum Hygiene {
    /// Opens the image read-only in an appliance of its own and checks the claim of every operation.
    ///
    /// Findings are no error: the report says whether the disk passed. Errors: ``GuestfsError`` with `noOS`,
    /// `multipleOS`, `operation` and those of the launch; `CancellationError`.
    public static func check(
        _ request: HygieneRequest,
        options: GuestfsOptions,
        events: @escaping @Sendable (HygieneEvent) -> Void = { _ in }
    ) async throws -> HygieneReport {
        _ = try SysprepOperation.select(family: nil, enabled: request.enabled, disabled: request.disabled)
        events(.launching)
        let clock = PhaseClock()
        return try await withGuestfs([request.guestDisk], options: options) { session in
            var clock = clock
            events(.launched(seconds: clock.end("launch")))
            let guest = try Guest(
                session,
                readOnly: true,
                seal: request.seal,
                layout: request.layout,
                root: request.root,
                keys: request.keys
            )
            events(.inspected(guest.os))
            clock.end("inspect")
            var checks = try check(
                guest,
                enabled: request.enabled,
                disabled: request.disabled,
                globs: request.declared == nil ? [] : keyGlobs,
                events: events
            )
            var privateKeys = 0
            if let declared = request.declared {
                let found = try credentials(in: guest, declared: declared)
                found.checks.forEach { events(.check($0)) }
                checks += found.checks
                privateKeys = found.privateKeys
            }
            let opaque = try guest.opaqueMountpoints()
            clock.end("checks")
            return HygieneReport(
                guest: guest,
                checks: checks,
                privateKeys: privateKeys,
                opaque: opaque,
                phases: clock.phases
            )
        }
    }

    /// Checks a mounted guest.
    static func check(
        _ guest: Guest,
        enabled: Set<String>,
        disabled: Set<String>,
        globs: [GuestGlob] = [],
        events: @Sendable (HygieneEvent) -> Void = { _ in }
    ) throws -> [HygieneCheck] {
        let operations = try SysprepOperation.select(family: guest.os.family, enabled: enabled, disabled: disabled)
        try guest.scan(for: Set(operations.flatMap(\.allGlobs) + globs))
        return try operations.map { operation in
            try guest.session.checkCancellation()
            let check = HygieneCheck(
                name: operation.name,
                heading: operation.heading,
                findings: try operation.findings(in: guest)
            )
            events(.check(check))
            return check
        }
    }
}
