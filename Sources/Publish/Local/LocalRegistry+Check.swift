public import DiskImages

extension LocalRegistry {
    /// Looks for everything that crashes, full disks, rotten bytes and meddling can leave in the registry, and repairs what can be.
    ///
    /// Nothing that might be wanted is lost by a repair: bytes without an image are removed only where the index is whole, and put into
    /// `unlisted-blobs/` where it was lost or damaged.
    ///
    /// - Parameters:
    ///   - isRepairing: Whether to repair; else nothing is changed, save that the index of an older version is brought up to date.
    ///   - isVerifying: Whether to read all bytes and compare them with their digests.
    ///   - progress: Told of the bytes that were read, of each blob from its start.
    /// - Throws: ``RegistryError`` for an index of a newer version (`schema`), and where a repair may not write (`permission`).
    public func check(
        isRepairing: Bool = false,
        isVerifying: Bool = false,
        progress: ProgressHandler? = nil
    ) async throws -> RegistryCheck {
        try await work { index, cancellation in
            var inspector = RegistryInspector(index: index, isRepairing: isRepairing)
            try inspector.inspect()
            if isVerifying { try inspector.verify(cancellation, progress) }
            try inspector.heal(cancellation)
            return inspector.report
        }
    }
}
