import SystemPackage

/// The places of an image file that decide what it is, read one by one: never more than 1 MiB at a time.
struct ImageBytes {
    /// The headers of all formats that begin at the start, save the descriptor of a VMDK and the tables of a VHDX, lie here.
    ///
    /// It is also the piece in which Glance reads, so that a VMDK's bare descriptor is seen as far as Glance sees it.
    static let headSize = 64 * 1024

    let path: FilePath
    /// The file's length in bytes.
    let size: Int64
    /// The first 64 KiB, less where the file is shorter.
    let head: [UInt8]
    private let file: FileDescriptor

    /// Reads the head; the caller closes the file.
    init(_ file: FileDescriptor, size: Int64, _ path: FilePath) throws(DiskImageError) {
        self.file = file
        self.size = size
        self.path = path
        head = try Self.read(file, path, at: 0, count: Self.headSize)
    }

    /// Opens a regular file for the time of `body`.
    static func with<Value>(
        _ path: FilePath,
        _ body: (ImageBytes) throws(DiskImageError) -> Value
    ) throws(DiskImageError) -> Value {
        let (file, status) = try FileIO.openRegular(path)
        defer { try? file.close() }
        return try body(try ImageBytes(file, size: status.size, path))
    }

    /// The bytes at a place; fewer, or none, where the file ends before.
    func bytes(at offset: Int64, count: Int) throws(DiskImageError) -> [UInt8] {
        guard offset >= 0, offset < size else { return [] }
        return try Self.read(file, path, at: offset, count: count)
    }

    /// Whether the head has these bytes at a place.
    func has(_ magic: [UInt8], at offset: Int = 0) -> Bool {
        head.count >= offset + magic.count && head[offset..<offset + magic.count].elementsEqual(magic)
    }

    /// A refusal whose message reads `PATH WHAT (at offset N); ADVICE`.
    func refusal(
        _ rule: GateRule,
        _ code: DiskImageError.Code = .unsafe,
        at offset: Int64? = nil,
        _ what: String,
        _ advice: String
    ) -> GateRefusal {
        let place = offset.map { " (at offset \($0))" } ?? ""
        return GateRefusal(
            rule: rule,
            offset: offset,
            error: DiskImageError(code, path: path, "\(path) \(what)\(place); \(advice)")
        )
    }

    /// The refusal of a file that ends too early.
    func truncated(_ format: ContentFormat, needs: Int64) -> GateRefusal {
        refusal(
            .truncated,
            .corrupt,
            at: size,
            "begins as \(format.rawValue) and ends after \(size) bytes, where its headers need \(needs)",
            "copy or convert it again"
        )
    }

    private static func read(
        _ file: FileDescriptor,
        _ path: FilePath,
        at offset: Int64,
        count: Int
    ) throws(DiskImageError) -> [UInt8] {
        guard count > 0 else { return [] }
        do {
            return try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                let bytes = UnsafeMutableRawBufferPointer(buffer)
                while filled < count {
                    let read = try file.read(
                        fromAbsoluteOffset: offset + Int64(filled),
                        into: UnsafeMutableRawBufferPointer(rebasing: bytes[filled...])
                    )
                    if read == 0 { break }
                    filled += read
                }
            }
        } catch {
            throw DiskImageError(errno: FileIO.number(of: error), "cannot read", path)
        }
    }
}
