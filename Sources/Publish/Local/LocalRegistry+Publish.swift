public import DiskImages
import GRDB
import SystemPackage

extension LocalRegistry {
    /// Publishes a file: shares or copies it into the registry, computes all digests in one pass, makes it visible.
    ///
    /// The file must be in its declared format, and safe to hand to a cloud: ``FormatGate``.
    /// Publishing the same bytes twice makes two images with one blob. On an error or a cancellation nothing is left.
    @discardableResult
    public func publish(_ request: ImageRequest, progress: ProgressHandler?) async throws -> Image {
        try await work { index, cancellation in
            let rules = AccessRules(actor: actor)
            let draft = try request.draft()
            if let store = request.store, store != LocalStore.own { throw try Self.refusal(of: store, index) }
            try rules.requireCreate(draft)
            let file = try FileIO.absolute(request.file)
            // Looked at twice: here so that a wrong file is refused before anything is written, below for the final bytes.
            _ = try request.minDisk(virtualSize: FormatCheck.virtualSize(file, request.declaredFormat))
            try index.prepare()
            let size = try FileIO.status(at: file)?.size ?? 0
            _ = try index.read { try requireRoom(size, index, $0) }
            let (partial, digests) = try ingest(
                file,
                request.sharing,
                index.layout,
                cancellation: cancellation,
                progress: progress
            )
            defer { partial.discard() }
            let virtualSize = try FormatCheck.virtualSize(partial.path, request.declaredFormat)
            try FileIO.setPermissions([.ownerRead, .groupRead, .otherRead], of: partial.file, partial.path)
            try FileIO.sync(partial.file, partial.path)
            var documents: [(ImageDocument, PartialFile)] = []
            defer { for (_, partial) in documents { partial.discard() } }
            for draft in request.documents { documents.append(try ingest(draft, index.layout, cancellation)) }
            var image = Image(draft, id: draft.id ?? ImageID(), owner: actor.project, at: Timestamp.now())
            image.status = .active
            image.setDigests(digests)
            // As after an upload: Glance computes none of Amazon's formats.
            image.virtualSize = request.formatName.isAmazon ? nil : virtualSize
            image.minDisk = try request.minDisk(virtualSize: virtualSize)
            image.documents = documents.map(\.0).sorted { $0.name < $1.name }
            try cancellation.check()
            let blobs =
                [(index.ownStore.blob(digests.sha256), partial)]
                + documents.map { (index.ownStore.blob($0.0.sha256), $0.1) }
            let published = image
            return try commit(blobs, index) { database in
                // Others may have come meanwhile.
                try requireRoom(digests.size, index, database)
                try index.insert(published, database)
                return published
            }
        }
    }

    /// Why nothing is published straight to another store than the registry's own.
    private static func refusal(of store: String, _ index: RegistryIndex) throws -> RegistryError {
        let isThere = try index.read { try index.stores($0).contains { $0.id == store } } ?? false
        return RegistryError(
            .invalid,
            isThere
                ? "an image is published to the store '\(LocalStore.own)' of this registry; 'image import --method copy-image' copies it to '\(store)'"
                : "there is no store '\(store)' in this registry"
        )
    }

    /// That the project may have an image more, of so many bytes.
    private func requireRoom(_ size: Int64, _ index: RegistryIndex, _ database: Database) throws {
        try index.require(.countTotal, delta: 1, for: actor.project, database)
        try index.require(.sizeTotal, delta: size, for: actor.project, database)
        try index.require(.countUploading, delta: 1, for: actor.project, database)
    }

    /// Brings a file in, and computes all its digests on the way.
    func ingest(
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

    /// Brings a document in, and answers what it is.
    private func ingest(
        _ draft: ImageDocument.Draft,
        _ layout: RegistryLayout,
        _ cancellation: CancellationFlag
    ) throws -> (ImageDocument, PartialFile) {
        let file = try FileIO.absolute(draft.file)
        let limit: Int64 = 64 << 20
        guard let size = try FileIO.status(at: file)?.size, size <= limit else {
            throw RegistryError(.invalid, path: file, "the document \(file) is missing or larger than 64 MiB")
        }
        let (partial, digests) = try ingest(file, .copy, layout, cancellation: cancellation, progress: nil)
        do {
            try FileIO.setPermissions([.ownerRead, .groupRead, .otherRead], of: partial.file, partial.path)
            try FileIO.sync(partial.file, partial.path)
        } catch {
            partial.discard()
            throw error
        }
        return (ImageDocument(name: draft.name, size: digests.size, sha256: digests.sha256), partial)
    }

    /// Names the blobs and changes the index, in one transaction.
    ///
    /// - Parameter blobs: Each with its path in its store.
    func commit<Value>(
        _ blobs: [(path: FilePath, file: PartialFile)],
        _ index: RegistryIndex,
        _ body: (Database) throws -> Value
    ) throws -> Value {
        try BlobMark.around(index.layout) {
            do {
                return try index.write { database in
                    for blob in blobs {
                        let directory = blob.path.removingLastComponent()
                        try FileIO.createDirectories(directory)
                        // Also where the blob is there already: these bytes were just checked, those may be damaged.
                        try blob.file.commit(to: blob.path)
                        try FileIO.syncDirectory(directory.removingLastComponent())
                    }
                    return try body(database)
                }
            } catch {
                try? index.uncancelled.write { database in
                    for digest in blobs.compactMap({ $0.path.lastComponent?.string }) {
                        try index.removeBlobIfUnreferenced(digest, database)
                    }
                }
                throw error
            }
        }
    }
}
