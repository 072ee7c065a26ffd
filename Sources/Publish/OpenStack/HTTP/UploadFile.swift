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
    ///
    /// - Parameter digest: Told the SHA-512 of what was sent once the last byte is handed over; nil saves computing it.
    func chunks(_ digest: UploadDigest?, _ progress: @escaping @Sendable (Int64) -> Void) -> Chunks {
        Chunks(file: self, digest: digest, progress: progress)
    }

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

    /// The bytes of one attempt, in pieces of 1 MiB at most.
    struct Chunks: AsyncSequence, Sendable {
        typealias Element = ByteBuffer
        fileprivate let file: UploadFile
        fileprivate let digest: UploadDigest?
        fileprivate let progress: @Sendable (Int64) -> Void

        func makeAsyncIterator() -> Iterator { Iterator(file, digest, progress) }

        /// Reads and hashes a piece while the one before it goes over the network.
        final class Iterator: AsyncIteratorProtocol {
            private let progress: @Sendable (Int64) -> Void
            private let reader: Reader
            private let size: Int64
            private var sent: Int64 = 0
            private var next: Task<ByteBuffer?, any Error>?

            fileprivate init(
                _ file: UploadFile,
                _ digest: UploadDigest?,
                _ progress: @escaping @Sendable (Int64) -> Void
            ) {
                self.progress = progress
                reader = Reader(file, digest)
                size = file.size
            }

            deinit { next?.cancel() }

            func next() async throws -> ByteBuffer? {
                // What was handed over before has gone when the next part is asked for.
                progress(sent)
                let task = next ?? read()
                next = nil
                let buffer = try await withTaskCancellationHandler {
                    try await task.value
                } onCancel: {
                    task.cancel()
                }
                guard let buffer else { return nil }
                sent += Int64(buffer.readableBytes)
                if sent < size { next = read() }
                return buffer
            }

            private func read() -> Task<ByteBuffer?, any Error> {
                let reader = reader
                return Task { try await BlockingWork.run { cancellation in try reader.read(cancellation) } }
            }
        }
    }

    /// Reads a file once, piece after piece; holes are neither read nor brought into the page cache.
    ///
    /// Safe to hand from thread to thread: a piece is asked for only when the one before it is there.
    private final class Reader: @unchecked Sendable {
        // Never written to, so that all share one; as large as a piece.
        private static let zeros = ByteBuffer(repeating: 0, count: UploadFile.chunk)

        private let file: UploadFile
        private let digest: UploadDigest?
        private let hash: DigestAccumulator?
        private var descriptor: SystemPackage.FileDescriptor?
        private var offset: Int64 = 0
        /// Where the data or the hole in which the next piece lies comes to its end.
        private var end: Int64 = 0
        private var isHole = false
        // The one before the last has gone by the time that a piece is read, and is used again: new memory for each would cost more time
        // in page faults than the bytes take on their way.
        private var last = ByteBuffer()
        private var beforeLast = ByteBuffer()

        init(_ file: UploadFile, _ digest: UploadDigest?) {
            (self.file, self.digest) = (file, digest)
            hash = digest == nil ? nil : .sha512()
        }

        deinit { try? descriptor?.close() }

        /// The next piece; nil behind the last byte.
        func read(_ cancellation: CancellationFlag) throws -> ByteBuffer? {
            try cancellation.check()
            let descriptor = try opened()
            guard offset < file.size else {
                digest?.set(size: file.size, hash)
                return nil
            }
            if offset >= end {
                let data = FileIO.nextData(of: descriptor, from: offset, size: file.size)
                isHole = data > offset
                end = isHole ? data : FileIO.nextHole(of: descriptor, from: offset, size: file.size)
            }
            let wanted = Int(Swift.min(Int64(UploadFile.chunk), end - offset))
            let piece: ByteBuffer
            if isHole {
                guard let zeros = Self.zeros.getSlice(at: 0, length: wanted) else { throw file.changed }
                piece = zeros
            } else {
                swap(&last, &beforeLast)
                try fill(&last, wanted, descriptor)
                piece = last
            }
            if let hash { piece.withUnsafeReadableBytes { hash.update($0) } }
            offset += Int64(wanted)
            if offset == file.size {
                // What was read must be what was there at the beginning.
                guard try UploadFile.identity(descriptor, file.path) == file.identity else { throw file.changed }
                digest?.set(size: file.size, hash)
            }
            return piece
        }

        private func opened() throws -> SystemPackage.FileDescriptor {
            if let descriptor { return descriptor }
            let opened = try UploadFile.open(file.path)
            descriptor = opened
            guard try UploadFile.identity(opened, file.path) == file.identity else { throw file.changed }
            _ = posix_fadvise(opened.rawValue, 0, 0, POSIX_FADV_SEQUENTIAL)
            return opened
        }

        private func fill(_ buffer: inout ByteBuffer, _ wanted: Int, _ descriptor: SystemPackage.FileDescriptor) throws
        {
            buffer.clear(minimumCapacity: wanted)
            do {
                try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: wanted) { bytes in
                    var count = 0
                    while count < wanted {
                        let part = try descriptor.read(
                            fromAbsoluteOffset: offset + Int64(count),
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
            guard buffer.readableBytes == wanted else { throw file.changed }
        }
    }
}
