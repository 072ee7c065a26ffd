public import DiskImages
import Glibc
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
        try await save(StoredBlob("image \(image.id)", size, digest), to: target, progress)
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
            for stored in all {
                let path = index.layout.blob(stored.sha256)
                let blob = try open(path, of: stored)
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
        try await save(blob, to: target, nil)
        return document
    }

    /// Bytes that the registry has.
    private struct StoredBlob: Sendable {
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

    private func save(_ stored: StoredBlob, to target: SaveTarget, _ progress: ProgressHandler?) async throws {
        try await work { index, cancellation in
            let path = index.layout.blob(stored.sha256)
            let blob = try open(path, of: stored)
            defer { try? blob.close() }
            switch target {
            case .descriptor(let descriptor):
                try stream(
                    blob,
                    path,
                    stored,
                    to: .sequential(descriptor, "the output"),
                    cancellation,
                    progress
                )
            case .file(let file):
                let file = try FileIO.absolute(file)
                let status = try FileIO.status(at: file)
                if let status, !status.isRegular, !status.isDirectory {
                    let device = try openDevice(file)
                    defer { try? device.close() }
                    try stream(blob, path, stored, to: .sequential(device, file), cancellation, progress)
                } else {
                    try write(blob, path, stored, to: try resolved(file, status), cancellation, progress)
                }
            }
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
        guard let name = file.lastComponent?.string else {
            throw DiskImageError(.invalid, path: file, "\(file) is not the name of a file")
        }
        let partial = try PartialFile.create(in: file.removingLastComponent(), for: name)
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

    /// Opens the blob, and sees from its size whether it can be right at all.
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

    private func openDevice(_ path: FilePath) throws -> FileDescriptor {
        do {
            return try FileDescriptor.open(path, .writeOnly, options: [.closeOnExec])
        } catch {
            throw DiskImageError(errno: FileIO.number(of: error), "cannot write", path)
        }
    }

    /// The file that a symbolic link at the target leads to, so that the link stays.
    private func resolved(_ path: FilePath, _ status: FileStatus?) throws -> FilePath {
        guard let status else { return path }
        if status.isDirectory { throw DiskImageError(.invalid, path: path, "\(path) is a directory") }
        guard let real = path.withPlatformString({ realpath($0, nil) }) else {
            throw DiskImageError(errno: errno, "cannot write", path)
        }
        defer { free(real) }
        return FilePath(platformString: real)
    }
}
