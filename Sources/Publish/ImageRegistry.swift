public import DiskImages

/// A place where images are published.
///
/// A reference is an image's id or, where it is unique, its name. Every call throws ``RegistryError`` or
/// `CancellationError`.
public protocol ImageRegistry: Sendable {
    /// The name by which people choose it, `local`.
    var name: String { get }

    /// Publishes a file; the image is there completely when this returns, and not at all when it throws.
    @discardableResult
    func publish(_ request: ImageRequest, progress: ProgressHandler?) async throws -> Image

    /// The images that a filter admits, newest first.
    func list(_ filter: ImageFilter) async throws -> [Image]

    /// One image.
    func show(_ reference: String) async throws -> Image

    /// Writes an image's bytes somewhere, checked against its digest, and answers the image.
    @discardableResult
    func save(_ reference: String, to target: SaveTarget, progress: ProgressHandler?) async throws -> Image

    /// Deletes an image, unless it is protected, and answers what it was.
    @discardableResult
    func delete(_ reference: String) async throws -> Image
}

extension ImageRegistry {
    /// Publishes a file without reporting progress.
    @discardableResult
    public func publish(_ request: ImageRequest) async throws -> Image {
        try await publish(request, progress: nil)
    }

    /// All images, newest first.
    public func list() async throws -> [Image] {
        try await list(ImageFilter())
    }

    /// Writes an image's bytes somewhere without reporting progress.
    @discardableResult
    public func save(_ reference: String, to target: SaveTarget) async throws -> Image {
        try await save(reference, to: target, progress: nil)
    }
}
