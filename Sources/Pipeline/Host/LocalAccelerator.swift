import Foundation
import Guestfs
import Libvirt
import SystemPackage

/// What libguestfs' appliance runs under, for commands that are no bake.
enum LocalAccelerator {
    /// The remembered answer, else what a tiny guest tells; translation, which works everywhere, where none can be started.
    static func isTranslated(home: Home, _ channel: StageChannel) async throws -> Bool {
        let hypervisor = Hypervisor(connect: nil, environment: [:], home: home)
        let memory = AcceleratorMemory(home: home, hypervisor: hypervisor)
        if let answer = memory.answer { return answer.accelerator == .tcg }
        channel.activity("probing for KVM with a tiny guest")
        // Where this process is killed, the guest is found again by its record.
        let uuid = UUID().uuidString.lowercased()
        let work = home.work.appending("probe-\(uuid)")
        defer { try? Files.remove(work) }
        do {
            let connection = try await hypervisor.connect(home: home)
            try Files.makeDirectory(work)
            try GuestRecord(hypervisor: hypervisor, uuid: uuid).save(in: work)
            let kernel = try ProbeKernel.prepare(in: work)
            let answer = try await AcceleratorProbe.run(on: connection, kernel: kernel, uuid: uuid)
            memory.remember(answer)
            return answer.accelerator == .tcg
        } catch {
            try Task.checkCancellation()
            return true
        }
    }

    /// The options of the appliance.
    ///
    /// - Parameters:
    ///   - work: Where its temporary files go.
    ///   - deadline: How long it may run.
    static func options(
        home: Home,
        work: FilePath,
        deadline: Duration,
        _ channel: StageChannel
    ) async throws -> GuestfsOptions {
        GuestfsOptions(
            forceTCG: try await isTranslated(home: home, channel),
            temporaryDirectory: work,
            cacheDirectory: home.cache.appending("appliance"),
            deadline: deadline
        )
    }
}
