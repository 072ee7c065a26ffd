public import SystemPackage

/// Reads what an image file is from its own bytes.
///
/// qemu-img's probing is never used: a guest that writes a qcow2 header to the start of its raw disk would make the host
/// open any file that the header names.
public enum ImageInspector {
    /// Reads the first 64 KiB of a regular file and answers what they say.
    public static func inspect(_ path: FilePath) throws(DiskImageError) -> ImageHeader {
        try ImageBytes.with(path) { image in header(image) }
    }

    /// Refuses a file that is not what it is declared to be, or that no cloud should be given.
    ///
    /// For qcow2 the rules are those of ``FormatGate``. What is raw is taken as it is, whatever its partition table is worth: this asks whether
    /// a file can be opened, the gate whether a cloud takes it.
    /// - Throws: ``DiskImageError`` with the code mismatch, unsafe, corrupt or one of the file system's.
    @discardableResult
    public static func requireSafe(_ path: FilePath, declared: DiskFormat) throws(DiskImageError) -> ImageHeader {
        try ImageBytes.with(path) { image throws(DiskImageError) in
            let header = header(image)
            guard header.format.rawValue == declared.rawValue else {
                let content = ContentFormat(rawValue: header.format.rawValue) ?? .raw
                throw FormatGate.mismatch(image, DeclaredFormat(declared), content).error
            }
            if declared == .qcow2, let refusal = Qcow2Inspector.findings(image).refusals.first { throw refusal.error }
            guard header.virtualSize > 0 else { throw FormatGate.empty(image).error }
            return header
        }
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

    private static func header(_ image: ImageBytes) -> ImageHeader {
        // A partition table and the volume of a CD are among the bytes of a raw disk.
        let format =
            FormatGate.inspectors.lazy.filter { $0.matches(image) }
            .compactMap { DetectedFormat(rawValue: $0.format.rawValue) }.first ?? .raw
        let qcow2 = format == .qcow2 ? Qcow2Header(image.head) : nil
        return ImageHeader(format: format, virtualSize: qcow2?.virtualSize ?? image.size, qcow2: qcow2)
    }
}
