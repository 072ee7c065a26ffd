import Foundation

/// Finds out whether guests can really run under KVM here.
///
/// Neither `/dev/kvm` nor libvirt's capabilities can tell: on some nested hosts both are fine and every guest dies at once
/// with `kvm_buf_set_msrs: Assertion ... failed`. So a tiny guest is started, its firmware runs for a moment, and it goes.
public enum AcceleratorProbe {
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

    /// Starts a guest of 64 MiB under KVM and lets its firmware run for half a second.
    ///
    /// - Parameters:
    ///   - connection: Where to start it.
    ///   - uuid: The guest's UUID, by which a later run finds it where this one is killed.
    /// - Throws: ``LibvirtError`` where not even a guest under TCG can be started, so that no answer would be true.
    public static func run(on connection: Connection, uuid: String) async throws(LibvirtError) -> Answer {
        do throws(LibvirtError) {
            try await start(.kvm, on: connection, uuid)
            return Answer(accelerator: .kvm)
        } catch {
            try await start(.tcg, on: connection, uuid)
            return Answer(accelerator: .tcg, reason: cause(in: error.message))
        }
    }

    private static func start(
        _ accelerator: DomainDefinition.Accelerator,
        on connection: Connection,
        _ uuid: String
    ) async throws(LibvirtError) {
        let definition = DomainDefinition(
            name: "imagebake-probe-\(uuid.prefix(8))",
            uuid: uuid,
            accelerator: accelerator,
            memoryMiB: 64,
            vcpus: 1
        )
        let domain = try await connection.start(definition)
        do throws(LibvirtError) {
            let stops = try domain.stops()
            try await domain.resume()
            let stop = await withTaskGroup(of: DomainStop?.self) { group in
                group.addTask { await stops.first { _ in true } }
                group.addTask {
                    try? await Task.sleep(for: .milliseconds(500))
                    return nil
                }
                defer { group.cancelAll() }
                return await group.next() ?? nil
            }
            if let stop {
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
