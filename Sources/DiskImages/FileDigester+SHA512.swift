public import SystemPackage

extension FileDigester {
    /// Reads a regular file once and answers its size and its SHA-512 alone, which is what a Glance has of it.
    ///
    /// Throws as ``digest(_:progress:)`` does.
    public static func sha512(_ path: FilePath) async throws -> (size: Int64, sha512: String) {
        try await BlockingWork.run { cancellation in
            let (file, _) = try FileIO.openRegular(path)
            defer { try? file.close() }
            let accumulator = DigestAccumulator.sha512()
            let stream = ByteStream(file, path, digests: accumulator, cancellation: cancellation)
            let size = try stream.run(progress: nil)
            return (size, accumulator.onlyValue())
        }
    }
}
