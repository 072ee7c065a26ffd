public import DiskImages
import SystemPackage

extension LocalRegistry {
    /// Writes an image's bytes somewhere, checking their SHA-256 on the way.
    ///
    /// A file is replaced in one step like `openstack image save --file` does in several: it appears under a temporary name
    /// beside it first, and not at all if the blob is damaged (the code corrupt).
    @discardableResult
    public func save(_ reference: String, to target: SaveTarget, progress: ProgressHandler?) async throws -> Image {
        let image = try await show(reference)
        try AccessRules(actor: actor).requireDownload(of: image)
        guard let size = image.size, let digest = image.sha256 else {
            throw RegistryError(
                .conflict,
                "image \(image.id) has no bytes yet: it is in the state '\(image.status.rawValue)'"
            )
        }
        try await save(StoredBlob("image \(image.id)", size, digest), of: image, to: target, progress)
        return image
    }

    /// Reads an image's bytes and its documents', and compares them with their digests.
    ///
    /// - Throws: ``RegistryError`` with the code corrupt where they are others.
    public func verify(_ id: ImageID, progress: ProgressHandler? = nil) async throws {
        let image = try await show(id.description)
        var blobs = image.documents.map { StoredBlob("the document '\($0.name)' of image \(id)", $0.size, $0.sha256) }
        if let size = image.size, let digest = image.sha256 { blobs.append(StoredBlob("image \(id)", size, digest)) }
        let all = blobs
        try await work { index, cancellation in
            let stores = try index.read { try index.stores(of: image, $0) } ?? []
            // Of an image the copy in each store; a document is in the registry's own only.
            for (stored, store) in all.flatMap({ stored in
                (stored.sha256 == image.sha256 ? stores : [index.ownStore]).map { (stored, $0) }
            }) {
                let (blob, path) = try open(stored, in: [store])
                defer { try? blob.close() }
                let digest = try FileDigester.digest(blob, path, cancellation: cancellation, progress: progress).sha256
                guard digest == stored.sha256 else { throw Self.damaged(stored, path, digest) }
            }
        }
    }

    /// Writes a document of an image somewhere, checked against its digest, and answers it.
    ///
    /// - Parameter name: What the image calls it, see ``Image/documents``.
    @discardableResult
    public func saveDocument(_ name: String, of reference: String, to target: SaveTarget) async throws -> ImageDocument
    {
        let image = try await show(reference)
        guard let document = image.documents.first(where: { $0.name == name }) else {
            let names = image.documents.map(\.name).joined(separator: ", ")
            throw RegistryError(
                .notFound,
                "image \(image.id) has no document '\(name)'; it has " + (names.isEmpty ? "none" : names)
            )
        }
        let blob = StoredBlob("the document '\(name)' of image \(image.id)", document.size, document.sha256)
        try await save(blob, of: image, to: target, nil)
        return document
    }

    /// Bytes that the registry has.
    struct StoredBlob: Sendable {
        /// Whose they are, for messages.
        let owner: String
        let size: Int64
        let sha256: String

        init(_ owner: String, _ size: Int64, _ sha256: String) {
            self.owner = owner
            self.size = size
            self.sha256 = sha256
        }
    }

    private func save(
        _ stored: StoredBlob,
        of image: Image,
        to target: SaveTarget,
        _ progress: ProgressHandler?
    ) async throws {
        try await work { index, cancellation in
            let stores = try index.read { try index.stores(of: image, $0) } ?? []
            let (blob, path) = try open(stored, in: stored.sha256 == image.sha256 ? stores : [index.ownStore])
            defer { try? blob.close() }
            let file: FilePath
            var onEvent: (@Sendable (SaveEvent) -> Void)?
            switch target {
            case .descriptor(let descriptor):
                let output = ByteStream.Target.sequential(descriptor, "the output")
                return try stream(blob, path, stored, to: output, cancellation, progress)
            case .file(let path): file = path
            case .resumable(let path, let handler): (file, onEvent) = (path, handler)
            }
            switch try SaveDestination(file) {
            case .device(let file):
                let device = try SaveDestination.open(device: file)
                defer { try? device.close() }
                try stream(blob, path, stored, to: .sequential(device, file), cancellation, progress)
            case .file(let file):
                guard let onEvent, let part = ResumablePart.path(beside: file, of: image) else {
                    return try write(blob, path, stored, to: file, cancellation, progress)
                }
                try resume(blob, path, stored, in: part, to: file, onEvent, cancellation, progress)
            }
        }
    }

    private func resume(
        _ blob: FileDescriptor,
        _ path: FilePath,
        _ stored: StoredBlob,
        in partPath: FilePath,
        to file: FilePath,
        _ onEvent: @Sendable (SaveEvent) -> Void,
        _ cancellation: CancellationFlag,
        _ progress: ProgressHandler?
    ) throws {
        guard let part = try ResumablePart.open(partPath, for: file, isCreated: true) else { return }
        do {
            var kept = try part.size()
            if kept > stored.size { kept = 0 }
            try part.truncate(to: kept)
            let accumulator = DigestAccumulator.sha256()
            if kept > 0 {
                onEvent(.resumed(partPath, bytes: kept, total: stored.size))
                let beginning = ByteStream(part.file, partPath, digests: accumulator, cancellation: cancellation)
                _ = try beginning.run()
            }
            let target = ByteStream.Target.file(part.file, file)
            let rest = ByteStream(blob, path, to: target, digests: accumulator, cancellation: cancellation)
            _ = try rest.run(from: kept, progress: progress)
            let digest = accumulator.sha256Value()
            if digest != stored.sha256 {
                guard kept > 0 else {
                    part.discard()
                    throw Self.damaged(stored, path, digest)
                }
                onEvent(.restarted(partPath))
                try part.truncate(to: 0)
                do {
                    try stream(blob, path, stored, to: target, cancellation, progress)
                } catch let error as RegistryError where error.code == .corrupt {
                    part.discard()
                    throw error
                }
            }
            try cancellation.check()
            try part.commit()
        } catch {
            if let size = try? part.keep(), size > 0 {
                onEvent(.kept(partPath, bytes: size, total: stored.size))
            }
            throw error
        }
    }

    private func write(
        _ blob: FileDescriptor,
        _ path: FilePath,
        _ stored: StoredBlob,
        to file: FilePath,
        _ cancellation: CancellationFlag,
        _ progress: ProgressHandler?
    ) throws {
        let partial = try PartialFile.create(
            in: file.removingLastComponent(),
            for: file.lastComponent?.string ?? "image"
        )
        defer { partial.discard() }
        try stream(blob, path, stored, to: .file(partial.file, file), cancellation, progress)
        try FileIO.sync(partial.file, file)
        try cancellation.check()
        try partial.commit(to: file)
    }

    private func stream(
        _ blob: FileDescriptor,
        _ path: FilePath,
        _ stored: StoredBlob,
        to target: ByteStream.Target,
        _ cancellation: CancellationFlag,
        _ progress: ProgressHandler?
    ) throws {
        let accumulator = DigestAccumulator.sha256()
        let stream = ByteStream(blob, path, to: target, digests: accumulator, cancellation: cancellation)
        _ = try stream.run(progress: progress)
        let digest = accumulator.sha256Value()
        guard digest == stored.sha256 else {
            throw Self.damaged(stored, path, digest)
        }
    }

    private static func damaged(_ stored: StoredBlob, _ path: FilePath, _ digest: String) -> RegistryError {
        RegistryError(
            .corrupt,
            path: path,
            "\(stored.owner) is damaged: the sha256 of its blob \(path) is \(digest)"
        )
    }

    /// Opens the blob in the first store in which it can be right at all, as its size tells.
    func open(_ stored: StoredBlob, in stores: [LocalStore]) throws -> (file: FileDescriptor, path: FilePath) {
        var failure: (any Error)?
        for store in stores {
            do {
                let path = store.blob(stored.sha256)
                return (try open(path, of: stored), path)
            } catch {
                failure = failure ?? error
            }
        }
        throw failure ?? RegistryError(.corrupt, "\(stored.owner) is in no store")
    }

    private func open(_ path: FilePath, of stored: StoredBlob) throws -> FileDescriptor {
        guard try FileIO.status(at: path) != nil else {
            throw RegistryError(.corrupt, path: path, "\(stored.owner) is damaged: its blob \(path) is missing")
        }
        let opened = try FileIO.openRegular(path)
        guard opened.1.size == stored.size else {
            try? opened.0.close()
            throw RegistryError(
                .corrupt,
                path: path,
                "\(stored.owner) is damaged: its blob \(path) has \(opened.1.size) bytes instead of \(stored.size)"
            )
        }
        return opened.0
    }
}
