import Glibc
import SystemPackage

/// The calls that a stream socket of this machine needs (unix(7)).
enum UnixSocket {
    /// Listens at a path that is not there yet.
    static func listen(at path: FilePath) throws(Failure) -> FileDescriptor {
        let descriptor = try open(path)
        do throws(Failure) {
            try call("bind", path) { bind(descriptor.rawValue, $0, $1) }
            guard chmod(path.string, 0o600) == 0, Glibc.listen(descriptor.rawValue, 8) == 0 else {
                throw Files.failure(Errno(rawValue: errno), "cannot listen at \(path)")
            }
            return descriptor
        } catch {
            try? descriptor.close()
            throw error
        }
    }

    /// Connects to who listens at a path.
    static func connect(to path: FilePath) throws(Failure) -> FileDescriptor {
        let descriptor = try open(path)
        do throws(Failure) {
            try call("connect to", path) { Glibc.connect(descriptor.rawValue, $0, $1) }
            return descriptor
        } catch {
            try? descriptor.close()
            throw error
        }
    }

    /// Waits for the next visitor; nil when nobody listens any more.
    static func accept(on listener: FileDescriptor) -> FileDescriptor? {
        while true {
            let result = Glibc.accept(listener.rawValue, nil, nil)
            if result >= 0 {
                _ = fcntl(result, F_SETFD, FD_CLOEXEC)
                return FileDescriptor(rawValue: result)
            }
            guard errno == EINTR || errno == ECONNABORTED else { return nil }
        }
    }

    /// Sends all bytes, or nothing more where the other side does not read.
    static func send(_ bytes: [UInt8], to descriptor: FileDescriptor) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor.rawValue, $0.baseAddress, $0.count, flags)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Waits for bytes; nil at the end.
    static func receive(from descriptor: FileDescriptor) -> [UInt8]? {
        while true {
            var count = 0
            let bytes = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, filled in
                count = recv(descriptor.rawValue, buffer.baseAddress, buffer.count, 0)
                filled = max(0, count)
            }
            if count < 0, errno == EINTR { continue }
            return count > 0 ? bytes : nil
        }
    }

    /// Ends both directions, so that whoever waits for something wakes up.
    static func shutDown(_ descriptor: FileDescriptor) {
        shutdown(descriptor.rawValue, Int32(SHUT_RDWR))
    }

    private static func open(_ path: FilePath) throws(Failure) -> FileDescriptor {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        let result = socket(AF_UNIX, type, 0)
        guard result >= 0 else { throw Files.failure(Errno(rawValue: errno), "cannot make a socket") }
        return FileDescriptor(rawValue: result)
    }

    private static func call(
        _ what: String,
        _ path: FilePath,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) throws(Failure) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.string.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw Failure(
                .inputOutput,
                "the path of a socket is too long: \(path)",
                ["next": "set TMPDIR to a shorter one"]
            )
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let result = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else { throw Files.failure(Errno(rawValue: errno), "cannot \(what) \(path)") }
    }
}
