public import DiskImages
import SystemPackage

extension LocalRegistry {
    /// Publishes a file: shares or copies it into the registry, computes all digests in one pass, makes it visible.
    ///
    /// The file must be in its declared format, and safe to hand to a cloud: ``ImageInspector/requireSafe(_:declared:)``.
    /// Publishing the same bytes twice makes two images with one blob. On an error or a cancellation nothing is left.
    @discardableResult
    public func publish(_ request: ImageRequest, progress: ProgressHandler?) async throws -> Image {
        try await work { index, cancellation in
            let metadata = try ImageMetadata(request)
            let file = try FileIO.absolute(request.file)
            // Looked at twice: here so that a wrong file is refused before anything is written, below for the final bytes.
            _ = try metadata.minDisk(
                virtualSize: ImageInspector.requireSafe(file, declared: request.diskFormat).virtualSize
            )
            try index.prepare()
            let (partial, digests) = try ingest(
                file,
                request.sharing,
                index.layout,
                cancellation: cancellation,
                progress: progress
            )
            defer { partial.discard() }
            let header = try ImageInspector.requireSafe(partial.path, declared: request.diskFormat)
            try FileIO.setPermissions([.ownerRead, .groupRead, .otherRead], of: partial.file, partial.path)
            try FileIO.sync(partial.file, partial.path)
            let now = Timestamp.now()
            let image = Image(
                id: ImageID(),
                name: metadata.name,
                visibility: metadata.visibility,
                isProtected: metadata.isProtected,
                tags: metadata.tags,
                properties: metadata.properties,
                diskFormat: request.diskFormat,
                digests: digests,
                virtualSize: header.virtualSize,
                minDisk: try metadata.minDisk(virtualSize: header.virtualSize),
                minRAM: metadata.minRAM,
                createdAt: now,
                updatedAt: now
            )
            try cancellation.check()
            try commit(image, partial, index)
            return image
        }
    }

    private func ingest(
        _ file: FilePath,
        _ sharing: FileSharing,
        _ layout: RegistryLayout,
        cancellation: CancellationFlag,
        progress: ProgressHandler?
    ) throws -> (PartialFile, FileDigests) {
        let accumulator = DigestAccumulator.all()
        let (partial, method) = try FileTransfer.bring(
            file,
            into: layout.ingest,
            for: "image",
            methods: sharing.methods,
            digests: accumulator,
            cancellation: cancellation,
            progress: progress
        )
        if method == .copy {
            // The bytes went through the digests on their way.
            let size = try FileIO.status(of: partial.file, partial.path).size
            if let digests = accumulator.digests(size: size) { return (partial, digests) }
        }
        let digests = try FileDigester.digest(
            partial.file,
            partial.path,
            cancellation: cancellation,
            progress: progress
        )
        return (partial, digests)
    }

    /// Names the blob and inserts the row, in one transaction.
    private func commit(_ image: Image, _ partial: PartialFile, _ index: RegistryIndex) throws {
        let blob = index.layout.blob(image.sha256)
        do {
            try index.write { database in
                try FileIO.createDirectories(blob.removingLastComponent())
                // Also where the blob is there already: these bytes were just checked, those may be damaged.
                try partial.commit(to: blob)
                try FileIO.syncDirectory(index.layout.blobs)
                try index.insert(image, database)
            }
        } catch {
            try? index.uncancelled.write { try index.removeBlobIfUnreferenced(image.sha256, $0) }
            throw error
        }
    }
}
