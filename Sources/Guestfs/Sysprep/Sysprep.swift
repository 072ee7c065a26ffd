import Inventory
public import SystemPackage

/// Takes everything machine-specific out of an installed disk, in one start of the appliance.
public enum Sysprep {
    /// Inspects the disk, proves the install by its stamp, customises it, lists packages, runs the operations, trims.
    ///
    /// Nothing is changed before the stamp was read. A failure leaves the disk half done: it has to be an overlay.
    /// Errors: ``CustomizeError``; ``GuestfsError`` with `noOS`, `multipleOS`, `unexpectedOS`, `stampMissing`, `stampWrong`, `operation`
    /// those of an image that is refused (`unsupportedOS`, `encrypted`, `brokenFilesystem`, `cannotShrink`) and those of the launch;
    /// `CancellationError`.
    public static func run(
        _ request: SysprepRequest,
        options: GuestfsOptions,
        events: @escaping @Sendable (SysprepEvent) -> Void = { _ in }
    ) async throws -> SysprepReport {
        // A wrong name must not cost a launch.
        _ = try SysprepOperation.select(family: nil, enabled: request.enabled, disabled: request.disabled)
        events(.launching)
        let disk = GuestDisk(
            request.disk,
            format: request.format,
            readOnly: false,
            throwAway: true,
            sectorSize: request.sectorSize
        )
        let clock = PhaseClock()
        var options = options
        options.network = options.network || request.customizations.contains { $0.action.usesNetwork }
        return try await withGuestfs([disk], options: options) { session in
            var clock = clock
            events(.launched(seconds: clock.end("launch")))
            return try run(request, on: session, clock: &clock, events: events)
        }
    }

    /// The same in an appliance that runs, with nothing mounted before nor after.
    static func run(
        _ request: SysprepRequest,
        on session: GuestfsSession,
        clock: inout PhaseClock,
        events: @Sendable (SysprepEvent) -> Void
    ) throws -> SysprepReport {
        let guest = try Guest(
            session,
            readOnly: false,
            seal: request.seal,
            root: request.root,
            keys: request.keys,
            dryRun: request.dryRun
        )
        if let expected = request.expectedDistro, guest.os.distro != expected {
            throw GuestfsError(
                .unexpectedOS,
                "inspect_os",
                "the disk has \(guest.os.productName) (\(guest.os.distro)), not \(expected)"
            )
        }
        if let stamp = request.stamp { try prove(stamp, on: guest) }
        let plan = request.shrink ? try guest.planShrink() : nil
        events(.inspected(guest.os))
        clock.end("inspect")

        // Before the operations, so that they clean what this leaves behind, and before the list of packages.
        let steps = try Customizer.run(request.customizations, on: guest, events: events)
        if !steps.isEmpty { clock.end("customize") }

        let inventory = try guest.inventory()
        events(.packages(count: inventory.packages.count))
        clock.end("packages")

        let operations = try SysprepOperation.select(
            family: guest.os.family,
            enabled: request.enabled,
            disabled: request.disabled
        )
        try guest.scan(for: Set(operations.flatMap(\.allGlobs)))
        let reports = try operations.map { operation in
            try session.checkCancellation()
            let changes = Self.bounded(try operation.perform(on: guest))
            events(.operation(name: operation.name, heading: operation.heading, changes: changes))
            return SysprepReport.Operation(name: operation.name, heading: operation.heading, changes: changes)
        }
        clock.end("operations")

        let swap = try guest.renewSwap()
        events(.swap(swap))
        let trimmed = request.dryRun ? [] : try guest.trim()
        trimmed.forEach { events(.trimmed($0)) }
        guest.warnings.forEach { events(.warning($0)) }
        clock.end("trim")

        // What cannot be written is an error of this phase, not of closing the handle.
        let layout = guest.layout
        var shrunkSize: Int64?
        if let plan, !request.dryRun {
            shrunkSize = try guest.shrink(plan)
            clock.end("shrink")
        }
        try session.unmountAll()
        try guest.finishDevices()
        clock.end("unmount")
        return SysprepReport(
            os: guest.os,
            layout: layout,
            packages: inventory.packages,
            packageDatabase: inventory.database,
            hasAllPackages: inventory.isComplete,
            distribution: inventory.distribution,
            customizations: steps,
            operations: reports,
            swap: swap,
            trimmed: trimmed,
            shrunkSize: shrunkSize,
            warnings: guest.warnings,
            phases: clock.phases
        )
    }

    /// The most changes of one operation that a report lists.
    private static let mostChanges = 10_000

    private static func bounded(_ changes: [String]) -> [String] {
        guard changes.count > mostChanges else { return changes }
        return changes.prefix(mostChanges) + ["and \(changes.count - mostChanges) more"]
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
