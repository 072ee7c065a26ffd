public import DiskImages
import GRDB
public import SystemPackage

extension LocalRegistry {
    /// Publishes a file: shares or copies it into the registry, computes all digests in one pass, makes it visible.
    ///
    /// The file must be in its declared format, and safe to hand to a cloud: ``FormatGate``.
    /// Publishing the same bytes twice makes two images with one blob. On an error or a cancellation nothing is left.
    @discardableResult
    public func publish(_ request: ImageRequest, progress: ProgressHandler?) async throws -> Image {
        if let store = request.store, store != LocalStore.own { throw try await refusal(of: store) }
        var making = Making(draft: try request.draft(), file: request.file)
        making.sharing = request.sharing
        making.digests = request.digests
        making.documents = request.documents
        making.minDisk = { virtualSize, file in
            // Glance computes none of Amazon's formats; a root file system needs its room all the same.
            try request.minDisk(virtualSize: virtualSize ?? FormatCheck.virtualSize(file, request.declaredFormat))
        }
        return try await make(making, progress)
    }

    /// Makes an image of a file in one step: its row is there when its bytes are, and wherever the process is killed there is none.
    public func create(
        _ draft: ImageDraft,
        of file: FilePath,
        store: String?,
        digests: FileDigests?,
        progress: ProgressHandler?
    ) async throws -> Image? {
        try ImageLimits.check(draft)
        if let store { try await requireStore(store) }
        var making = Making(draft: draft, file: file)
        making.store = store
        making.digests = digests
        making.minDisk = { _, _ in draft.minDisk }
        return try await make(making, progress)
    }

    /// What an image is to be, and of what it is made.
    private struct Making: Sendable {
        let draft: ImageDraft
        let file: FilePath
        var sharing = FileSharing.reflink
        /// A store that there is; nil for the registry's own.
        var store: String?
        /// What the file's digests are to be, where they are known.
        var digests: FileDigests?
        var documents: [ImageDocument.Draft] = []
        /// The smallest disk in GiB for a disk of so many bytes, where the format tells them, in a file.
        var minDisk: @Sendable (Int64?, FilePath) throws -> Int = { _, _ in 0 }

        init(draft: ImageDraft, file: FilePath) { (self.draft, self.file) = (draft, file) }
    }

    private func make(_ making: Making, _ progress: ProgressHandler?) async throws -> Image {
        try await work { index, cancellation in
            let rules = AccessRules(actor: actor)
            let draft = making.draft
            try rules.requireCreate(draft)
            guard let format = draft.diskFormat, draft.containerFormat != nil else {
                throw RegistryError(
                    .invalid,
                    "Properties disk_format, container_format must be set prior to saving data."
                )
            }
            let file = try FileIO.absolute(making.file)
            // Looked at twice: here so that a wrong file is refused before anything is written, below for the final bytes.
            _ = try making.minDisk(FormatCheck.require(file, format), file)
            try index.prepare()
            let size = try FileIO.status(at: file)?.size ?? 0
            var image = Image(draft, id: draft.id ?? ImageID(), owner: actor.project, at: Timestamp.now())
            // As what is sent to a Glance has it from its beginning; what says already which image it is about is a copy of that one.
            if image.properties[ImageProperty.name] != nil, image.properties[ImageProperty.image] == nil {
                image.properties[ImageProperty.image] = image.id.description
            }
            let id = image.id
            func requireAdmission(_ size: Int64, _ database: Database) throws {
                try requireNew(id, index, database)
                try requireRoom(size, index, database)
            }
            let choice = making.store.map { StoreChoice.named([$0]) } ?? .usual
            let store =
                try index.read { database in
                    try requireAdmission(size, database)
                    return try index.stores(choice, database).first ?? index.ownStore
                } ?? index.ownStore
            let (partial, digests) = try ingest(
                file,
                making.sharing,
                index.layout,
                cancellation: cancellation,
                progress: progress
            )
            defer { partial.discard() }
            try Self.require(digests, expected: making.digests, file)
            let virtualSize = try FormatCheck.require(partial.path, format)
            try FileIO.setPermissions([.ownerRead, .groupRead, .otherRead], of: partial.file, partial.path)
            try FileIO.sync(partial.file, partial.path)
            var documents: [(ImageDocument, PartialFile)] = []
            defer { for (_, partial) in documents { partial.discard() } }
            for draft in making.documents { documents.append(try ingest(draft, index.layout, cancellation)) }
            image.status = .active
            image.setDigests(digests)
            image.virtualSize = virtualSize
            image.minDisk = try making.minDisk(virtualSize, partial.path)
            image.documents = documents.map(\.0).sorted { $0.name < $1.name }
            try cancellation.check()
            var bytes = partial
            if store.id != LocalStore.own {
                let copies = try place(
                    partial.path,
                    digests.sha256,
                    in: [store],
                    allMustSucceed: true,
                    isVerifying: false,
                    cancellation
                )
                bytes = copies.first?.1 ?? partial
            }
            defer { bytes.discard() }
            let blobs =
                [(store.blob(digests.sha256), bytes)] + documents.map { (index.ownStore.blob($0.0.sha256), $0.1) }
            let made = image
            return try commit(blobs, index) { database in
                // Others may have come meanwhile.
                try requireAdmission(digests.size, database)
                try index.requirePresent([store], database)
                try index.insert(made, database)
                try index.setStores([store], of: id, database)
                return try index.find(id.description, for: rules, database)
            }
        }
    }

    private func requireNew(_ id: ImageID, _ index: RegistryIndex, _ database: Database) throws {
        guard try !index.has(id, database) else {
            throw RegistryError(.conflict, "Image ID \(id) already exists!")
        }
    }

    /// That a file is still what it was said to be.
    static func require(_ digests: FileDigests, expected: FileDigests?, _ file: FilePath) throws(RegistryError) {
        guard let expected, expected != digests else { return }
        throw RegistryError(
            .corrupt,
            path: file,
            "\(file) is not what it was: its sha256 is \(digests.sha256), not \(expected.sha256)"
        )
    }

    /// Why nothing is published straight to another store than the registry's own.
    private func refusal(of store: String) async throws -> RegistryError {
        let isThere = try await stores(detailed: false).contains { $0.id == store }
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
        try BlobMark.around(index.layout) { mark in
            var isNamed = false
            do {
                return try index.write { database in
                    for blob in blobs {
                        isNamed = true
                        let directory = blob.path.removingLastComponent()
                        try FileIO.createDirectories(directory)
                        // Also where the blob is there already: these bytes were just checked, those may be damaged.
                        try blob.file.commit(to: blob.path)
                        try FileIO.syncDirectory(directory.removingLastComponent())
                    }
                    return try body(database)
                }
            } catch {
                // Where the transaction did not begin there is nothing to clean up.
                guard isNamed else { throw error }
                mark.clean {
                    try index.uncancelled.write { database in
                        for digest in blobs.compactMap({ $0.path.lastComponent?.string }) {
                            try index.removeBlobIfUnreferenced(digest, database)
                        }
                    }
                }
                throw error
            }
        }
    }
}
