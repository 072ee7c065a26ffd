public import SystemPackage

extension QemuImg {
    /// Whether two images have the same disk in them, byte for byte; holes count as zeros.
    ///
    /// - Parameter region: The part of the left disk that is compared with the right one; nil for all of it. Then the left image must not
    ///   have a backing file, whose data qemu-img would take for holes here.
    public func compare(
        _ left: FilePath,
        format leftFormat: DiskFormat,
        region: DiskRegion? = nil,
        _ right: FilePath,
        format rightFormat: DiskFormat
    ) async throws -> Bool {
        let left = try FileIO.absolute(left)
        let right = try FileIO.absolute(right)
        let part = try region?.description(in: left, format: leftFormat)
        // 1: they differ (qemu-img(1)), which it says on standard output; above that it could not tell.
        let output = try await run(
            ["compare"] + (part == nil ? ["-f", leftFormat.rawValue] : [])
                + ["-F", rightFormat.rawValue, part ?? left.string, right.string],
            about: right,
            acceptedStatus: [0, 1]
        )
        return output.contains("Images are identical")
    }
}
