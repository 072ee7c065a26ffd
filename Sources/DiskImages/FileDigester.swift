public import SystemPackage

/// Computes all digests of a file in one pass.
public enum FileDigester {
    /// Reads a regular file once and answers its size, SHA-256, SHA-512 and MD5.
    ///
    /// Blocks a thread of its own, not one of Swift's pool, and holds 1 MiB whatever the file's size. Throws
    /// ``DiskImageError``, or `CancellationError` within one piece of 1 MiB after its task was cancelled.
    public static func digest(_ path: FilePath, progress: ProgressHandler? = nil) async throws -> FileDigests {
        try await BlockingWork.run { cancellation in
            let (file, _) = try FileIO.openRegular(path)
            defer { try? file.close() }
            return try digest(file, path, cancellation: cancellation, progress: progress)
        }
    }

    package static func digest(
        _ file: FileDescriptor,
        _ path: FilePath,
        cancellation: CancellationFlag,
        progress: ProgressHandler?
    ) throws -> FileDigests {
        let accumulator = DigestAccumulator.all()
        let stream = ByteStream(file, path, digests: accumulator, cancellation: cancellation)
        let size = try stream.run(progress: progress)
        guard let digests = accumulator.digests(size: size) else {
            throw DiskImageError(.io, path: path, "cannot compute the digests of \(path)")
        }
        return digests
    }
}
