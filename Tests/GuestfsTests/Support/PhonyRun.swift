import CGuestfs
import Glibc
import SystemPackage
import Testing

@testable import Guestfs

/// All that was done to one phony guest and seen of it, for tests to look at.
struct PhonyRun: Sendable {
    typealias Words = [String: [String]]

    let guest: PhonyGuest
    /// The findings of each operation before anything ran.
    var before: Words = [:]
    /// What a dry run says.
    var plan: Words = [:]
    /// The tree after the dry run.
    var planTree: [GuestPath: TreeEntry] = [:]
    /// What the default operations changed, found afterwards, and changed when they ran again.
    var changes: Words = [:]
    var after: Words = [:]
    var again: Words = [:]
    var tree: [GuestPath: TreeEntry] = [:]
    /// The same of the operations that run on request, after the others.
    var requested: (before: Words, changes: Words, after: Words, again: Words) = ([:], [:], [:], [:])
    var requestedTree: [GuestPath: TreeEntry] = [:]
    var warnings: [String] = []
    /// LVM's UUIDs and the root's before, after the default operations, and after the others.
    var deviceUUIDs: [[String]] = []
    var trimWarnings: [String?] = []
    let seconds: Double

    /// Every guest through everything, in one start of the appliance that all tests share.
    static let result = Task { try await Lab.withPhonyDirectory { try await runAll(in: $0) } }

    static func of(_ name: PhonyGuest.Name) async throws -> PhonyRun {
        try #require(try await result.value.runs.first { $0.guest.name == name })
    }

    struct Result: Sendable {
        let runs: [PhonyRun]
        /// The guests' disks as they were before anything ran, for whoever wants to do something else to them.
        let copies: [FilePath]
        let stampCodes: [GuestfsError.Code?]
    }

    private static func runAll(in directory: FilePath) async throws -> Result {
        let disks = PhonyGuest.all.map { directory.appending("\($0.name).raw") }
        let copies = disks.map { FilePath($0.string + ".copy") }
        for (guest, disk) in zip(PhonyGuest.all, disks) { try await guest.makeDisk(disk) }
        let added = disks.map { GuestDisk($0, format: .raw, readOnly: false) }
        return try await withGuestfs(added, options: Lab.options) { session in
            var runs: [PhonyRun] = []
            for (index, guest) in PhonyGuest.all.enumerated() {
                try guest.make(on: device(index), session)
            }
            try session.check(guestfs_sync(session.handle), "sync")
            for (disk, copy) in zip(disks, copies) { try Lab.copySparsely(disk, to: copy) }
            var stampCodes: [GuestfsError.Code?] = []
            for (index, guest) in PhonyGuest.all.enumerated() {
                let filesystems = guest.filesystems(on: device(index))
                let layout = GuestLayout(
                    os: guest.os,
                    root: filesystems[0].device,
                    filesystems: filesystems
                )
                runs.append(try run(guest, layout, session, stampCodes: &stampCodes))
            }
            return Result(runs: runs, copies: copies, stampCodes: stampCodes)
        }
    }

    static func device(_ index: Int) -> String {
        "/dev/sd" + String(Character(Unicode.Scalar(UInt8(ascii: "a") + UInt8(index))))
    }

    private static func run(
        _ phony: PhonyGuest,
        _ layout: GuestLayout,
        _ session: GuestfsSession,
        stampCodes: inout [GuestfsError.Code?]
    ) throws -> PhonyRun {
        let clock = ContinuousClock()
        let start = clock.now
        let requested = Set(Sysprep.operations.filter { !$0.enabledByDefault }.map(\.name))
        let defaults = try SysprepOperation.select(family: layout.os.family, enabled: [], disabled: [])
        let others = try SysprepOperation.select(
            family: layout.os.family,
            enabled: requested,
            disabled: Set(defaults.map(\.name))
        )
        let globs = Set((defaults + others).flatMap(\.allGlobs))

        func open(dryRun: Bool) throws -> Guest {
            let guest = try Guest(session, readOnly: false, seal: phony.seal, layout: layout, dryRun: dryRun)
            try guest.scan(for: globs)
            return guest
        }
        func findings(_ operations: [SysprepOperation], _ guest: Guest) throws -> Words {
            try guest.scan(for: globs)
            return try words(operations) { try $0.findings(in: guest) }
        }
        func perform(_ operations: [SysprepOperation], _ guest: Guest) throws -> Words {
            try words(operations) { try $0.perform(on: guest) }
        }
        func tree() throws -> [GuestPath: TreeEntry] { try Lab.tree(session) }
        func uuids() throws -> [String] {
            let (volumes, groups) = phony.layout == .lvm ? try session.lvmNames() : ([], [])
            return try volumes.map { try session.text(guestfs_pvuuid(session.handle, $0), "pvuuid") }
                + groups.map { try session.text(guestfs_vguuid(session.handle, $0), "vguuid") }
                + [session.text(guestfs_vfs_uuid(session.handle, layout.root), "vfs_uuid")]
        }

        let planned = try open(dryRun: true)
        if phony.name == .debian { stampCodes = stamps(planned) }
        let before = try words(defaults) { try $0.findings(in: planned) }
        let plan = try perform(defaults, planned)
        let planTree = try tree()
        let uuidsBefore = try uuids()
        try session.unmountAll()
        try planned.finishDevices()

        let guest = try open(dryRun: false)
        let changes = try perform(defaults, guest)
        let after = try findings(defaults, guest)
        let again = try perform(defaults.filter { $0.name != "lvm-uuids" }, guest)
        let cleaned = try tree()
        let trimmed = phony.name == .debian ? try guest.trim().map(\.warning) : []
        try session.unmountAll()
        try guest.finishDevices()
        let uuidsAfter = try uuids()

        let second = try open(dryRun: false)
        let requestedBefore = try words(others) { try $0.findings(in: second) }
        let requestedChanges = try perform(others, second)
        // Its devices get their UUIDs only when nothing is mounted.
        let files = others.filter { $0.name != "fs-uuids" }
        let requestedAfter = try findings(files, second)
        let requestedAgain = try perform(files, second)
        let requestedTree = try tree()
        try session.unmountAll()
        try second.finishDevices()
        let uuidsLast = try uuids()
        return PhonyRun(
            guest: phony,
            before: before,
            plan: plan,
            planTree: planTree,
            changes: changes,
            after: after,
            again: again,
            tree: cleaned,
            requested: (requestedBefore, requestedChanges, requestedAfter, requestedAgain),
            requestedTree: requestedTree,
            warnings: guest.warnings + second.warnings,
            deviceUUIDs: [uuidsBefore, uuidsAfter, uuidsLast],
            trimWarnings: trimmed,
            seconds: (clock.now - start) / .seconds(1)
        )
    }

    private static func words(
        _ operations: [SysprepOperation],
        _ body: (SysprepOperation) throws -> [String]
    ) rethrows -> Words {
        Dictionary(uniqueKeysWithValues: try operations.map { ($0.name, try body($0)) })
    }

    private static func stamps(_ guest: Guest) -> [GuestfsError.Code?] {
        func code(_ path: String, _ expected: String) -> GuestfsError.Code? {
            do {
                try Sysprep.prove(.init(path: path, expected: expected), on: guest)
                return nil
            } catch { return (error as? GuestfsError)?.code }
        }
        return [
            code("/etc/imagebake-stamp", "imagebake 01HXYZ"), code("/etc/imagebake-stamp", "imagebake 01HXY"),
            code("/etc/imagebake-stamp", ""), code("/etc/no-stamp", "imagebake 01HXYZ"),
            // A link is not a stamp, nor is a directory.
            code("/var/tmp/link-to-etc", "imagebake 01HXYZ"),
        ]
    }
}
