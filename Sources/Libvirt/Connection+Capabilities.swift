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
}
