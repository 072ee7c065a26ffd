import DiskImages
import Glibc
import NIOCore
import SystemPackage

/// A file that is uploaded: opened anew for each attempt, and sent only as long as it is the same.
struct UploadFile: Sendable {
    private static let chunk = 1 << 20

    let path: FilePath
    /// Its size in bytes when it was first looked at.
    let size: Int64
    private let identity: Identity

    private struct Identity: Hashable {
        let device: UInt64
        let inode: UInt64
        let size: Int64
        let seconds: Int
        let nanoseconds: Int
    }

    /// Looks at a file.
    ///
    /// - Throws: `file` where it cannot be read or is no regular file.
    init(_ path: FilePath) async throws {
        let identity = try await BlockingWork.run { _ in
            let descriptor = try Self.open(path)
            defer { try? descriptor.close() }
            return try Self.identity(descriptor, path)
        }
        self.path = path
        self.identity = identity
        size = identity.size
    }

    /// The bytes from the first to the last, for one attempt.
    func chunks(_ progress: @escaping @Sendable (Int64) -> Void) -> Chunks { Chunks(file: self, progress: progress) }

    private static func open(_ path: FilePath) throws -> SystemPackage.FileDescriptor {
        do {
            return try SystemPackage.FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
        } catch let error as Errno {
            throw OpenStackError(.file, "cannot read \(path)", cause: error.description)
        }
    }

    private static func identity(_ descriptor: SystemPackage.FileDescriptor, _ path: FilePath) throws -> Identity {
        var status = stat()
        guard fstat(descriptor.rawValue, &status) == 0 else {
            throw OpenStackError(.file, "cannot read \(path)", cause: Errno(rawValue: errno).description)
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw OpenStackError(.file, "\(path) is not a regular file, and could not be sent a second time")
        }
        return Identity(
            device: UInt64(status.st_dev),
            inode: UInt64(status.st_ino),
            size: Int64(status.st_size),
            seconds: status.st_mtim.tv_sec,
            nanoseconds: status.st_mtim.tv_nsec
        )
    }

    private var changed: OpenStackError {
        OpenStackError(.changed, "\(path) changed while it was sent", hint: "let nothing write to it, and try again")
    }

    /// The bytes of one attempt, in buffers of 1 MiB.
    struct Chunks: AsyncSequence, Sendable {
        typealias Element = ByteBuffer
        fileprivate let file: UploadFile
        fileprivate let progress: @Sendable (Int64) -> Void

        func makeAsyncIterator() -> Iterator { Iterator(file, progress) }

        final class Iterator: AsyncIteratorProtocol {
            private let file: UploadFile
            private let progress: @Sendable (Int64) -> Void
            private var descriptor: SystemPackage.FileDescriptor?
            private var sent: Int64 = 0

            init(_ file: UploadFile, _ progress: @escaping @Sendable (Int64) -> Void) {
                (self.file, self.progress) = (file, progress)
            }

            deinit { try? descriptor?.close() }

            func next() async throws -> ByteBuffer? {
                // What was handed over before has gone when the next part is asked for.
                progress(sent)
                let (file, sent) = (file, sent)
                let descriptor: SystemPackage.FileDescriptor
                if let open = self.descriptor {
                    descriptor = open
                } else {
                    descriptor = try await BlockingWork.run { _ in
                        let descriptor = try UploadFile.open(file.path)
                        guard try UploadFile.identity(descriptor, file.path) == file.identity else {
                            try? descriptor.close()
                            throw file.changed
                        }
                        return descriptor
                    }
                    self.descriptor = descriptor
                }
                let wanted = Int(Swift.min(Int64(UploadFile.chunk), file.size - sent))
                guard wanted > 0 else { return nil }
                let buffer = try await BlockingWork.run { _ in
                    var buffer = ByteBufferAllocator().buffer(capacity: wanted)
                    do {
                        try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: wanted) { bytes in
                            var count = 0
                            while count < wanted {
                                let part = try descriptor.read(
                                    fromAbsoluteOffset: sent + Int64(count),
                                    into: UnsafeMutableRawBufferPointer(rebasing: bytes[count..<wanted])
                                )
                                if part == 0 { break }
                                count += part
                            }
                            return count
                        }
                    } catch let error as Errno {
                        throw OpenStackError(.file, "cannot read \(file.path)", cause: error.description)
                    }
                    // The last part: what was read must be what was there at the beginning.
                    let isLast = sent + Int64(wanted) == file.size
                    guard buffer.readableBytes == wanted,
                        try !isLast || UploadFile.identity(descriptor, file.path) == file.identity
                    else { throw file.changed }
                    return buffer
                }
                self.sent += Int64(wanted)
                return buffer
            }
        }
    }
}
