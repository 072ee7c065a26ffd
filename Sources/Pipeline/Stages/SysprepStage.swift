import DiskImages
import Foundation
import Guestfs
import Recipes
import Synchronization
import SystemPackage

/// Cleans an overlay of the installed disk.
struct SysprepStage: Stage {
    static let name = StageName.sysprep

    let cloudConfig: String
    let fingerprint: Fingerprint
    /// Held by whoever makes the installed disk; let go of as soon as that is in the cache.
    let installRight: FileLock?

    func run(_ installed: InstalledDisk, _ bake: BakeContext, _ channel: StageChannel) async throws -> SealedDisk {
        // Rather now than after the minute that the appliance takes to come so far.
        try DiskSpace.require(DiskSpace.leastForSysprep, in: bake.work, "cleaning the disk")
        let accelerator = await bake.localAccelerator(channel)
        let options = bake.guestfsOptions(accelerator)
        let overlay = bake.work.appending("sealed.qcow2")
        // The blocks of the usual file systems have 4 KiB. In larger clusters the remains of deleted files stand beside what is used, and
        // no trimming reaches them.
        try await bake.qemuImg.createOverlay(
            overlay,
            backing: installed.disk,
            backingFormat: .qcow2,
            clusterSize: 4096
        )
        let request = try request(installed, overlay, bake)

        let (report, base) = try await clean(request, installed, options, bake, channel)
        if let size = report.shrunkSize { try await bake.qemuImg.resize(overlay, format: .qcow2, to: size) }
        try Files.write(report, asJSON: bake.directory.appending("sysprep.json"))
        let inventory = bake.work.appending(SealRecord.inventoryName)
        try Files.write(report.inventory, asJSON: inventory)

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
            layout: report.layout,
            stamp: installed.stamp
        )
        let entry = try await bake.cache.add(
            .sysprep,
            fingerprint,
            recipe: bake.recipe.name,
            product: record,
            files: [SealRecord.diskName: overlay, SealRecord.inventoryName: inventory],
            from: base,
            needsOrigin: true
        )
        return SealedDisk(entry: entry, record: record)
    }

    private func request(
        _ installed: InstalledDisk,
        _ overlay: FilePath,
        _ bake: BakeContext
    ) throws -> SysprepRequest {
        let secrets = CustomizationSecrets(bake.secrets.secrets.values, bakeID: bake.id)
        return try SysprepRequest(
            disk: overlay,
            format: .qcow2,
            cloudConfig: cloudConfig,
            lockRoot: bake.recipe.system.lockRoot,
            stamp: SysprepRequest.Stamp(path: "/etc/imagebake-stamp", expected: installed.stamp),
            enabled: Set(bake.recipe.sysprep.enable),
            disabled: Set(bake.recipe.sysprep.disable),
            expectedDistro: bake.recipe.os.inspectedDistribution,
            shrink: bake.recipe.sysprep.shrink,
            customizations: Customizing.steps(bake.recipe.customize, secrets)
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
                report(event, bake, channel)
            }
            return (cleaned, try await keep(installed, bake))
        } catch let error as CustomizeError {
            if isProven.withLock({ $0 }) { _ = try? await keep(installed, bake) }
            throw Failure(error, log: logs(bake).appending(CustomizedStep.logName(error.step, error.name)))
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
        // The disk is nobody's evidence any more.
        bake.traces.release()
        return entry
    }

    /// Where the logs of customising are, one for each step.
    private func logs(_ bake: BakeContext) -> FilePath { bake.directory.appending("customize") }

    /// Writes a step's log, without secrets.
    private func write(_ log: [UInt8], of step: CustomizedStep, _ bake: BakeContext) throws {
        try Files.makeDirectory(logs(bake))
        let text = bake.secrets.masker.mask(String(decoding: log, as: UTF8.self))
        try Files.write(text, to: logs(bake).appending(step.logName))
    }

    private func report(_ event: SysprepEvent, _ bake: BakeContext, _ channel: StageChannel) {
        if case .customized(let step, let log) = event {
            do {
                try write(log, of: step, bake)
            } catch {
                channel.warning("the log of step \(step.number) cannot be written: \(Failure(error).message)")
            }
        }
        event.report(to: channel)
    }
}
