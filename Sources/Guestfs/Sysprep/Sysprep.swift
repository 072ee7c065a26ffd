public import SystemPackage

/// Takes everything machine-specific out of an installed disk, in one start of the appliance.
public enum Sysprep {
    /// Inspects the disk, proves the install by its stamp, runs the operations, lists packages, trims.
    ///
    /// Nothing is changed before the stamp was read. A failure leaves the disk half done: it has to be an overlay.
    /// Errors: ``GuestfsError`` with `noOS`, `multipleOS`, `unexpectedOS`, `stampMissing`, `stampWrong`, `operation`
    /// and those of the launch; `CancellationError`.
    public static func run(
        _ request: SysprepRequest,
        options: GuestfsOptions,
        events: @escaping @Sendable (SysprepEvent) -> Void = { _ in }
    ) async throws -> SysprepReport {
        // A wrong name must not cost a launch.
        _ = try SysprepOperation.select(family: nil, enabled: request.enabled, disabled: request.disabled)
        events(.launching)
        let disk = GuestDisk(request.disk, format: request.format, readOnly: false, throwAway: true)
        let clock = PhaseClock()
        return try await withGuestfs([disk], options: options) { session in
            var clock = clock
            events(.launched(seconds: clock.end("launch")))
            return try run(request, on: session, clock: &clock, events: events)
        }
    }

    private static func run(
        _ request: SysprepRequest,
        on session: GuestfsSession,
        clock: inout PhaseClock,
        events: @Sendable (SysprepEvent) -> Void
    ) throws -> SysprepReport {
        let guest = try Guest(session, readOnly: false, seal: request.seal)
        if let expected = request.expectedDistro, guest.os.distro != expected {
            throw GuestfsError(
                .unexpectedOS,
                "inspect_os",
                "the disk has \(guest.os.productName) (\(guest.os.distro)), not \(expected)"
            )
        }
        if let stamp = request.stamp { try prove(stamp, on: guest) }
        events(.inspected(guest.os))
        clock.end("inspect")

        // Before the operations: reading the database may leave a lock file in the guest, which they remove.
        let packages = try guest.packages()
        events(.packages(count: packages.count))
        clock.end("packages")

        let operations = try SysprepOperation.select(
            family: guest.os.family,
            enabled: request.enabled,
            disabled: request.disabled
        )
        try guest.scan(for: Set(operations.flatMap(\.allGlobs)))
        let reports = try operations.map { operation in
            try session.checkCancellation()
            let changes = try operation.perform(on: guest)
            events(.operation(name: operation.name, heading: operation.heading, changes: changes))
            return SysprepReport.Operation(name: operation.name, heading: operation.heading, changes: changes)
        }
        clock.end("operations")

        let trimmed = try guest.trim()
        trimmed.forEach { events(.trimmed($0)) }
        guest.warnings.forEach { events(.warning($0)) }
        clock.end("trim")

        // What cannot be written is an error of this phase, not of closing the handle.
        try session.unmountAll()
        clock.end("unmount")
        return SysprepReport(
            os: guest.os,
            layout: guest.layout,
            packages: packages,
            operations: reports,
            trimmed: trimmed,
            warnings: guest.warnings,
            phases: clock.phases
        )
    }

    /// Starts an appliance that only reads the disk, and throws unless the installer's stamp is there and says what it must.
    ///
    /// Errors: ``GuestfsError`` with `noOS`, `multipleOS`, `stampMissing`, `stampWrong` and those of the launch;
    /// `CancellationError`.
    public static func prove(
        _ stamp: SysprepRequest.Stamp,
        on disk: FilePath,
        format: DiskFormat,
        options: GuestfsOptions
    ) async throws {
        try await withGuestfs([GuestDisk(disk, format: format)], options: options) { session in
            try prove(stamp, on: Guest(session, readOnly: true, seal: Seal(stampPath: GuestPath(stamp.path))))
        }
    }

    /// Throws unless the installer's stamp is there and says what it must.
    static func prove(_ stamp: SysprepRequest.Stamp, on guest: Guest) throws {
        let path = GuestPath(stamp.path)
        guard let content = try guest.session.readSmallFile(path) else {
            throw GuestfsError(
                .stampMissing,
                "stamp",
                "the install left no \(stamp.path), so its last step did not run",
                hint: "the console log shows how far it came"
            )
        }
        let found = content.prefix(200)
        guard Self.trimmed(content[...]).elementsEqual(Self.trimmed(Array(stamp.expected.utf8)[...])) else {
            throw GuestfsError(
                .stampWrong,
                "stamp",
                "\(stamp.path) says '\(GuestPath.printable(Self.trimmed(found)))', not '\(stamp.expected)'",
                hint: "the disk is from another bake"
            )
        }
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var bytes = bytes
        while let last = bytes.last, last == 10 || last == 13 || last == 32 || last == 9 { bytes.removeLast() }
        return bytes
    }
}
