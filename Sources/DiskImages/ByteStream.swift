import Glibc
package import SystemPackage

/// Reads a file once, from front to back, in pieces of 1 MiB, hashing it and copying it on the way.
///
/// Holes are found with SEEK_DATA and SEEK_HOLE: they are not read, and stay holes in a copy.
package struct ByteStream {
    private static let chunkSize = 1 << 20

    private let source: FileDescriptor
    private let sourcePath: FilePath
    private let target: Target?
    private let digests: DigestAccumulator?
    private let cancellation: CancellationFlag

    /// Where the bytes go.
    package enum Target {
        /// A regular file that has nothing behind what was written to it, in which holes are left out.
        case file(FileDescriptor, FilePath)
        /// Anything that is written from front to back: a pipe, a terminal, a device.
        case sequential(FileDescriptor, FilePath)
    }

    package init(
        _ source: FileDescriptor,
        _ sourcePath: FilePath,
        to target: Target? = nil,
        digests: DigestAccumulator? = nil,
        cancellation: CancellationFlag
    ) {
        self.source = source
        self.sourcePath = sourcePath
        self.target = target
        self.digests = digests
        self.cancellation = cancellation
    }

    /// Handles the whole file, or what follows its first bytes, and answers its size in bytes.
    ///
    /// A file whose size or contents change meanwhile is an error as far as the size tells.
    package func run(from start: Int64 = 0, progress: ProgressHandler? = nil) throws -> Int64 {
        let size = try FileIO.status(of: source, sourcePath).size
        var meter = ProgressMeter(total: size, handler: progress)
        _ = posix_fadvise(source.rawValue, 0, 0, POSIX_FADV_SEQUENTIAL)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.chunkSize, alignment: 4096)
        defer { buffer.deallocate() }

        var offset = start
        while offset < size {
            let data = FileIO.nextData(of: source, from: offset, size: size)
            if data > offset {
                try passZeros(buffer, from: offset, to: data, meter: &meter)
                offset = data
            }
            let end = FileIO.nextHole(of: source, from: offset, size: size)
            while offset < end {
                try cancellation.check()
                let count = try read(into: buffer, at: offset, count: Int(min(Int64(Self.chunkSize), end - offset)))
                let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
                digests?.update(bytes)
                try write(bytes, at: offset)
                offset += Int64(count)
                meter.report(offset)
            }
        }
        if case .file(let file, let path) = target, ftruncate(file.rawValue, off_t(size)) != 0 {
            throw DiskImageError(errno: errno, "cannot write", path)
        }
        guard try FileIO.status(of: source, sourcePath).size == size else { throw changed() }
        meter.finish()
        return size
    }

    private func passZeros(
        _ buffer: UnsafeMutableRawBufferPointer,
        from start: Int64,
        to end: Int64,
        meter: inout ProgressMeter
    ) throws {
        buffer.initializeMemory(as: UInt8.self, repeating: 0)
        var offset = start
        while offset < end {
            try cancellation.check()
            let count = Int(min(Int64(buffer.count), end - offset))
            let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            digests?.update(bytes)
            if case .sequential = target { try write(bytes, at: offset) }
            offset += Int64(count)
            meter.report(offset)
        }
    }

    private func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64, count: Int) throws -> Int {
        while true {
            let result = pread(source.rawValue, buffer.baseAddress, count, off_t(offset))
            if result > 0 { return result }
            if result == 0 { throw changed() }
            if errno != EINTR { throw DiskImageError(errno: errno, "cannot read", sourcePath) }
        }
    }

    private func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws {
        guard let target else { return }
        var rest = bytes
        while !rest.isEmpty {
            let result: Int
            let path: FilePath
            switch target {
            case .file(let file, let name):
                let position = off_t(offset) + off_t(bytes.count - rest.count)
                result = pwrite(file.rawValue, rest.baseAddress, rest.count, position)
                path = name
            case .sequential(let file, let name):
                try cancellation.check()
                result = Glibc.write(file.rawValue, rest.baseAddress, rest.count)
                path = name
                if result < 0, errno == EAGAIN {
                    var wait = pollfd(fd: file.rawValue, events: Int16(POLLOUT), revents: 0)
                    _ = poll(&wait, 1, 100)
                    continue
                }
            }
            if result < 0 {
                if errno == EINTR { continue }
                throw DiskImageError(errno: errno, "cannot write", path)
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[result...])
        }
    }

    private func changed() -> DiskImageError {
        DiskImageError(.corrupt, path: sourcePath, "\(sourcePath) changed while it was read")
    }
}
