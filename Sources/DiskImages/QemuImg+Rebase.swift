public import SystemPackage

extension QemuImg {
    /// Writes what an overlay holds into its backing file, which is then synced; the overlay stays as it is.
    ///
    /// What is interrupted can be repeated, for as long as the overlay is there and nobody else has written to the backing file.
    public func commit(_ overlay: FilePath) async throws {
        let overlay = try FileIO.absolute(overlay)
        // Written through, so that the last cluster is on the disk when it ends; -d does not empty the overlay.
        _ = try await run(["commit", "-q", "-f", "qcow2", "-t", "none", "-d", overlay.string], about: overlay)
    }

    /// Cuts an image, or makes it longer; what is behind the new end is lost.
    public func resize(_ image: FilePath, format: DiskFormat, to size: Int64) async throws {
        let image = try FileIO.absolute(image)
        let arguments = ["resize", "-q", "--shrink", "-f", format.rawValue, image.string, String(size)]
        _ = try await run(arguments, about: image)
    }

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
