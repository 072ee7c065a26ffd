import CLibvirt
import Glibc

extension Domain {
    /// What its first screen shows.
    ///
    /// - Returns: The image's MIME type, with QEMU `image/x-portable-pixmap` or `image/png`, and its bytes, at most 64 MiB.
    /// - Throws: ``LibvirtError``, also where it has no screen.
    public func screenshot() async throws(LibvirtError) -> (type: String, bytes: [UInt8]) {
        try await connection.blocking { () throws(LibvirtError) in
            guard let stream = virStreamNew(self.connection.raw, 0) else {
                throw LibvirtError.last("make a stream for a screenshot")
            }
            defer { virStreamFree(stream) }
            guard let mime = virDomainScreenshot(self.raw, stream, 0, 0) else {
                throw LibvirtError.last("take a screenshot of the guest \(self.name)")
            }
            defer { free(mime) }
            var bytes: [UInt8] = []
            var buffer = [CChar](repeating: 0, count: 64 * 1024)
            while bytes.count < 64 << 20 {
                let count = virStreamRecv(stream, &buffer, buffer.count)
                guard count > 0 else {
                    guard count == 0 else { throw LibvirtError.last("receive a screenshot") }
                    break
                }
                bytes += buffer[..<Int(count)].map { UInt8(bitPattern: $0) }
            }
            virStreamFinish(stream)
            return (String(cString: mime), bytes)
        }
    }
}
