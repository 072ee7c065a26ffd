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
    /// What the evidence of a failure is made of.
    let traces = GuestTraces()

    /// `bakes/<id>/`: what is kept.
    var directory: FilePath { home.bakes.appending(id) }
    /// `cache/work/<id>/`: what goes when the bake ends.
    var work: FilePath { home.work.appending(id) }
    /// The serial output of the install.
    var consoleLog: FilePath { directory.appending("console.log") }

    /// Where the files of this bake's guest lie.
    func guestStorage(on connection: Connection, _ channel: StageChannel) async throws -> any GuestStorage {
        guard hypervisor.isRemote else { return LocalGuestStorage(bake: self) }
        return try await RemoteGuestStorage.open(on: connection, self, channel)
    }

    /// The accelerator for libguestfs, which runs on this machine wherever guests do.
    func localAccelerator(_ channel: StageChannel) async -> DomainDefinition.Accelerator {
        let local = hypervisor.isRemote ? Hypervisor(connect: nil, environment: [:], home: home) : hypervisor
        // Translation works everywhere; and that there is no libvirt here is no reason to fail.
        return (try? await accelerator(of: local, on: nil, channel)) ?? .tcg
    }

    /// The accelerator for guests: probed once, then remembered.
    ///
    /// - Parameters:
    ///   - connection: An open connection.
    ///   - channel: Where slow translation is announced.
    func accelerator(
        on connection: Connection,
        _ channel: StageChannel
    ) async throws -> DomainDefinition.Accelerator {
        try await accelerator(of: hypervisor, on: connection, channel)
    }

    private func accelerator(
        of hypervisor: Hypervisor,
        on connection: Connection?,
        _ channel: StageChannel
    ) async throws -> DomainDefinition.Accelerator {
        let memory = AcceleratorMemory(home: home, hypervisor: hypervisor)
        if let answer = memory.answer { return answer.accelerator }
        channel.activity("probing for KVM with a tiny guest")
        let opened: Connection
        if let connection { opened = connection } else { opened = try await hypervisor.connect(home: home) }
        // Its guest too is found again where this process is killed.
        let uuid = UUID().uuidString.lowercased()
        let probe = "\(id)\(RemoteRecord.probe)"
        if hypervisor.isRemote {
            try RemoteRecord(bake: probe, hypervisor: hypervisor, guests: [uuid]).save(home: home)
        } else {
            try GuestRecord(hypervisor: hypervisor, uuid: uuid).save(in: work)
        }
        // On another machine there are no files of this one.
        let kernel = hypervisor.isRemote ? nil : try ProbeKernel.prepare(in: work)
        let answer: AcceleratorProbe.Answer
        do throws(LibvirtError) {
            answer = try await AcceleratorProbe.run(on: opened, kernel: kernel, uuid: uuid)
        } catch {
            // Over a lost connection the guest could not be ended.
            if error.code != .connectionLost { RemoteRecord.forget(probe, home: home) }
            throw error
        }
        RemoteRecord.forget(probe, home: home)
        memory.remember(answer)
        if let reason = answer.reason {
            let place = hypervisor.isRemote ? "on \(hypervisor.uri)" : "here"
            channel.warning("no KVM \(place) (\(reason)): guests run under TCG, which takes 5 to 10 times as long")
        }
        return answer.accelerator
    }

    /// Throws where no guest of this recipe could be started.
    func requireHypervisor(_ channel: StageChannel) async throws {
        channel.activity("asking \(hypervisor.uri) whether it can run the guest")
        let connection = try await hypervisor.connect(home: home)
        if hypervisor.isRemote { try await MachineSupport.require(recipe, on: connection) }
    }

    /// Ends a guest; where the connection to its daemon is lost, over a new one.
    func end(_ domain: Domain, uuid: String) async throws {
        do throws(LibvirtError) {
            try await domain.destroy()
        } catch  where error.code == .connectionLost {
            // A remote guest is ended with the removal of its files, which tries for longer.
            guard !hypervisor.isRemote else { return }
            // A daemon that is started anew takes a moment. Where it is not, a later command ends the guest.
            let record = RemoteRecord(bake: id, hypervisor: hypervisor, guests: [uuid])
            try record.save(home: home)
            try await record.remove(home: home)
        }
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
