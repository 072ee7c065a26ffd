import DiskImages
import Glibc
public import SystemPackage

/// A registry in a directory of this machine: an SQLite index beside content-addressed blobs.
///
///     index.sqlite             one row an image; the row is what makes an image visible
///     blobs/sha256/aa/aabb...  the bytes, read-only, named by their digest, shared by images with the same bytes
///     ingest/                  files on their way in, locked by the process that brings them
///
/// Any number of processes may use it at once. Wherever one is killed, no half image is visible, and
/// ``sweepLeftovers()`` removes what it left. A blob that was published by hard link shares its inode with the published
/// file: both are 0444, and neither may be written again; ``save(_:to:progress:)`` notices if one was.
public struct LocalRegistry: ImageRegistry {
    /// The directory; it is made by the first publish.
    public let root: FilePath

    private let patience: Double

    /// `local`.
    public var name: String { "local" }

    /// Uses the registry in a directory, which is not looked at before the first call.
    public init(root: FilePath) {
        self.init(root: root, patience: 60)
    }

    /// Waits `patience` seconds at most for other processes.
    init(root: FilePath, patience: Double) {
        self.root = root
        self.patience = patience
    }

    /// The images that a filter admits, newest first; none where the registry does not exist yet.
    public func list(_ filter: ImageFilter) async throws -> [Image] {
        try await work { index, _ in
            let images = try index.read { try index.images($0) } ?? []
            return images.filter(filter.admits)
        }
    }

    /// One image.
    public func show(_ reference: String) async throws -> Image {
        try await work { index, _ in
            guard let image = try index.read({ try index.find(reference, $0) }) else {
                throw RegistryIndex.notFound(reference)
            }
            return image
        }
    }

    /// Deletes an image, and its blob where no other image has the same bytes.
    @discardableResult
    public func delete(_ reference: String) async throws -> Image {
        try await work { index, _ in
            guard try FileIO.status(at: index.layout.index) != nil else { throw RegistryIndex.notFound(reference) }
            let image = try index.write { database in
                let image = try index.find(reference, database)
                if image.isProtected {
                    // Glance's own text.
                    throw RegistryError(.protected, "Image \(image.id) is protected and cannot be deleted.")
                }
                try index.delete(image.id, database)
                return image
            }
            // Only after the row is gone for good; if this fails, the next sweep does it.
            try? index.uncancelled.write { try index.removeBlobIfUnreferenced(image.sha256, $0) }
            return image
        }
    }

    /// Removes what killed processes left: ingest files without a lock, and blobs to which no image refers.
    ///
    /// Safe while others publish. Does nothing where the registry does not exist or may not be written.
    @discardableResult
    public func sweepLeftovers() async throws -> SweepReport {
        try await work { index, _ in
            let layout = index.layout
            guard FileIO.isWritable(layout.ingest) else { return SweepReport() }
            let files = try PartialFile.sweep(layout.ingest)
            var report = SweepReport(ingestFiles: files.count, bytes: files.reduce(0) { $0 + $1.size })
            // Without an index nothing says which blobs are in use; a lost index must not cost the bytes as well.
            guard try FileIO.status(at: layout.index) != nil, index.isWritable else { return report }
            for size in try index.write({ try index.removeUnreferencedBlobs($0) }) {
                report.blobs += 1
                report.bytes += size
            }
            return report
        }
    }

    /// Runs blocking work off Swift's pool, and lets nothing but ``RegistryError`` and `CancellationError` out.
    func work<Value: Sendable>(
        _ body: @escaping @Sendable (RegistryIndex, CancellationFlag) throws -> Value
    ) async throws -> Value {
        do {
            return try await BlockingWork.run { cancellation in
                let layout = RegistryLayout(root: try FileIO.absolute(root))
                return try body(
                    RegistryIndex(layout: layout, patience: patience, cancellation: cancellation),
                    cancellation
                )
            }
        } catch let error as DiskImageError {
            throw RegistryError(error)
        }
    }
}
