public import DiskImages
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
        case .webDownload:
            throw RegistryError(
                .invalid,
                "the local registry downloads nothing; fetch the file, look at it, and create the image with --file"
            )
        }
    }

    /// What the local registry can import by.
    public func importMethods() async throws -> [String] { [ImportMethod.direct.name] }

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
