import CLibvirt
import Glibc

extension Connection {
    /// The firmware that the hypervisor chooses by itself for q35 or virt machines.
    ///
    /// Source: <https://libvirt.org/formatdomaincaps.html#bios-bootloader>. Only the list for TCG is asked for; KVM has the
    /// same.
    ///
    /// - Parameter architecture: As libvirt names it, such as `x86_64`.
    /// - Throws: ``LibvirtError`` where the hypervisor has no emulator for it.
    public func firmware(of architecture: String) async throws(LibvirtError) -> FirmwareCapabilities {
        let machine = architecture == "aarch64" ? "virt" : "q35"
        return try await blocking { () throws(LibvirtError) in
            guard let text = virConnectGetDomainCapabilities(self.raw, nil, architecture, machine, "qemu", 0) else {
                throw LibvirtError.last("ask for what guests may be made of")
            }
            defer { free(text) }
            return FirmwareCapabilities(xml: String(cString: text))
        }
    }
}
