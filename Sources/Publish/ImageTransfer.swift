public import DiskImages
public import SystemPackage

/// Makes an image of a file, in a registry of any kind, so that nobody else ever sees half of it.
///
/// The image is private and unprotected until its bytes are there and were compared with the file's. Whatever fails, or is cancelled,
/// leaves no image behind.
public struct ImageTransfer: Sendable {
    private let registry: any ImageRegistry
    private let isImport: Bool
    private let store: String?

    /// Creates a transfer.
    ///
    /// - Parameters:
    ///   - registry: Where to.
    ///   - isImport: Whether to stage the bytes and import them.
    ///   - store: Into which store; nil for the usual one.
    public init(registry: any ImageRegistry, isImport: Bool = false, store: String? = nil) {
        self.registry = registry
        self.isImport = isImport
        self.store = store
    }

    /// Makes the image and answers it, complete.
    ///
    /// - Parameters:
    ///   - draft: What it is to be; its format must be the file's.
    ///   - file: The file.
    ///   - digests: The file's digests, where they are known; other ones are an error.
    ///   - progress: Told of the bytes that went over.
    /// - Throws: ``RegistryError`` or `CancellationError`.
    public func create(
        _ draft: ImageDraft,
        of file: FilePath,
        digests: FileDigests? = nil,
        progress: ProgressHandler? = nil
    ) async throws -> Image {
        guard let format = draft.diskFormat else { throw RegistryError(.invalid, "the format of \(file) is not given") }
        // What would be refused later is refused before anything is made.
        try ImageLimits.checkVocabulary(draft.properties)
        try await registry.requireCreate(draft)
        do { _ = try FormatCheck.require(file, format) } catch let error as DiskImageError {
            throw RegistryError(error)
        }
        // Nothing is left then, wherever it is killed.
        if let image = try await registry.create(draft, of: file, store: store, digests: digests, progress: progress) {
            return image
        }
        var first = draft
        first.visibility = .private
        first.isProtected = false
        first.isHidden = false
        // An id that nobody else knows: where the answer is lost, there may be an image of it all the same.
        let id = draft.id ?? ImageID()
        first.id = id
        if draft.properties[ImageProperty.name] != nil, draft.properties[ImageProperty.image] == nil {
            first.properties[ImageProperty.image] = id.description
        }
        var isOurs = draft.id == nil
        var isMade = false
        do {
            let image = try await registry.create(first)
            (isOurs, isMade) = (true, true)
            return try await fill(image, draft, file, digests, progress)
        } catch {
            let isGone = isOurs ? await remove(id) : true
            guard isMade, !isGone, let error = error as? RegistryError else { throw error }
            throw RegistryError(
                error.code,
                path: error.path,
                "\(error.message); the private image \(id) is left in '\(registry.name)' and can be deleted"
            )
        }
    }

    /// Deletes what was half-made, also when this task was cancelled; answers whether it is gone.
    private func remove(_ id: ImageID) async -> Bool {
        let registry = registry
        return await Task {
            do {
                try await registry.delete(id.description)
                return true
            } catch {
                return (error as? RegistryError)?.code == .notFound
            }
        }.value
    }

    private func fill(
        _ image: Image,
        _ draft: ImageDraft,
        _ file: FilePath,
        _ digests: FileDigests?,
        _ progress: ProgressHandler?
    ) async throws -> Image {
        let stored: Image
        if isImport {
            try await registry.stage(file, for: image.id, progress: progress)
            try await registry.importData(
                .direct,
                into: image.id,
                stores: store.map { .named([$0]) } ?? .usual,
                allMustSucceed: true
            )
            try await registry.waitForImport(into: image.id)
            stored = try await registry.show(image.id.description)
            do {
                try await stored.requireStored(file, KnownDigests(digests, of: file), of: draft)
            } catch let error as DiskImageError {
                throw RegistryError(error)
            }
        } else {
            stored = try await registry.upload(
                file,
                to: image.id,
                store: store,
                digests: digests,
                progress: progress
            )
        }
        var update = ImageUpdate()
        // What is to be private stays so, and nothing is asked for.
        if draft.visibility != .private { update.visibility = draft.visibility ?? .shared }
        update.isProtected = draft.isProtected ? true : nil
        update.isHidden = draft.isHidden ? true : nil
        return update.isEmpty ? stored : try await registry.update(image.id, update)
    }
}
