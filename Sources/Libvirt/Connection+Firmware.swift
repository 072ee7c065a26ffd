import CLibvirt
import Glibc

extension Connection {
    /// The kinds of firmware that the hypervisor chooses by itself for q35 or virt machines: `bios`, `efi`.
    ///
    /// Source: <https://libvirt.org/formatdomaincaps.html#bios-bootloader>. Only the list for TCG is asked for; KVM has the
    /// same.
    ///
    /// - Parameter architecture: As libvirt names it, such as `x86_64`.
    /// - Throws: ``LibvirtError`` where the hypervisor has no emulator for it.
    public func firmware(of architecture: String) async throws(LibvirtError) -> Set<String> {
        let machine = architecture == "aarch64" ? "virt" : "q35"
        let xml = try await blocking { () throws(LibvirtError) in
            guard let text = virConnectGetDomainCapabilities(self.raw, nil, architecture, machine, "qemu", 0) else {
                throw LibvirtError.last("ask for what guests may be made of")
            }
            defer { free(text) }
            return String(cString: text)
        }
        // <enum name='firmware'><value>efi</value></enum>: libvirt writes it, on lines of its own.
        guard let start = xml.firstRange(of: "<enum name='firmware'>"),
            let end = xml[start.upperBound...].firstRange(of: "</enum>")
        else { return [] }
        let values = xml[start.upperBound..<end.lowerBound].split(separator: "<value>").dropFirst()
        return Set(values.map { String($0.prefix { $0 != "<" }) })
    }
}
