import DiskImages
import Foundation
import Guestfs
import Recipes
import Synchronization
import SystemPackage

/// Cleans an overlay of the installed disk, then opens it again, read-only, to prove that it is clean.
struct SysprepStage: Stage {
    static let name = StageName.sysprep

    let cloudConfig: String
    let fingerprint: Fingerprint
    /// Held by whoever makes the installed disk; let go of as soon as that is in the cache.
    let installRight: FileLock?

    func run(_ installed: InstalledDisk, _ bake: BakeContext, _ channel: StageChannel) async throws -> SealedDisk {
        // libguestfs waits for ever where its overlay cannot grow.
        try DiskSpace.require(DiskSpace.leastForSysprep, in: bake.work, "cleaning the disk")
        let accelerator = await bake.localAccelerator(channel)
        let options = bake.guestfsOptions(accelerator)
        let overlay = bake.work.appending("sealed.qcow2")
        try await bake.qemuImg.createOverlay(overlay, backing: installed.disk, backingFormat: .qcow2)
        let request = request(installed, overlay, bake)

        let (report, base) = try await clean(request, installed, options, bake, channel)
        try write(report, "sysprep.json", bake)

        channel.activity("proving that the disk is clean")
        let proof = try await Hygiene.check(
            HygieneRequest(proving: request, report: report, disk: overlay, format: .qcow2),
            options: options
        )
        try write(proof, "hygiene.json", bake)
        for warning in proof.warnings { channel.warning(warning) }
        guard proof.passed else { throw failure(proof, bake) }
        // The two lie side by side in the cache, wherever that is moved to.
        try await bake.qemuImg.rename(
            backingOf: overlay,
            to: "../\(base.name)/\(InstallRecord.diskName)",
            format: .qcow2
        )
        let record = SealRecord(
            architecture: report.os.architecture,
            operations: report.operations.count,
            changes: report.operations.reduce(0) { $0 + $1.changes.count },
            checks: proof.checks.count
        )
        let entry = try await bake.cache.add(
            .sysprep,
            fingerprint,
            recipe: bake.recipe.name,
            product: record,
            files: [SealRecord.diskName: overlay],
            from: base,
            needsOrigin: true
        )
        return SealedDisk(entry: entry, record: record)
    }

    private func request(_ installed: InstalledDisk, _ overlay: FilePath, _ bake: BakeContext) -> SysprepRequest {
        SysprepRequest(
            disk: overlay,
            format: .qcow2,
            cloudConfig: cloudConfig,
            lockRoot: bake.recipe.system.lockRoot,
            stamp: SysprepRequest.Stamp(path: "/etc/imagebake-stamp", expected: installed.stamp),
            enabled: Set(bake.recipe.sysprep.enable),
            disabled: Set(bake.recipe.sysprep.disable),
            expectedDistro: bake.recipe.os.inspectedDistribution
        )
    }

    private func clean(
        _ request: SysprepRequest,
        _ installed: InstalledDisk,
        _ options: GuestfsOptions,
        _ bake: BakeContext,
        _ channel: StageChannel
    ) async throws -> (SysprepReport, StageCache.Entry) {
        let isProven = Mutex(false)
        do {
            let cleaned = try await Sysprep.run(request, options: options) { event in
                if case .inspected = event { isProven.withLock { $0 = true } }
                report(event, channel)
            }
            return (cleaned, try await keep(installed, bake))
        } catch let error as GuestfsError where InstallProof.isRefuted(by: error) {
            throw InstallProof.failure(error, bake)
        } catch {
            // The stamp was on the disk, so the install is proven, and the next bake need not repeat it.
            if isProven.withLock({ $0 }) { _ = try? await keep(installed, bake) }
            throw error
        }
    }

    private func keep(_ installed: InstalledDisk, _ bake: BakeContext) async throws -> StageCache.Entry {
        if let entry = installed.cacheEntry { return entry }
        // In a cancelled task the digest would be, and with it an install that is proven.
        let entry = try await Task { try await installed.keep(in: bake) }.value
        installRight?.giveUp()
        return entry
    }

    private func write(_ value: some Encodable, _ name: String, _ bake: BakeContext) throws(Failure) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else { throw Failure(.bug, "\(name) cannot be written down") }
        try Files.write(data, to: bake.directory.appending(name))
    }

    private func report(_ event: SysprepEvent, _ channel: StageChannel) {
        switch event {
        case .launching:
            channel.activity("starting libguestfs' appliance")
        case .launched:
            channel.activity("reading the disk")
        case .inspected(let os):
            channel.activity("cleaning \(os.distro) \(os.majorVersion).\(os.minorVersion)")
        case .operation(let name, _, let changes):
            guard !changes.isEmpty else { return }
            // All of them are in sysprep.json; a hundred log files would hide the rest here.
            let more = changes.count > 3 ? " and \(changes.count - 3) more" : ""
            channel.note("\(name): \(changes.prefix(3).joined(separator: ", "))\(more)")
        case .trimmed(let result):
            channel.emit(.output("trimmed \(result.mountpoint)"))
        case .packages(let count):
            channel.emit(.output("\(count) packages"))
        case .warning(let text):
            channel.warning(text)
        }
    }

    private func failure(_ proof: HygieneReport, _ bake: BakeContext) -> Failure {
        let failed = proof.checks.filter { !$0.passed }
        let findings = failed.flatMap { check in check.findings.map { "\(check.name): \($0)" } }
        let more = findings.count > 3 ? " and \(findings.count - 3) more" : ""
        return Failure(
            .sysprepFailed,
            "hygiene failed: the cleaned disk still holds what an image must not",
            [
                "found": findings.prefix(3).joined(separator: ", ") + more,
                "report": bake.directory.appending("hygiene.json").string,
                "next": "nothing is published; have the recipe remove it, or report a sysprep operation that missed it",
            ]
        )
    }
}
