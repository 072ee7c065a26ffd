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
        try await work { index, cancellation in
            let path = index.layout.blob(image.sha256)
            let blob = try open(path, of: image)
            defer { try? blob.close() }
            switch target {
            case .descriptor(let descriptor):
                try stream(
                    blob,
                    path,
                    image,
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
                    try stream(blob, path, image, to: .sequential(device, file), cancellation, progress)
                } else {
                    try write(blob, path, image, to: try resolved(file, status), cancellation, progress)
                }
            }
        }
        return image
    }

    private func write(
        _ blob: FileDescriptor,
        _ path: FilePath,
        _ image: Image,
        to file: FilePath,
        _ cancellation: CancellationFlag,
        _ progress: ProgressHandler?
    ) throws {
        guard let name = file.lastComponent?.string else {
            throw DiskImageError(.invalid, path: file, "\(file) is not the name of a file")
        }
        let partial = try PartialFile.create(in: file.removingLastComponent(), for: name)
        defer { partial.discard() }
        try stream(blob, path, image, to: .file(partial.file, file), cancellation, progress)
        try FileIO.sync(partial.file, file)
        try cancellation.check()
        try partial.commit(to: file)
    }

    private func stream(
        _ blob: FileDescriptor,
        _ path: FilePath,
        _ image: Image,
        to target: ByteStream.Target,
        _ cancellation: CancellationFlag,
        _ progress: ProgressHandler?
    ) throws {
        let accumulator = DigestAccumulator.sha256()
        let stream = ByteStream(blob, path, to: target, digests: accumulator, cancellation: cancellation)
        _ = try stream.run(progress: progress)
        let digest = accumulator.sha256Value()
        guard digest == image.sha256 else {
            throw RegistryError(
                .corrupt,
                path: path,
                "image \(image.id) is damaged: the sha256 of its blob \(path) is \(digest)"
            )
        }
    }

    /// Opens the blob, and sees from its size whether it can be right at all.
    private func open(_ path: FilePath, of image: Image) throws -> FileDescriptor {
        guard try FileIO.status(at: path) != nil else {
            throw RegistryError(.corrupt, path: path, "image \(image.id) is damaged: its blob \(path) is missing")
        }
        let opened = try FileIO.openRegular(path)
        guard opened.1.size == image.size else {
            try? opened.0.close()
            throw RegistryError(
                .corrupt,
                path: path,
                "image \(image.id) is damaged: its blob \(path) has \(opened.1.size) bytes instead of \(image.size)"
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
