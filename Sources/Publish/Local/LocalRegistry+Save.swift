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
                let path = store.blob(stored.sha256)
                let blob = try open(path, of: stored)
                defer { try? blob.close() }
                try check(blob, path, stored, cancellation, progress)
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
            var stores = try index.read { try index.stores(of: image, $0) } ?? []
            if stored.sha256 != image.sha256 { stores = [index.ownStore] }
            let file: FilePath
            var onEvent: (@Sendable (SaveEvent) -> Void)?
            func pour(_ output: ByteStream.Target) throws {
                // What has gone out cannot be taken back.
                try withCopy(stored, in: stores, isCheckedFirst: true, cancellation) { blob, path in
                    try stream(blob, path, stored, to: output, cancellation, progress)
                }
            }
            switch target {
            case .descriptor(let descriptor): return try pour(.sequential(descriptor, "the output"))
            case .file(let path): file = path
            case .resumable(let path, let handler): (file, onEvent) = (path, handler)
            }
            switch try SaveDestination(file) {
            case .device(let file):
                let device = try SaveDestination.open(device: file)
                defer { try? device.close() }
                try pour(.sequential(device, file))
            case .file(let file):
                try withCopy(stored, in: stores, cancellation) { [onEvent] blob, path in
                    guard let onEvent, let part = ResumablePart.path(beside: file, of: image) else {
                        return try write(blob, path, stored, to: file, cancellation, progress)
                    }
                    try resume(blob, path, stored, in: part, to: file, onEvent, cancellation, progress)
                }
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

    /// Runs something with the bytes in one store after the other, until they turn out right, and says of which they did not.
    ///
    /// - Parameters:
    ///   - isCheckedFirst: Whether bytes are read once before where another store has them too, for what can be begun only once.
    ///   - body: Throws an error with the bytes' path where they are damaged or cannot be read; all else is the end.
    func withCopy<Value>(
        _ stored: StoredBlob,
        in stores: [LocalStore],
        isCheckedFirst: Bool = false,
        _ cancellation: CancellationFlag,
        _ body: (FileDescriptor, FilePath) throws -> Value
    ) throws -> Value {
        var failure: (store: LocalStore, error: any Error)?
        for (number, store) in stores.enumerated() {
            let path = store.blob(stored.sha256)
            do {
                let blob = try open(path, of: stored)
                defer { try? blob.close() }
                if isCheckedFirst, number < stores.count - 1 { try check(blob, path, stored, cancellation) }
                let value = try body(blob, path)
                if let failure {
                    warn(
                        "\(failure.error); the copy in the store '\(store.id)' is good and was taken, and 'imagebake registry fsck "
                            + "--verify --repair' makes the one in '\(failure.store.id)' anew of it"
                    )
                }
                return value
            } catch  where Self.isDamage(error, path) {
                failure = failure ?? (store, error)
            }
        }
        throw failure?.error ?? RegistryError(.corrupt, "\(stored.owner) is in no store")
    }

    /// Whether it is about the bytes at this path, and not about what is done with them.
    private static func isDamage(_ error: any Error, _ path: FilePath) -> Bool {
        if let error = error as? DiskImageError { return error.path == path }
        return (error as? RegistryError).map { $0.code == .corrupt && $0.path == path } ?? false
    }

    private func check(
        _ blob: FileDescriptor,
        _ path: FilePath,
        _ stored: StoredBlob,
        _ cancellation: CancellationFlag,
        _ progress: ProgressHandler? = nil
    ) throws {
        let accumulator = DigestAccumulator.sha256()
        _ = try ByteStream(blob, path, digests: accumulator, cancellation: cancellation).run(progress: progress)
        let digest = accumulator.sha256Value()
        guard digest == stored.sha256 else { throw Self.damaged(stored, path, digest) }
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
