import DiskImages
import Glibc
import SystemPackage

/// Where a download goes: a file under a temporary name, its zeros left as holes, or something that takes bytes in order.
final class DownloadSink: @unchecked Sendable {
    // Unchecked: the client hands bytes over one call at a time, and none after the download has returned.
    private let accumulator = DigestAccumulator.all()
    private var size: Int64 = 0
    private let partial: PartialFile?

    /// Of how many zeros a hole is made.
    private static let hole = 64 << 10

    private let destination: FilePath?
    private let descriptor: FileDescriptor
    private let isOwn: Bool
    private let isSequential: Bool

    init(_ target: SaveTarget) throws {
        switch target {
        case .descriptor(let descriptor):
            (self.descriptor, destination, isOwn, isSequential, partial) = (descriptor, nil, false, true, nil)
        case .file(let file):
            let file = try FileIO.absolute(file)
            let status = try FileIO.status(at: file)
            if let status, status.isDirectory {
                throw DiskImageError(.invalid, path: file, "\(file) is a directory")
            }
            if let status, !status.isRegular {
                // A pipe or a device.
                descriptor = try FileDescriptor.open(file, .writeOnly, options: [.closeOnExec])
                (destination, isOwn, isSequential, partial) = (nil, true, true, nil)
            } else {
                guard let name = file.lastComponent?.string else {
                    throw DiskImageError(.invalid, path: file, "\(file) is not the name of a file")
                }
                let new = try PartialFile.create(in: file.removingLastComponent(), for: name)
                (descriptor, destination, isOwn, isSequential, partial) = (new.file, file, false, false, new)
            }
        }
    }

    /// Writes what comes next.
    func write(_ bytes: UnsafeRawBufferPointer) throws {
        accumulator.update(bytes)
        var rest = bytes
        while !rest.isEmpty {
            let part = UnsafeRawBufferPointer(rebasing: rest.prefix(Self.hole))
            if isSequential {
                try descriptor.writeAll(part)
            } else if !Self.isZero(part) {
                try descriptor.writeAll(toAbsoluteOffset: size, part)
            }
            size += Int64(part.count)
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(part.count))
        }
    }

    private static func isZero(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let start = bytes.baseAddress, bytes.first == 0 else { return false }
        return bytes.count == 1 || memcmp(start, start + 1, bytes.count - 1) == 0
    }

    /// The digests of all that was written.
    func digests() throws -> FileDigests {
        guard let digests = accumulator.digests(size: size) else {
            throw RegistryError(.io, "cannot compute the digests of a download")
        }
        return digests
    }

    /// Gives the file its name.
    func commit() throws {
        guard let partial, let destination else { return }
        // Of a file that ends with a hole too.
        guard ftruncate(partial.file.rawValue, off_t(size)) == 0 else {
            throw DiskImageError(errno: errno, "cannot write", destination)
        }
        try FileIO.sync(partial.file, destination)
        try partial.commit(to: destination)
    }

    /// Removes what was not given its name.
    func discard() {
        partial?.discard()
        if isOwn { try? descriptor.close() }
    }
}
