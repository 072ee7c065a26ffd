public import DiskImages
import GRDB
public import SystemPackage

extension LocalRegistry {
    /// Gives an image its bytes: shared or copied into the registry, their digests computed in the same pass.
    ///
    /// - Parameters:
    ///   - file: A file in the image's format that is safe to hand to a cloud.
    ///   - id: An image without bytes; one that has them is a conflict, and so is one that got them meanwhile.
    ///   - store: nil or `local`.
    ///   - digests: What the file's are to be; other ones are an error (the code corrupt).
    @discardableResult
    public func upload(
        _ file: FilePath,
        to id: ImageID,
        store: String?,
        digests: FileDigests?,
        progress: ProgressHandler?
    ) async throws -> Image {
        guard store == nil || store == Self.store else {
            throw RegistryError(.invalid, "there is no store '\(store ?? "")'; this registry has one, '\(Self.store)'")
        }
        return try await bring(file, to: id, from: [.queued], sharing: .reflink, digests: digests, progress: progress)
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
        if case .named(let names) = stores, let other = names.first(where: { $0 != Self.store }) {
            throw RegistryError(.conflict, "there is no store '\(other)'; this registry has one, '\(Self.store)'")
        }
        let image = try await show(id.description)
        try AccessRules(actor: actor).requireUpload(to: image)
        switch method {
        case .direct:
            try Self.require(image, in: [.uploading], to: "import data")
            let staged = RegistryLayout(root: try FileIO.absolute(root)).staged(id)
            try await bring(staged, to: id, from: [.uploading], sharing: .hardLink, digests: nil, progress: nil)
            _ = try? FileIO.remove(staged)
        case .copy:
            try Self.require(image, in: [.active], to: "copy data")
            throw RegistryError(.invalid, "image \(id) is in the store '\(Self.store)' already, and there is no other")
        case .webDownload(let url):
            try Self.require(image, in: [.queued], to: "import data")
            // Glance's order and words (glance/api/v2/images.py, import_image).
            for (name, isSet) in [
                ("container_format", image.containerFormat != nil), ("disk_format", image.diskFormat != nil),
            ] where !isSet {
                throw RegistryError(.conflict, "'\(name)' needs to be set before import")
            }
            _ = try importFilter.require(url, after: nil)
            try await download(url, into: id)
        }
    }

    /// Fetches an image's bytes; where that fails the image is as it was.
    private func download(_ url: String, into id: ImageID) async throws {
        let rules = AccessRules(actor: actor)
        let staging = RegistryLayout(root: try FileIO.absolute(root)).staging
        try FileIO.createDirectories(staging)
        // Locked, it says as long as this process lives that the image's state is one that somebody cares for.
        let partial = try PartialFile.create(in: staging, for: id.description)
        defer { partial.discard() }
        try await work { index, _ in
            try index.write { database in
                var image = try index.find(id.description, for: rules, database)
                try Self.require(image, in: [.queued], to: "import data")
                try index.require(.sizeTotal, delta: 0, for: actor.project, database)
                try index.require(.stageTotal, delta: 0, for: actor.project, database)
                try index.require(.countUploading, delta: 1, for: actor.project, database)
                image.status = .importing
                image.updatedAt = Timestamp.now()
                try index.replace(image, database)
            }
        }
        do {
            _ = try await WebDownload(filter: importFilter).fetch(url, into: partial.file, at: partial.path)
            try await bring(partial.path, to: id, from: [.importing], sharing: .hardLink, digests: nil, progress: nil)
        } catch {
            let registry = self
            // Also when this task was cancelled.
            await Task {
                try? await registry.work { index, _ in
                    try index.write { database in
                        let image = try index.find(id.description, for: rules, database)
                        if image.status == .importing { try index.requeue(id.description, database) }
                    }
                }
            }.value
            throw error
        }
    }

    /// What the local registry can import by.
    public func importMethods() async throws -> [String] {
        [ImportMethod.direct.name, ImportMethod.webDownload("").name]
    }

    @discardableResult
    private func bring(
        _ file: FilePath,
        to id: ImageID,
        from states: Set<ImageStatus>,
        sharing: FileSharing,
        digests expected: FileDigests?,
        progress: ProgressHandler?
    ) async throws -> Image {
        let rules = AccessRules(actor: actor)
        return try await work { index, cancellation in
            let image = try index.read { try index.find(id.description, for: rules, $0) }
            guard let image else { throw RegistryIndex.notFound(id.description) }
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
                try index.require(.sizeTotal, delta: size, for: actor.project, database)
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
            if let expected, expected != digests {
                throw RegistryError(
                    .corrupt,
                    path: file,
                    "\(file) is not what it was: its sha256 is \(digests.sha256), not \(expected.sha256)"
                )
            }
            let virtualSize = try FormatCheck.require(partial.path, format)
            try FileIO.setPermissions([.ownerRead, .groupRead, .otherRead], of: partial.file, partial.path)
            try FileIO.sync(partial.file, partial.path)
            try cancellation.check()
            return try commit([(digests.sha256, partial)], index) { database in
                // It may have been deleted or filled while the bytes came in.
                var image = try index.find(id.description, for: rules, database)
                try Self.require(image, in: states, to: "upload data")
                try requireRoom(database)
                image.setDigests(digests)
                image.virtualSize = virtualSize
                image.status = .active
                image.updatedAt = Timestamp.now()
                try index.replace(image, database)
                return image
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
