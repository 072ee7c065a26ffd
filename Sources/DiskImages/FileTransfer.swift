import Glibc
public import SystemPackage

/// Puts complete files into place.
public enum FileTransfer {
    /// `_IOW(0x94, 9, int)` of linux/fs.h.
    private static let fileClone: UInt = 0x4004_9409

    /// Puts the contents of `source` at `destination`, by the first of `methods` that works here.
    ///
    /// The order is hard link, reflink, copy. What is at `destination` is replaced in one step, after the new file is
    /// complete and synced; on an error or a cancellation it stays as it was, and nothing else is left. A symbolic link at
    /// `source` is followed.
    ///
    /// A hard link shares the inode: permissions that are given here then apply to `source` too, and whoever may write to
    /// one name changes both. Ask for it only where the source belongs to imagebake, and with 0444.
    /// - Parameter permissions: Those of the new file; nil for a new file's usual ones under the umask.
    /// - Returns: The method that worked.
    /// - Throws: ``DiskImageError`` or `CancellationError`.
    @discardableResult
    public static func place(
        _ source: FilePath,
        at destination: FilePath,
        methods: Set<PlacementMethod> = [.reflink, .copy],
        permissions: FilePermissions? = nil,
        progress: ProgressHandler? = nil
    ) async throws -> PlacementMethod {
        try await BlockingWork.run { cancellation in
            let destination = try FileIO.absolute(destination)
            guard let name = destination.lastComponent?.string else {
                throw DiskImageError(.invalid, path: destination, "\(destination) is not the name of a file")
            }
            if let status = try FileIO.status(at: destination), status.isDirectory {
                throw DiskImageError(.invalid, path: destination, "\(destination) is a directory")
            }
            let (partial, method) = try bring(
                source,
                into: destination.removingLastComponent(),
                for: name,
                methods: methods,
                digests: nil,
                cancellation: cancellation,
                progress: progress
            )
            if let permissions { try FileIO.setPermissions(permissions, of: partial.file, partial.path) }
            try FileIO.sync(partial.file, destination)
            try partial.commit(to: destination)
            return method
        }
    }

    /// Removes what killed processes left half-written in a directory, and answers the paths.
    ///
    /// Those files are called `.NAME.RANDOM.imagebake-partial`. One that a living process is writing is locked and stays.
    /// A directory that does not exist has none.
    @discardableResult
    public static func sweepPartials(in directory: FilePath) throws(DiskImageError) -> [FilePath] {
        try PartialFile.sweep(directory).map(\.path)
    }

    /// The contents of `source` as a partial file in `directory`, not synced yet; blocks.
    ///
    /// `digests` is fed only where bytes are copied.
    package static func bring(
        _ source: FilePath,
        into directory: FilePath,
        for name: String,
        methods: Set<PlacementMethod>,
        digests: DigestAccumulator?,
        cancellation: CancellationFlag,
        progress: ProgressHandler?
    ) throws -> (PartialFile, PlacementMethod) {
        let (file, status) = try FileIO.openRegular(source)
        defer { try? file.close() }
        // A link to another user's file would leave its bytes, and its permissions, in that user's hands.
        if methods.contains(.hardLink), status.owner == geteuid(),
            let partial = try PartialFile.link(source, in: directory, for: name)
        {
            return (partial, .hardLink)
        }
        guard methods.contains(.reflink) || methods.contains(.copy) else {
            throw DiskImageError(.io, path: source, "cannot link \(source) into \(directory)")
        }
        let partial = try PartialFile.create(in: directory, for: name)
        if methods.contains(.reflink), ioctl(partial.file.rawValue, fileClone, file.rawValue) == 0 {
            return (partial, .reflink)
        }
        guard methods.contains(.copy) else {
            throw DiskImageError(.io, path: source, "cannot reflink \(source) into \(directory)")
        }
        let stream = ByteStream(
            file,
            source,
            to: .file(partial.file, directory.appending(name)),
            digests: digests,
            cancellation: cancellation
        )
        _ = try stream.run(progress: progress)
        return (partial, .copy)
    }
}
