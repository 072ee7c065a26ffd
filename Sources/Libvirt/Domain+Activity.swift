import CLibvirt
import Glibc

extension Domain {
    /// What a guest has done since it was started, in numbers that only grow.
    public struct Activity: Equatable, Sendable {
        /// The nanoseconds that its processors were busy.
        public var processorTime: UInt64
        /// The requests to its disks, reads, writes and flushes.
        public var diskRequests: Int64
        /// The bytes that its network cards sent and received; nil where nobody counts them, as in QEMU's user network.
        public var networkBytes: Int64?

        /// Creates an activity.
        public init(processorTime: UInt64, diskRequests: Int64, networkBytes: Int64?) {
            self.processorTime = processorTime
            self.diskRequests = diskRequests
            self.networkBytes = networkBytes
        }
    }

    /// What the guest has done so far.
    ///
    /// Source: <https://libvirt.org/html/libvirt-libvirt-domain.html#virConnectGetAllDomainStats>, `block.<n>.rd.reqs`, `net.<n>.rx.bytes`
    /// and on.
    ///
    /// - Throws: ``LibvirtError``, with ``LibvirtError/Code/noDomain`` where it has stopped.
    public func activity() async throws(LibvirtError) -> Activity {
        try await connection.blocking(within: .seconds(60)) { () throws(LibvirtError) in
            var domains: [OpaquePointer?] = [self.raw, nil]
            var records: UnsafeMutablePointer<virDomainStatsRecordPtr?>?
            let wanted =
                VIR_DOMAIN_STATS_CPU_TOTAL.rawValue | VIR_DOMAIN_STATS_INTERFACE.rawValue
                | VIR_DOMAIN_STATS_BLOCK.rawValue
            let count = virDomainListGetStats(&domains, wanted, &records, 0)
            try check(count, "ask what the guest \(self.name) has done")
            defer { virDomainStatsRecordListFree(records) }
            guard count > 0, let record = records?[0]?.pointee else {
                throw LibvirtError(code: .noDomain, operation: "ask what the guest has done", message: "it has stopped")
            }
            var activity = Activity(processorTime: 0, diskRequests: 0, networkBytes: nil)
            for index in 0..<Int(record.nparams) {
                guard let parameter = record.params?[index] else { continue }
                let name = withUnsafeBytes(of: parameter.field) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                }
                let value = Int64(clamping: parameter.value.ul)
                switch name {
                case "cpu.time": activity.processorTime = parameter.value.ul
                case _ where name.hasPrefix("block.") && name.hasSuffix(".reqs"): activity.diskRequests += value
                case _ where name.hasPrefix("net.") && name.hasSuffix("x.bytes"):
                    activity.networkBytes = (activity.networkBytes ?? 0) + value
                default: break
                }
            }
            return activity
        }
    }
}
