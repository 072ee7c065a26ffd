import Foundation
import Libvirt
import SystemPackage
import TestSupport
import Testing

extension StartTests {
    /// On a guest of kvm-pvm the firmware runs under KVM, and every kernel hangs: the probe of old said KVM there.
    @Test("under the accelerator that the probe names a kernel comes to its end")
    func probe() async throws {
        let lab = try await EmbeddedLab.open()
        let scratch = try Scratch()
        let source = try #require(
            DomainDefinition.hostKernel,
            "there is no readable kernel in /boot; run scripts/setup"
        )
        let (kernel, initrd) = (scratch.appending("vmlinuz"), scratch.appending("initrd"))
        try FileManager.default.copyItem(atPath: source.string, toPath: kernel.string)
        try Data(count: 512).write(to: URL(filePath: initrd.string))
        let answer = try await AcceleratorProbe.run(
            on: lab.connection,
            kernel: .init(kernel: kernel, initrd: initrd),
            uuid: UUID().uuidString.lowercased()
        )
        var definition = DomainDefinition(
            name: "after-probe",
            uuid: UUID().uuidString.lowercased(),
            accelerator: answer.accelerator,
            memoryMiB: 256,
            vcpus: 1
        )
        definition.boot = .init(kernel: kernel, initrd: initrd, commandLine: "console=ttyS0,115200 panic=-1")
        let domain = try await lab.connection.start(definition)
        let stops = try domain.stops()
        try await domain.resume()
        let end = await withTaskGroup(of: DomainStop?.self) { group in
            group.addTask { await stops.first { _ in true } }
            group.addTask {
                try? await Task.sleep(for: .seconds(60))
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
        try await domain.destroy()
        #expect(end == .shutDown, "\(answer)")
    }
}
