import CNbd
import Glibc
import SystemPackage

/// An image that a `qemu-nbd` of our own shows as its plain disk, for as long as this lives.
///
/// libnbd starts the program with a socket that nobody else can reach, and ends it.
final class NbdExport {
    private static let context = "base:allocation"

    private let handle: OpaquePointer
    private let image: FilePath

    init(_ image: FilePath, format: DiskFormat, program: FilePath) throws(DiskImageError) {
        guard let handle = nbd_create() else {
            throw DiskImageError(.toolFailed, path: image, "cannot read \(image): \(Self.lastError)")
        }
        self.handle = handle
        self.image = image
        // Without it only what is said of blocks is missed: everything is read then.
        _ = nbd_add_meta_context(handle, Self.context)
        let arguments = [program.string, "--read-only", "--format=\(format.rawValue)", image.string]
        var strings = arguments.map { strdup($0) } + [nil]
        defer { for string in strings { free(string) } }
        guard nbd_connect_systemd_socket_activation(handle, &strings) == 0 else { throw failure }
    }

    deinit {
        nbd_close(handle)
    }

    /// The ranges of the disk, in bytes, in which there may be something else than zeros.
    func dataExtents(_ flag: CancellationFlag) throws -> [Range<Int64>] {
        let size = nbd_get_size(handle)
        guard size >= 0 else { throw failure }
        guard nbd_can_meta_context(handle, Self.context) == 1 else { return size > 0 ? [0..<size] : [] }
        let found = Extents()
        while found.end < size {
            try flag.check()
            let begin = found.end
            let status = withExtendedLifetime(found) {
                nbd_block_status(
                    handle,
                    UInt64(min(1 << 30, size - begin)),
                    UInt64(begin),
                    nbd_extent_callback(
                        callback: { opaque, _, offset, entries, count, _ in
                            guard let opaque, let entries else { return 0 }
                            Unmanaged<Extents>.fromOpaque(opaque).takeUnretainedValue()
                                .add(Int64(offset), UnsafeBufferPointer(start: entries, count: count))
                            return 0
                        },
                        user_data: Unmanaged.passUnretained(found).toOpaque(),
                        free: nil
                    ),
                    0
                )
            }
            guard status == 0 else { throw failure }
            guard found.end > begin else {
                throw DiskImageError(.toolFailed, path: image, "qemu-nbd says nothing of the blocks of \(image)")
            }
        }
        return found.data.map { $0.clamped(to: 0..<size) }
    }

    /// Reads a part of the disk.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(DiskImageError) {
        guard nbd_pread(handle, buffer.baseAddress, buffer.count, UInt64(offset), 0) == 0 else { throw failure }
    }

    private var failure: DiskImageError {
        DiskImageError(.toolFailed, path: image, "cannot read \(image) through qemu-nbd: \(Self.lastError)")
    }

    private static var lastError: String {
        nbd_get_error().map { String(cString: $0) } ?? "unknown error"
    }
}

/// What the server said of blocks, joined.
private final class Extents {
    /// Ranges with data.
    private(set) var data: [Range<Int64>] = []
    /// Up to where it is known.
    private(set) var end: Int64 = 0

    /// Takes pairs of length and flags: bit 0 is a hole, bit 1 reads as zeros (the NBD protocol, "base:allocation").
    func add(_ offset: Int64, _ entries: UnsafeBufferPointer<UInt32>) {
        var offset = offset
        for index in stride(from: 0, to: entries.count - 1, by: 2) {
            let next = offset + Int64(entries[index])
            if entries[index + 1] & 2 == 0 {
                if let last = data.last, last.upperBound == offset {
                    data[data.count - 1] = last.lowerBound..<next
                } else {
                    data.append(offset..<next)
                }
            }
            offset = next
        }
        end = max(end, offset)
    }
}
