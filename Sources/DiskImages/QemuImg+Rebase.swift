public import SystemPackage

extension QemuImg {
    /// Gives an overlay another name for its backing file; only the header is written, no data is copied.
    ///
    /// The caller answers for it that the new name leads to the same bytes. A relative name counts from the overlay's directory, and
    /// nothing need be there yet.
    public func rename(backingOf overlay: FilePath, to backing: String, format: DiskFormat) async throws {
        let overlay = try FileIO.absolute(overlay)
        _ = try await run(
            ["rebase", "-q", "-u", "-f", "qcow2", "-F", format.rawValue, "-b", backing, overlay.string],
            about: overlay
        )
    }
}
