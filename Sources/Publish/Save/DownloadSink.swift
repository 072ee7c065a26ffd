import DiskImages
import Glibc
import SystemPackage

/// Where a download goes: a file under a temporary name, its zeros left as holes, or something that takes bytes in order.
///
/// No file is made before there is a byte for it, so that a refusal leaves none.
final class DownloadSink: @unchecked Sendable {
    // Unchecked: the client hands bytes over one call at a time, and none after the download has returned.

    /// Where the bytes go once they are there.
    private enum Output {
        case none
        case sequential(FileDescriptor, isOwn: Bool)
        case partial(PartialFile)
        case part(ResumablePart)
    }

    /// Of how many zeros a hole is made.
    private static let hole = 64 << 10
    /// How many bytes are hashed at once: enough for a thread for each digest.
    private static let piece = 1 << 20

    /// The one digest that is compared: three take more of the processor than all else, and where one agrees the others tell nothing new.
    private let digest: (name: String, accumulator: DigestAccumulator)?
    private let destination: FilePath?
    private let partPath: FilePath?
    private let total: Int64?
    private let onEvent: @Sendable (SaveEvent) -> Void
    private var output: Output
    private var pending: [UInt8] = []
    /// How many bytes were hashed and written.
    private var position: Int64 = 0
    /// Whether an earlier download had begun it.
    private(set) var isResumed = false

    /// Opens what is there already; makes nothing.
    init(_ target: SaveTarget, for image: Image) throws {
        total = image.size
        digest = Self.digest(of: image)
        pending.reserveCapacity(Self.piece)
        let file: FilePath
        switch target {
        case .descriptor(let descriptor):
            (output, destination, partPath, onEvent) = (.sequential(descriptor, isOwn: false), nil, nil, { _ in })
            return
        case .file(let path): (file, onEvent) = (path, { _ in })
        case .resumable(let path, let handler): (file, onEvent) = (path, handler)
        }
        switch try SaveDestination(file) {
        case .device(let device):
            output = .sequential(try SaveDestination.open(device: device), isOwn: true)
            (destination, partPath) = (nil, nil)
        case .file(let file):
            destination = file
            output = .none
            if case .resumable = target {
                partPath = ResumablePart.path(beside: file, of: image)
            } else {
                partPath = nil
            }
        }
    }

    /// Takes up what an earlier download left, and answers at which byte to go on.
    func resume() async throws -> Int64 {
        guard let partPath, let destination else { return 0 }
        guard let part = try ResumablePart.open(partPath, for: destination, isCreated: false) else { return 0 }
        output = .part(part)
        let size = try part.size()
        if let total, size > total {
            try part.truncate(to: 0)
            return 0
        }
        guard size > 0 else { return 0 }
        onEvent(.resumed(partPath, bytes: size, total: total))
        // Safe: nothing else touches the accumulator before this returns.
        nonisolated(unsafe) let accumulator = digest?.accumulator
        let file = part.file
        position = try await BlockingWork.run { cancellation in
            try ByteStream(file, partPath, digests: accumulator, cancellation: cancellation).run()
        }
        isResumed = true
        return position
    }

    /// Takes what comes next.
    func write(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes
        while !rest.isEmpty {
            let count = min(rest.count, Self.piece - pending.count)
            pending.append(contentsOf: rest.prefix(count))
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
            if pending.count == Self.piece { try flush() }
        }
    }

    private func flush() throws {
        try open()
        try pending.withUnsafeBytes { bytes in
            digest?.accumulator.update(bytes)
            switch output {
            case .none: break
            case .sequential(let descriptor, _): try descriptor.writeAll(bytes)
            case .partial(let partial): try write(bytes, to: partial.file)
            case .part(let part): try write(bytes, to: part.file)
            }
        }
        position += Int64(pending.count)
        pending.removeAll(keepingCapacity: true)
    }

    private func write(_ bytes: UnsafeRawBufferPointer, to file: FileDescriptor) throws {
        var offset = 0
        while offset < bytes.count {
            let part = UnsafeRawBufferPointer(rebasing: bytes[offset..<min(bytes.count, offset + Self.hole)])
            if !Self.isZero(part) {
                do {
                    try file.writeAll(toAbsoluteOffset: position + Int64(offset), part)
                } catch {
                    throw DiskImageError(errno: FileIO.number(of: error), "cannot write", destination ?? "the output")
                }
            }
            offset += part.count
        }
    }

    private static func isZero(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let start = bytes.baseAddress, bytes.first == 0 else { return false }
        return bytes.count == 1 || memcmp(start, start + 1, bytes.count - 1) == 0
    }

    private func open() throws {
        guard case .none = output, let destination, let name = destination.lastComponent?.string else { return }
        if let partPath, let part = try ResumablePart.open(partPath, for: destination, isCreated: true) {
            // One that came since this began was not hashed.
            try part.truncate(to: 0)
            output = .part(part)
        } else {
            output = .partial(try PartialFile.create(in: destination.removingLastComponent(), for: name))
        }
    }

    /// The size of all that came, and the digest by which the image can be compared.
    func digests() throws -> KnownDigests {
        try flush()
        return KnownDigests(
            size: position,
            values: digest.map { [$0.name: $0.accumulator.onlyValue()] } ?? [:]
        )
    }

    /// What computes a digest that the cloud has of an image; nil where it has none, as of volumes, or of an algorithm that is not known here.
    private static func digest(of image: Image) -> (name: String, accumulator: DigestAccumulator)? {
        switch image.osHashValue == nil ? nil : image.osHashAlgorithm {
        case "sha512": return ("sha512", DigestAccumulator.sha512())
        case "sha256": return ("sha256", DigestAccumulator.sha256())
        default: return image.checksum == nil ? nil : ("md5", DigestAccumulator.md5())
        }
    }

    /// Gives the file its name.
    func commit() throws {
        switch output {
        case .none: break
        case .sequential(let descriptor, let isOwn): if isOwn { try descriptor.close() }
        case .partial(let partial):
            guard let destination else { return }
            // Of a file that ends with a hole too.
            guard ftruncate(partial.file.rawValue, off_t(position)) == 0 else {
                throw DiskImageError(errno: errno, "cannot write", destination)
            }
            try FileIO.sync(partial.file, destination)
            try partial.commit(to: destination)
        case .part(let part):
            try part.truncate(to: position)
            try part.commit()
        }
        output = .none
    }

    /// Ends a download that broke off: keeps what came where it can go on another time.
    func end() {
        // On a full disk the last piece does not fit, and is fetched again.
        let isFlushed = partPath != nil && !pending.isEmpty && (try? flush()) != nil
        switch output {
        case .none: break
        case .sequential(let descriptor, let isOwn): if isOwn { try? descriptor.close() }
        case .partial(let partial): partial.discard()
        case .part(let part):
            if isFlushed { try? part.truncate(to: position) }
            if let size = try? part.keep(), size > 0 { onEvent(.kept(part.path, bytes: size, total: total)) }
        }
        output = .none
    }

    /// Removes what came, since it is not the image.
    func discard() {
        if case .part(let part) = output {
            part.discard()
            if isResumed { onEvent(.restarted(part.path)) }
            output = .none
        } else {
            end()
        }
    }
}
