import Foundation
public import SystemPackage

/// Finds out whether guests can really run under KVM here.
///
/// Neither `/dev/kvm` nor libvirt's capabilities can tell: on some nested hosts both are fine and every guest dies at once
/// with `kvm_buf_set_msrs: Assertion ... failed`. On others, such as guests of a hypervisor that has kvm-pvm, the firmware runs and every
/// kernel hangs before its first line. So a kernel is started where there is one: without a root it panics, reboots, and is gone.
public enum AcceleratorProbe {
    /// A kernel for the probe's guest, in files that QEMU may read and libvirt may give to QEMU's user.
    public struct Kernel: Sendable {
        let boot: DomainDefinition.DirectBoot

        /// Names a Linux kernel of this machine's architecture, and an archive that may be empty.
        public init(kernel: FilePath, initrd: FilePath) {
            // -1: at once (kernel-parameters.txt).
            boot = .init(kernel: kernel, initrd: initrd, commandLine: "console=ttyS0,115200 panic=-1 quiet")
        }
    }

    /// For how long a kernel may take to its end under KVM; it takes one or two seconds.
    static let patience = Duration.seconds(20)

    /// What a probe found.
    public struct Answer: Codable, Equatable, Sendable {
        /// The accelerator to use.
        public let accelerator: DomainDefinition.Accelerator
        /// Why it is not KVM, in the hypervisor's words; nil where it is.
        public let reason: String?

        /// Creates an answer.
        public init(accelerator: DomainDefinition.Accelerator, reason: String? = nil) {
            self.accelerator = accelerator
            self.reason = reason
        }
    }

    /// Starts a guest under KVM, with a kernel until it ends by itself, else with its firmware alone for half a second.
    ///
    /// - Parameters:
    ///   - connection: Where to start it.
    ///   - kernel: What to start in it; nil for the firmware alone, which tells less.
    ///   - uuid: The guest's UUID, by which a later run finds it where this one is killed.
    /// - Throws: ``LibvirtError`` where not even a guest under TCG can be started, so that no answer would be true.
    public static func run(
        on connection: Connection,
        kernel: Kernel?,
        uuid: String
    ) async throws(LibvirtError) -> Answer {
        do throws(LibvirtError) {
            try await start(.kvm, on: connection, kernel, uuid)
            return Answer(accelerator: .kvm)
        } catch {
            // Translation works wherever QEMU does, so that the firmware is enough.
            try await start(.tcg, on: connection, nil, uuid)
            return Answer(accelerator: .tcg, reason: cause(in: error.message))
        }
    }

    private static func start(
        _ accelerator: DomainDefinition.Accelerator,
        on connection: Connection,
        _ kernel: Kernel?,
        _ uuid: String
    ) async throws(LibvirtError) {
        var definition = DomainDefinition(
            name: "imagebake-probe-\(uuid.prefix(8))",
            uuid: uuid,
            accelerator: accelerator,
            memoryMiB: kernel == nil ? 64 : 256,
            vcpus: 1
        )
        definition.boot = kernel?.boot
        let domain = try await connection.start(definition)
        do throws(LibvirtError) {
            let stops = try domain.stops()
            try await domain.resume()
            let stop = await withTaskGroup(of: DomainStop?.self) { group in
                group.addTask { await stops.first { _ in true } }
                group.addTask {
                    try? await Task.sleep(for: kernel == nil ? .milliseconds(500) : patience)
                    return nil
                }
                defer { group.cancelAll() }
                return await group.next() ?? nil
            }
            switch (stop, kernel) {
            case (nil, nil), (.shutDown, .some): break
            case (nil, .some):
                let message =
                    "a kernel that was started under it had not come to its end after \(patience.components.seconds) s"
                throw LibvirtError(code: .other(0), operation: "run a guest", message: message)
            case (.some(let stop), _):
                throw LibvirtError(code: .other(0), operation: "run a guest", message: "the guest ended (\(stop))")
            }
        } catch {
            try? await domain.destroy()
            throw error
        }
        try await domain.destroy()
    }

    // QEMU's last words come after libvirt's own and a time stamp; the line with the error is what helps.
    private static func cause(in message: String) -> String {
        let lines = message.split(separator: "\n").map(String.init)
        let line = lines.first { $0.contains("error:") } ?? lines.first ?? message
        let prefix = line.range(of: "qemu-system-[^:]*: (error: )?", options: .regularExpression)
        guard let range = prefix else { return line }
        return String(line[range.upperBound...])
    }
}
