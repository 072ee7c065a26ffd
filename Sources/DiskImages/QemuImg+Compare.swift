public import SystemPackage

extension QemuImg {
    /// Whether two images have the same disk in them, byte for byte; holes count as zeros.
    public func compare(
        _ left: FilePath,
        format leftFormat: DiskFormat,
        _ right: FilePath,
        format rightFormat: DiskFormat
    ) async throws -> Bool {
        let left = try FileIO.absolute(left)
        let right = try FileIO.absolute(right)
        // 1: they differ (qemu-img(1)), which it says on standard output; above that it could not tell.
        let output = try await run(
            ["compare", "-f", leftFormat.rawValue, "-F", rightFormat.rawValue, left.string, right.string],
            about: right,
            acceptedStatus: [0, 1]
        )
        return output.contains("Images are identical")
    }
}
