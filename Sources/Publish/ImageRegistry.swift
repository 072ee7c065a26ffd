public import DiskImages
public import SystemPackage

/// A place where images are: a Glance, or a directory of this machine with the same meaning of every word.
///
/// A reference is an image's id or, where only one image that may be seen has it, its name. Every call throws ``RegistryError`` or
/// `CancellationError`.
public protocol ImageRegistry: Sendable {
    /// The name by which people choose it: `local`, or the cloud's.
    var name: String { get }

    /// The images that a query asks for.
    func list(_ query: ImageQuery) async throws -> [Image]

    /// One image.
    func show(_ reference: String) async throws -> Image

    /// Refuses what ``create(_:)``, or the last change of an image that is private until it is complete, would refuse: before a byte is read.
    ///
    /// A Glance does not tell before it is asked for the thing itself, so that there nothing is refused here.
    func requireCreate(_ draft: ImageDraft) async throws

    /// Makes an image without bytes.
    func create(_ draft: ImageDraft) async throws -> Image

    /// Makes an image of a file in one step, so that no half of it is ever there.
    ///
    /// - Returns: nil where the registry makes an image first and takes its bytes then.
    func create(
        _ draft: ImageDraft,
        of file: FilePath,
        store: String?,
        digests: FileDigests?,
        progress: ProgressHandler?
    ) async throws -> Image?

    /// Gives an image its bytes, and answers it as it then is: active, its size and digests compared with the file's.
    @discardableResult
    func upload(
        _ file: FilePath,
        to id: ImageID,
        store: String?,
        digests: FileDigests?,
        progress: ProgressHandler?
    ) async throws -> Image

    /// Puts bytes into an image's staging area, from which ``importData(_:into:by:stores:allMustSucceed:)`` takes them.
    func stage(_ file: FilePath, for id: ImageID, progress: ProgressHandler?) async throws

    /// Begins an import; the image's state and properties tell how it goes.
    func importData(_ method: ImportMethod, into id: ImageID, stores: StoreChoice, allMustSucceed: Bool) async throws

    /// Changes metadata, all of it or nothing.
    @discardableResult
    func update(_ id: ImageID, _ update: ImageUpdate) async throws -> Image

    /// Deactivates an image, or makes it active again.
    func setActive(_ isActive: Bool, _ id: ImageID) async throws

    /// Writes an image's bytes somewhere, checked against its digest, and answers the image.
    @discardableResult
    func save(_ reference: String, to target: SaveTarget, progress: ProgressHandler?) async throws -> Image

    /// Publishes a file; the image is there completely when this returns, and not at all when it throws.
    @discardableResult
    func publish(_ request: ImageRequest, progress: ProgressHandler?) async throws -> Image

    /// Deletes an image, unless it is protected, and answers what it was.
    @discardableResult
    func delete(_ reference: String) async throws -> Image

    /// Deletes the bytes that one store has of an image.
    func delete(_ id: ImageID, from store: String) async throws

    /// With which projects an image is shared.
    func members(of id: ImageID) async throws -> [ImageMember]

    /// Shares an image with a project.
    @discardableResult
    func addMember(_ project: String, to id: ImageID) async throws -> ImageMember

    /// Shares an image with a project no longer.
    func removeMember(_ project: String, from id: ImageID) async throws

    /// Tells what a project makes of an image that is shared with it.
    @discardableResult
    func setMember(_ project: String, of id: ImageID, to status: ImageMember.Status) async throws -> ImageMember

    /// The id of the project that a name or an id means.
    func project(_ reference: String, domain: String?) async throws -> String

    /// The project that asks; nil where the registry knows of none.
    func ownProject() async throws -> String?

    /// The stores; empty where there is one without a name.
    func stores(detailed: Bool) async throws -> [ImageStore]

    /// The names of the import methods that the registry offers.
    func importMethods() async throws -> [String]
}

extension ImageRegistry {
    /// Nothing: as most registries, it makes an image first and takes its bytes then.
    public func create(
        _ draft: ImageDraft,
        of file: FilePath,
        store: String?,
        digests: FileDigests?,
        progress: ProgressHandler?
    ) async throws -> Image? { nil }

    /// Refuses nothing.
    public func requireCreate(_ draft: ImageDraft) async throws {}

    /// All images that are usually listed, newest first.
    public func list() async throws -> [Image] {
        try await list(ImageQuery())
    }

    /// Publishes a file without reporting progress.
    @discardableResult
    public func publish(_ request: ImageRequest) async throws -> Image {
        try await publish(request, progress: nil)
    }

    /// Writes an image's bytes somewhere without reporting progress.
    @discardableResult
    public func save(_ reference: String, to target: SaveTarget) async throws -> Image {
        try await save(reference, to: target, progress: nil)
    }

    /// Gives an image its bytes without a choice of anything.
    @discardableResult
    public func upload(_ file: FilePath, to id: ImageID) async throws -> Image {
        try await upload(file, to: id, store: nil, digests: nil, progress: nil)
    }
}
