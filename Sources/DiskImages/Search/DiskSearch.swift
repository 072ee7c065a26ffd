import Glibc
public import SystemPackage

/// Looks for patterns in all the bytes of an image's disk: those of files, and those that no file holds any more.
///
/// The image is read through `qemu-nbd`, read-only, which undoes its compression; nothing of what is on the disk is interpreted. What a
/// file system compresses or encrypts is not seen.
public struct DiskSearch: Sendable {
    /// What is read at a time, in bytes.
    static let piece = 2 << 20

    private let program: FilePath

    /// Uses the `qemu-nbd` at a path.
    public init(program: FilePath) {
        self.program = program
    }

    /// Finds `qemu-nbd` beside qemu-img, with which it comes, or else on PATH: what is called qemu-img may be somebody's wrapper of it.
    ///
    /// Throws the code toolMissing.
    public init(beside qemuImg: QemuImg) throws(DiskImageError) {
        let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
        let directories =
            [qemuImg.executable.removingLastComponent()] + path.split(separator: ":").map { FilePath(String($0)) }
        let candidates = directories.filter(\.isAbsolute).map { $0.appending("qemu-nbd") }
        guard let found = candidates.first(where: { access($0.string, X_OK) == 0 }) else {
            throw DiskImageError(.toolMissing, "qemu-nbd is not on PATH; on Debian it is in the package qemu-utils")
        }
        program = found
    }

    /// Looks for patterns; holes and blocks of zeros are passed over.
    ///
    /// - Parameter format: The image's format, which is not probed; the image must not have a backing file.
    /// - Returns: One result for each pattern, in their order.
    /// - Throws: ``DiskImageError`` or `CancellationError`.
    public func run(_ image: FilePath, format: DiskFormat, for patterns: [SearchPattern]) async throws -> [SearchResult]
    {
        let image = try FileIO.absolute(image)
        let chain = try ImageInspector.chain(of: image, format: format)
        guard chain.count == 1 else {
            throw DiskImageError(.unsafe, path: image, "\(image) has a backing file: \(chain[1].path)")
        }
        let program = program
        return try await BlockingWork.run { flag in
            let export = try NbdExport(image, format: format, program: program)
            var search = ByteSearch(patterns)
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.piece, alignment: 16)
            defer { buffer.deallocate() }
            for extent in try export.dataExtents(flag) {
                var offset = extent.lowerBound
                while offset < extent.upperBound {
                    try flag.check()
                    let count = Int(min(Int64(Self.piece), extent.upperBound - offset))
                    try export.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]), at: offset)
                    search.take(UnsafeRawBufferPointer(rebasing: buffer[..<count]), at: offset)
                    offset += Int64(count)
                }
            }
            search.finish()
            return search.results
        }
    }
}
