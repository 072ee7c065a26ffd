public import DiskImages
import GRDB
public import SystemPackage

extension LocalRegistry {
    /// Gives an image its bytes: shared or copied into the registry, their digests computed in the same pass.
    ///
    /// - Parameters:
    ///   - file: A file in the image's format that is safe to hand to a cloud.
    ///   - id: An image without bytes; one that has them is a conflict, and so is one that got them meanwhile.
    ///   - store: The store's name; nil for the registry's own.
    ///   - digests: What the file's are to be; other ones are an error (the code corrupt).
    @discardableResult
    public func upload(
        _ file: FilePath,
        to id: ImageID,
        store: String?,
        digests: FileDigests?,
        progress: ProgressHandler?
    ) async throws -> Image {
        // Glance answers an upload to a store that there is not with 400, and an import with 409.
        if let store { try await requireStore(store) }
        return try await bring(
            file,
            to: id,
            from: [.queued],
            into: store.map { .named([$0]) } ?? .usual,
            sharing: .reflink,
            digests: digests,
            progress: progress
        )
    }

    /// That there is a store of this name.
    func requireStore(_ store: String) async throws {
        let known = try await stores(detailed: false).map(\.id)
        guard known.contains(store) else {
            throw RegistryError(
                .invalid,
                "there is no store '\(store)'; this registry has \(known.joined(separator: ", "))"
            )
        }
    }

    /// Puts bytes into an image's staging area.
    public func stage(_ file: FilePath, for id: ImageID, progress: ProgressHandler?) async throws {
        let image = try await show(id.description)
        try AccessRules(actor: actor).requireUpload(to: image)
        try Self.require(image, in: [.queued], to: "stage data")
        try await work { index, cancellation in
            try FileIO.createDirectories(index.layout.staging)
            let size = try FileIO.status(at: try FileIO.absolute(file))?.size ?? 0
            func requireRoom(_ database: Database) throws {
                try index.require(.stageTotal, delta: size, for: actor.project, database)
                try index.require(.countUploading, delta: 1, for: actor.project, database)
            }
            _ = try index.read(requireRoom)
            let (partial, _) = try FileTransfer.bring(
                try FileIO.absolute(file),
                into: index.layout.staging,
                for: id.description,
                methods: [.reflink, .copy],
                digests: nil,
                cancellation: cancellation,
                progress: progress
            )
            defer { partial.discard() }
            try FileIO.sync(partial.file, partial.path)
            try index.write { database in
                var image = try index.find(id.description, for: AccessRules(actor: actor), database)
                try Self.require(image, in: [.queued], to: "stage data")
                try requireRoom(database)
                try partial.commit(to: index.layout.staged(id))
                image.status = .uploading
                image.updatedAt = Timestamp.now()
                try index.replace(image, database)
            }
        }
    }

    /// Takes an image's bytes from its staging area; done when it returns.
    public func importData(
        _ method: ImportMethod,
        into id: ImageID,
        stores: StoreChoice,
        allMustSucceed: Bool
    ) async throws {
        let image = try await show(id.description)
        try AccessRules(actor: actor).requireUpload(to: image)
        switch method {
        case .direct:
            try Self.require(image, in: [.uploading], to: "import data")
            let staged = RegistryLayout(root: try FileIO.absolute(root)).staged(id)
            try await bring(
                staged,
                to: id,
                from: [.uploading],
                into: stores,
                allMustSucceed: allMustSucceed,
                sharing: .hardLink
            )
            _ = try? FileIO.remove(staged)
        case .copy:
            try Self.require(image, in: [.active], to: "copy data")
            try await copy(image, into: stores, allMustSucceed: allMustSucceed)
        case .webDownload(let url):
            try Self.require(image, in: [.queued], to: "import data")
            // Glance's order and words (glance/api/v2/images.py, import_image).
            for (name, isSet) in [
                ("container_format", image.containerFormat != nil), ("disk_format", image.diskFormat != nil),
            ] where !isSet {
                throw RegistryError(.conflict, "'\(name)' needs to be set before import")
            }
            _ = try importFilter.require(url, after: nil)
            do { try await download(url, into: id, stores, allMustSucceed) } catch let error as DiskImageError {
                throw RegistryError(error)
            }
        }
    }

    /// Fetches an image's bytes; where that fails the image is as it was.
    private func download(
        _ url: String,
        into id: ImageID,
        _ stores: StoreChoice,
        _ allMustSucceed: Bool
    ) async throws {
        let rules = AccessRules(actor: actor)
        let staging = RegistryLayout(root: try FileIO.absolute(root)).staging
        try FileIO.createDirectories(staging)
        // Locked, it says as long as this process lives that the image's state is one that somebody cares for.
        let mark = try PartialFile.create(in: staging, for: id.description)
        defer { mark.discard() }
        let partial = try PartialFile.create(in: staging, for: id.description)
        defer { partial.discard() }
        let limit = try await work { index, _ in
            try index.write { database in
                var image = try index.find(id.description, for: rules, database)
                try Self.require(image, in: [.queued], to: "import data")
                // Not found out when all is fetched.
                let copies = try index.stores(stores, database).count
                try index.require(.sizeTotal, delta: 0, for: actor.project, database)
                try index.require(.stageTotal, delta: 0, for: actor.project, database)
                try index.require(.countUploading, delta: 1, for: actor.project, database)
                image.status = .importing
                image.updatedAt = Timestamp.now()
                try index.replace(image, database)
                return DownloadLimit.least(of: [
                    DownloadLimit.cap, DownloadLimit.room(in: staging),
                    try index.sizeLimit(of: actor.project, copies: copies, database),
                ])
            }
        }
        do {
            _ = try await WebDownload(filter: importFilter, limit: limit)
                .fetch(url, into: partial.file, at: partial.path)
            try await bring(
                partial.path,
                to: id,
                from: [.importing],
                into: stores,
                allMustSucceed: allMustSucceed,
                sharing: .hardLink
            )
        } catch {
            // First: on the disk that it has filled the index cannot be written.
            partial.discard()
            guard await !requeue(id) else { throw error }
            // The next sweep finds it, and does what could not be done here.
            mark.leave()
            guard let failure = (error as? DiskImageError).map({ RegistryError($0) }) ?? error as? RegistryError else {
                throw error
            }
            throw RegistryError(
                failure.code,
                path: failure.path,
                "\(failure.message); image \(id) is left '\(ImageStatus.importing.rawValue)', and the next command takes it back to "
                    + "'\(ImageStatus.queued.rawValue)'"
            )
        }
    }

    /// Takes an image whose import failed back to where it was, also when this task was cancelled; answers whether it is there.
    private func requeue(_ id: ImageID) async -> Bool {
        let registry = self
        return await Task {
            do {
                try await registry.work { index, _ in
                    try index.write { database in
                        // It may have been deleted meanwhile.
                        guard try index.has(id, database) else { return }
                        let image = try index.find(id.description, for: AccessRules(actor: registry.actor), database)
                        if image.status == .importing { try index.requeue(id.description, database) }
                    }
                }
                return true
            } catch {
                return false
            }
        }.value
    }

    /// What the local registry can import by.
    public func importMethods() async throws -> [String] {
        [ImportMethod.direct, .webDownload(""), .copy].map(\.name)
    }

    @discardableResult
    private func bring(
        _ file: FilePath,
        to id: ImageID,
        from states: Set<ImageStatus>,
        into choice: StoreChoice,
        allMustSucceed: Bool = true,
        sharing: FileSharing,
        digests expected: FileDigests? = nil,
        progress: ProgressHandler? = nil
    ) async throws -> Image {
        let rules = AccessRules(actor: actor)
        return try await work { index, cancellation in
            let image = try index.read { try index.find(id.description, for: rules, $0) }
            guard let image else { throw RegistryIndex.notFound(id.description) }
            let stores = try index.read { try index.stores(choice, $0) } ?? [index.ownStore]
            try rules.requireUpload(to: image)
            try Self.require(image, in: states, to: "upload data")
            guard let format = image.diskFormat, image.containerFormat != nil else {
                throw RegistryError(
                    .invalid,
                    "Properties disk_format, container_format must be set prior to saving data."
                )
            }
            let file = try FileIO.absolute(file)
            _ = try FormatCheck.require(file, format)
            let size = try FileIO.status(at: file)?.size ?? 0
            // An image that was staged counts as one on its way already.
            let more: Int64 = image.status == .queued ? 1 : 0
            func requireRoom(_ database: Database) throws {
                try index.require(.sizeTotal, delta: size * Int64(stores.count), for: actor.project, database)
                try index.require(.countUploading, delta: more, for: actor.project, database)
            }
            _ = try index.read(requireRoom)
            let (partial, digests) = try ingest(
                file,
                sharing,
                index.layout,
                cancellation: cancellation,
                progress: progress
            )
            defer { partial.discard() }
            try Self.require(digests, expected: expected, file)
            let virtualSize = try FormatCheck.require(partial.path, format)
            try FileIO.setPermissions([.ownerRead, .groupRead, .otherRead], of: partial.file, partial.path)
            try FileIO.sync(partial.file, partial.path)
            try cancellation.check()
            // In the registry's own store the file is there already; the others get copies of it.
            let others = try place(
                partial.path,
                digests.sha256,
                in: stores.filter { $0.id != LocalStore.own },
                allMustSucceed: allMustSucceed,
                mayBeNone: stores.contains { $0.id == LocalStore.own },
                isVerifying: false,
                cancellation
            )
            defer { for (_, partial) in others { partial.discard() } }
            var blobs = others.map { ($0.0.blob(digests.sha256), $0.1) }
            var filled = others.map(\.0)
            if stores.contains(where: { $0.id == LocalStore.own }) {
                blobs.append((index.ownStore.blob(digests.sha256), partial))
                filled.append(index.ownStore)
            }
            return try commit(blobs, index) { [filled] database in
                // It may have been deleted or filled while the bytes came in.
                var image = try index.find(id.description, for: rules, database)
                try Self.require(image, in: states, to: "upload data")
                try index.requirePresent(filled, database)
                try requireRoom(database)
                image.setDigests(digests)
                image.virtualSize = virtualSize
                image.status = .active
                image.updatedAt = Timestamp.now()
                try index.replace(image, database)
                try index.setStores(filled, of: id, database)
                return try index.find(id.description, for: rules, database)
            }
        }
    }

    private static func require(
        _ image: Image,
        in states: Set<ImageStatus>,
        to action: String
    ) throws(RegistryError) {
        guard states.contains(image.status) else {
            throw RegistryError(
                .conflict,
                "cannot \(action) for image \(image.id) in the state '\(image.status.rawValue)'"
            )
        }
    }
}
