import Glibc
import SystemPackage

/// A file whose first line is a password.
enum PasswordFile {
    /// Reads the first line, and whether others than the owner may read it too.
    static func firstLine(of path: FilePath) throws(SecretError) -> (line: [UInt8], isOpen: Bool) {
        do {
            let descriptor = try FileDescriptor.open(path, .readOnly, options: [.nonBlocking, .closeOnExec])
            defer { try? descriptor.close() }
            var status = stat()
            guard fstat(descriptor.rawValue, &status) == 0 else { throw Errno(rawValue: errno) }
            guard status.st_mode & S_IFMT == S_IFREG else {
                let message = "\(path), which should hold the password of root, is not a regular file"
                throw SecretError(.unfit, message)
            }
            var buffer = [UInt8](repeating: 0, count: 4096)
            defer { buffer.wipe() }
            let count = try buffer.withUnsafeMutableBytes { try descriptor.read(into: $0) }
            var line = Array(buffer[..<count].prefix { $0 != UInt8(ascii: "\n") })
            if line.last == UInt8(ascii: "\r") { line.removeLast() }
            return (line, status.st_mode & 0o044 != 0)
        } catch let error as SecretError {
            throw error
        } catch let error as Errno {
            let code = SecretError.Code(error)
            throw SecretError(code, "\(path), which holds the password of root, cannot be read: \(error)")
        } catch {
            throw SecretError(.unreadable, "\(path), which holds the password of root, cannot be read")
        }
    }
}
