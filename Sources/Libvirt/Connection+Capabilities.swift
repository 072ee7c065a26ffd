import CLibvirt
import Glibc

extension Connection {
    /// What the host is and can run.
    public func capabilities() async throws(LibvirtError) -> HostCapabilities {
        try await blocking { () throws(LibvirtError) in
            guard let text = virConnectGetCapabilities(self.raw) else {
                throw LibvirtError.last("read what \(self.uri) can do")
            }
            defer { free(text) }
            return HostCapabilities(xml: String(cString: text))
        }
    }

    /// The firmware that the host has for guests of an architecture.
    public func firmware(for architecture: DomainDefinition.Architecture) async throws(LibvirtError)
        -> FirmwareCapabilities
    {
        let machine = architecture == .aarch64 ? "virt" : "q35"
        return try await blocking { () throws(LibvirtError) in
            guard let text = virConnectGetDomainCapabilities(self.raw, nil, architecture.name, machine, "qemu", 0)
            else {
                throw LibvirtError.last("ask \(self.uri) for its firmware")
            }
            defer { free(text) }
            return FirmwareCapabilities(xml: String(cString: text))
        }
    }
}
