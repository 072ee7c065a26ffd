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
        return try await withGuestfs([GuestDisk(request.disk, format: request.format)], options: options) { session in
            var clock = clock
            events(.launched(seconds: clock.end("launch")))
            let guest = try Guest(session, readOnly: true, seal: request.seal, layout: request.layout)
            events(.inspected(guest.os))
            clock.end("inspect")
            let checks = try check(guest, enabled: request.enabled, disabled: request.disabled, events: events)
            clock.end("checks")
            return HygieneReport(os: guest.os, checks: checks, warnings: guest.warnings, phases: clock.phases)
        }
    }

    /// Checks a mounted guest.
    static func check(
        _ guest: Guest,
        enabled: Set<String>,
        disabled: Set<String>,
        events: @Sendable (HygieneEvent) -> Void = { _ in }
    ) throws -> [HygieneCheck] {
        let operations = try SysprepOperation.select(family: guest.os.family, enabled: enabled, disabled: disabled)
        try guest.scan(for: Set(operations.flatMap(\.allGlobs)))
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
