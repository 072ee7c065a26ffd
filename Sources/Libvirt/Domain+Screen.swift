import CLibvirt
import Glibc

extension Domain {
    /// The port on its host at which its screen can be seen through VNC; nil where it has none.
    ///
    /// - Throws: ``LibvirtError``, with ``LibvirtError/Code/noDomain`` where it has stopped.
    public func vncPort() async throws(LibvirtError) -> Int? {
        let xml = try await connection.blocking { () throws(LibvirtError) in
            guard let text = virDomainGetXMLDesc(self.raw, 0) else {
                throw LibvirtError.last("read the definition of the guest \(self.name)")
            }
            defer { free(text) }
            return String(cString: text)
        }
        return StorageXML.text("devices/graphics[@type='vnc']/@port", in: xml).flatMap { Int($0) }.flatMap {
            $0 > 0 ? $0 : nil
        }
    }
}
