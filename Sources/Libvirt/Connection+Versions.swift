import CLibvirt
import Glibc

extension Connection {
    /// What runs guests on the other side.
    ///
    /// - Throws: ``LibvirtError``, also where the host has no QEMU.
    public func hostVersions() async throws(LibvirtError) -> HostVersions {
        let capabilities = try await capabilities()
        return try await blocking { () throws(LibvirtError) in
            var (libvirt, qemu): (UInt, UInt) = (0, 0)
            try check(virConnectGetLibVersion(self.raw, &libvirt), "read the version of libvirt")
            try check(virConnectGetVersion(self.raw, &qemu), "read the hypervisor's version")
            guard let name = virConnectGetHostname(self.raw) else { throw LibvirtError.last("read the host's name") }
            defer { free(name) }
            return HostVersions(
                hostname: String(cString: name),
                libvirt: Self.dotted(libvirt),
                qemu: Self.dotted(qemu),
                architecture: capabilities.architecture,
                offersKVM: capabilities.offersKVM
            )
        }
    }
}
