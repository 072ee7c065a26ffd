public import SystemPackage

/// Reads what an image file is from its own bytes.
///
/// qemu-img's probing is never used: a guest that writes a qcow2 header to the start of its raw disk would make the host
/// open any file that the header names.
public enum ImageInspector {
    /// The headers of all the formats, and a qcow2 image's names, lie within one cluster of at most 2 MiB; QEMU and
    /// oslo's inspector put them in the first 64 KiB.
    private static let headSize = 64 * 1024

    /// Reads the first 64 KiB of a regular file and answers what they say.
    public static func inspect(_ path: FilePath) throws(DiskImageError) -> ImageHeader {
        let (file, status) = try FileIO.openRegular(path)
        defer { try? file.close() }
        let head = try readHead(file, path)
        let format = detect(head)
        let qcow2 = format == .qcow2 ? Qcow2Header(head) : nil
        return ImageHeader(format: format, virtualSize: qcow2?.virtualSize ?? status.size, qcow2: qcow2)
    }

    /// Refuses a file that is not what it is declared to be, or that no cloud should be given.
    ///
    /// The rules are those that Glance enforces since 2025.1 (oslo.utils, imageutils/format_inspector.py) for qcow2: the
    /// declared format, version 2 or 3, no backing file, no external data file, no feature beyond zstd clusters. Beyond
    /// those: not dirty, not corrupt, no internal snapshots, not encrypted, not empty.
    /// - Throws: ``DiskImageError`` with the code mismatch, unsafe, corrupt or one of the file system's.
    @discardableResult
    public static func requireSafe(_ path: FilePath, declared: DiskFormat) throws(DiskImageError) -> ImageHeader {
        let header = try inspect(path)
        guard header.format.rawValue == declared.rawValue else {
            throw DiskImageError(
                .mismatch,
                path: path,
                "\(path) is declared as \(declared.rawValue) but is \(header.format.rawValue)"
            )
        }
        if declared == .qcow2 {
            guard let qcow2 = header.qcow2 else {
                throw DiskImageError(.corrupt, path: path, "\(path) has a damaged qcow2 header")
            }
            try requireSafe(qcow2, path)
        }
        guard header.virtualSize > 0 else { throw DiskImageError(.invalid, path: path, "\(path) is an empty image") }
        return header
    }

    private static func requireSafe(_ header: Qcow2Header, _ path: FilePath) throws(DiskImageError) {
        func refuse(_ why: String) -> DiskImageError { DiskImageError(.unsafe, path: path, "\(path) \(why)") }
        guard header.version == 2 || header.version == 3 else {
            throw refuse("is qcow2 version \(header.version), which is neither 2 nor 3")
        }
        if let backing = header.backingFile { throw refuse("has a backing file: \(backing)") }
        if header.hasDataFile { throw refuse("keeps its data in an external file") }
        if header.isCorrupt { throw DiskImageError(.corrupt, path: path, "\(path) is marked as corrupt") }
        if header.isDirty { throw DiskImageError(.corrupt, path: path, "\(path) was not closed properly") }
        if header.incompatibleFeatures & 0x10 != 0 { throw refuse("has extended L2 entries, which Glance refuses") }
        if header.incompatibleFeatures >> 5 != 0 { throw refuse("has qcow2 features that nobody knows") }
        if header.snapshotCount != 0 { throw refuse("has internal snapshots") }
        if header.encryptionMethod != 0 { throw refuse("is encrypted") }
    }

    /// The files that make up a disk: `path` and the backing files below it, each with its format.
    ///
    /// Throws the code unsafe where an overlay does not state a format, names something that is not a plain path, or keeps
    /// its data elsewhere; mismatch where a file is not in its stated format.
    package static func chain(
        of path: FilePath,
        format: DiskFormat
    ) throws(DiskImageError) -> [(path: FilePath, format: DiskFormat)] {
        var chain: [(path: FilePath, format: DiskFormat)] = []
        var next: (path: FilePath, format: DiskFormat)? = (path, format)
        while let current = next {
            guard chain.count < 64 else {
                throw DiskImageError(.unsafe, path: path, "\(path) has a chain of backing files without an end")
            }
            chain.append(current)
            next = try backing(of: current.path, format: current.format)
        }
        return chain
    }

    private static func backing(
        of path: FilePath,
        format: DiskFormat
    ) throws(DiskImageError) -> (path: FilePath, format: DiskFormat)? {
        // A raw disk is whatever the guest wrote; its bytes are not looked at.
        guard format == .qcow2 else { return nil }
        let header = try inspect(path)
        guard header.format == .qcow2 else {
            throw DiskImageError(
                .mismatch,
                path: path,
                "\(path) is declared as qcow2 but is \(header.format.rawValue)"
            )
        }
        guard let qcow2 = header.qcow2 else {
            throw DiskImageError(.corrupt, path: path, "\(path) has a damaged qcow2 header")
        }
        if qcow2.hasDataFile {
            throw DiskImageError(.unsafe, path: path, "\(path) keeps its data in an external file")
        }
        guard let backing = qcow2.backingFile else { return nil }
        guard let stated = qcow2.backingFormat, let backingFormat = DiskFormat(rawValue: stated) else {
            throw DiskImageError(
                .unsafe,
                path: path,
                "\(path) does not state a usable format for its backing file \(backing)"
            )
        }
        // A colon before the first slash makes QEMU take the name for a protocol.
        if backing.string.prefix(while: { $0 != "/" }).contains(":") {
            throw DiskImageError(.unsafe, path: path, "\(path) has a backing file that is no plain path: \(backing)")
        }
        let resolved = backing.isAbsolute ? backing : path.removingLastComponent().pushing(backing)
        return (resolved, backingFormat)
    }

    private static func readHead(_ file: FileDescriptor, _ path: FilePath) throws(DiskImageError) -> [UInt8] {
        var head: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: headSize)
        while head.count < headSize {
            let count: Int
            do {
                count = try buffer.withUnsafeMutableBytes { bytes in
                    try file.read(
                        fromAbsoluteOffset: Int64(head.count),
                        into: UnsafeMutableRawBufferPointer(rebasing: bytes[..<(headSize - head.count)])
                    )
                }
            } catch {
                throw DiskImageError(errno: FileIO.number(of: error), "cannot read", path)
            }
            if count == 0 { break }
            head += buffer[..<count]
        }
        return head
    }

    private static func detect(_ head: [UInt8]) -> DetectedFormat {
        func has(_ magic: [UInt8], at offset: Int = 0) -> Bool { head.dropFirst(offset).starts(with: magic) }
        if has([0x51, 0x46, 0x49, 0xfb]) { return .qcow2 }
        if has(Array("KDMV".utf8)) || has(Array("# Disk DescriptorFile".utf8)) { return .vmdk }
        if has(Array("vhdxfile".utf8)) { return .vhdx }
        if has(Array("conectix".utf8)) { return .vhd }
        if has([0x7f, 0x10, 0xda, 0xbe], at: 0x40) { return .vdi }
        if has(Array("LUKS".utf8) + [0xba, 0xbe]) { return .luks }
        if has(Array("QED".utf8) + [0]) { return .qed }
        return .raw
    }
}
