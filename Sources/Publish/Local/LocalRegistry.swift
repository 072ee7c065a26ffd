import DiskImages
import Glibc
public import SystemPackage

/// A registry in a directory of this machine: an SQLite index beside content-addressed blobs.
///
///     index.sqlite             one row an image; the row is what makes an image visible
///     blobs/sha256/aa/aabb...  the bytes, read-only, named by their digest, shared by images with the same bytes
///     ingest/                  files on their way in, locked by the process that brings them
///     staging/                 staged bytes, named by the id of their image
///     index.incomplete         stands while the index may lack rows: nothing is removed then
///     unlisted-blobs/          bytes without a row that a repair put aside then
///     registry-id              by which stores know whose they are
///
/// Stores that were added have `blobs/`, `ingest/` and `unlisted-blobs/` of their own, and this registry's id in `.imagebake-store`.
///
/// Any number of processes may use it at once. Wherever one is killed, no half image is visible, and
/// ``sweepLeftovers()`` removes what it left. A blob that was published by hard link shares its inode with the published
/// file: both are 0444, and neither may be written again; ``save(_:to:progress:)`` notices if one was.
public struct LocalRegistry: ImageRegistry {
    /// The directory; it is made by the first publish.
    public let root: FilePath

    /// Who asks.
    public let actor: LocalActor

    private let patience: Double

    /// From where it fetches.
    let importFilter: ImportFilter

    /// Told of what a person has to know.
    let warn: @Sendable (String) -> Void

    /// `local`.
    public var name: String { "local" }

    /// Uses the registry in a directory, which is not looked at before the first call.
    ///
    /// - Parameters:
    ///   - root: The directory.
    ///   - actor: Who asks.
    ///   - importFilter: From where `web-download` may fetch.
    ///   - warn: Told of what a person has to know, such as that one of an image's copies is damaged.
    public init(
        root: FilePath,
        actor: LocalActor = .administrator,
        importFilter: ImportFilter = ImportFilter(),
        warn: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.init(root: root, actor: actor, importFilter: importFilter, patience: 60, warn: warn)
    }

    /// Waits `patience` seconds at most for other processes.
    init(
        root: FilePath,
        actor: LocalActor = .administrator,
        importFilter: ImportFilter = ImportFilter(),
        patience: Double,
        warn: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.importFilter = importFilter
        self.warn = warn
        self.root = root
        self.actor = actor
        self.patience = patience
    }

    /// Removes what killed processes left: ingest files without a lock, and blobs to which no image refers.
    ///
    /// Safe while others publish. Does nothing where the registry does not exist or may not be written.
    /// - Parameter isHasty: Whether to look at the blobs, and into the other stores, only where something in `ingest/` tells that a process
    ///   was killed or could not remove what it had to, which takes no time where there are many blobs.
    @discardableResult
    public func sweepLeftovers(isHasty: Bool = false) async throws -> SweepReport {
        try await work { index, _ in
            let layout = index.layout
            guard FileIO.isWritable(layout.ingest) else { return SweepReport() }
            // What is brought back in its place may be older than the blobs.
            // Looked for twice: another process may have made both just now.
            if try FileIO.status(at: layout.index) == nil, try !RegistryIndex.files(in: index.ownStore).isEmpty,
                try FileIO.status(at: layout.index) == nil
            {
                try layout.incomplete.set()
            }
            let looksAtBlobs = try !isHasty || !PartialFile.leftovers(in: layout.ingest).isEmpty
            // Staged images wait here for long, and each command would be slow that took them for leftovers.
            let looksAtStaging = try !isHasty || !FileIO.names(in: layout.staging).isEmpty
            guard looksAtBlobs || looksAtStaging else { return SweepReport() }
            var report = SweepReport()
            var ingests = [layout.ingest]
            // Without an index nothing says which blobs are in use; a lost index must not cost the bytes as well.
            if try FileIO.status(at: layout.index) != nil, index.isWritable {
                if looksAtStaging, try index.read({ try index.hasDeadStaging($0) }) == true {
                    _ = try index.write { try index.endDeadStates($0) }
                    for size in try layout.incomplete.stands()
                        ? [] : index.write({ try index.removeUnneededStaging($0) })
                    {
                        report.ingestFiles += 1
                        report.bytes += size
                    }
                }
                if looksAtBlobs {
                    for size in try index.write({ try index.removeUnreferencedBlobs($0) }) {
                        report.blobs += 1
                        report.bytes += size
                    }
                    ingests = try index.read { try index.stores($0).map(\.ingest) } ?? ingests
                }
            }
            // Last, since they are what tells the next sweep that there is something to do.
            for (path, size) in try (ingests + [layout.staging]).flatMap({ try PartialFile.sweep($0) })
            where !BlobMark.isMark(path) {
                report.ingestFiles += 1
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
