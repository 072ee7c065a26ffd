import DiskImages
import Foundation
import Guestfs
import Libvirt
import Recipes
import SystemPackage

/// What a bake offers to its stages.
struct BakeContext: Sendable {
    let id: String
    let recipe: Recipe
    let options: BakeOptions
    let home: Home
    let resources: Resources
    let cleanup: CleanupStack
    let cache: StageCache
    let qemuImg: QemuImg
    let hypervisor: Hypervisor
    let secrets: BakeSecrets
    let renderer: Renderer
    /// When the bake began: what is made since then is not old.
    let began: Date
    /// The room for guests and appliances that all bakes of this process share.
    let room: Room

    /// `bakes/<id>/`: what is kept.
    var directory: FilePath { home.bakes.appending(id) }
    /// `cache/work/<id>/`: what goes when the bake ends.
    var work: FilePath { home.work.appending(id) }
    /// The serial output of the install.
    var consoleLog: FilePath { directory.appending("console.log") }

    /// The accelerator for guests and for libguestfs: probed once, then remembered.
    ///
    /// - Parameters:
    ///   - connection: An open connection; without one, one is opened for the probe.
    ///   - channel: Where slow translation is announced.
    func accelerator(
        on connection: Connection? = nil,
        _ channel: StageChannel
    ) async throws -> DomainDefinition.Accelerator {
        let memory = AcceleratorMemory(home: home, hypervisor: hypervisor)
        if let answer = memory.answer { return answer.accelerator }
        channel.activity("probing for KVM with a tiny guest")
        let opened: Connection
        if let connection { opened = connection } else { opened = try await hypervisor.connect(home: home) }
        // Its guest too is found again where this process is killed.
        let probe = GuestRecord(hypervisor: hypervisor, uuid: UUID().uuidString.lowercased())
        try probe.save(in: work)
        let answer = try await AcceleratorProbe.run(on: opened, uuid: probe.uuid)
        memory.remember(answer)
        if let reason = answer.reason {
            channel.warning("no KVM here (\(reason)): guests run under TCG, which takes 5 to 10 times as long")
        }
        return answer.accelerator
    }

    /// The options of libguestfs' appliance.
    func guestfsOptions(_ accelerator: DomainDefinition.Accelerator) -> GuestfsOptions {
        GuestfsOptions(
            forceTCG: accelerator == .tcg,
            temporaryDirectory: work,
            cacheDirectory: home.cache.appending("appliance")
        )
    }
}
