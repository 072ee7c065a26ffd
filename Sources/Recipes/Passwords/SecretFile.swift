import Glibc
import SystemPackage

/// A file that holds a secret.
enum SecretFile {
    /// Reads a file, and whether others than the owner may read it too.
    static func read(_ path: FilePath) throws(Errno) -> (bytes: [UInt8], isRegular: Bool, isOpen: Bool) {
        do {
            let descriptor = try FileDescriptor.open(path, .readOnly, options: [.nonBlocking, .closeOnExec])
            defer { try? descriptor.close() }
            var status = stat()
            guard fstat(descriptor.rawValue, &status) == 0 else { throw Errno(rawValue: errno) }
            guard status.st_mode & S_IFMT == S_IFREG else { return ([], false, false) }
            var bytes: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 16 << 10)
            defer { buffer.wipe() }
            while bytes.count <= SecretResolver.limit {
                let count = try buffer.withUnsafeMutableBytes { try descriptor.read(into: $0) }
                if count == 0 { break }
                bytes += buffer[..<count]
            }
            return (bytes, true, status.st_mode & 0o044 != 0)
        } catch let error as Errno {
            throw error
        } catch {
            throw .ioError
        }
    }
}
