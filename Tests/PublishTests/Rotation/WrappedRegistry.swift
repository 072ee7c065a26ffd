import DiskImages
import Synchronization
import SystemPackage

@testable import Publish

/// A registry that is killed, or refuses, when a test wants it to.
final class WrappedRegistry: ImageRegistry {
    /// What it throws in the place of a killed process.
    struct Killed: Error {}

    let registry: LocalRegistry
    let name = "wrapped"
    /// After how many changes it is killed; nil for never.
    private let life: Mutex<Int?>
    /// Images that something in the store needs.
    let inUse: Set<ImageID>
    /// What stores/detail says; nil for the registry's own.
    let knownStores: [ImageStore]?
    /// Whether it says that a file is published and has not got its bytes.
    let isLossy: Bool
    /// Whether whoever asks is of a project.
    let isOfProject: Bool
    /// Which of the files it does not take, counted from 1; nil takes all.
    let refusedUpload: Int?
    private let counts = Mutex<(changes: Int, uploads: Int, watch: (@Sendable () async throws -> Void)?)>((0, 0, nil))

    init(
        _ registry: LocalRegistry,
        life: Int? = nil,
        inUse: Set<ImageID> = [],
        stores: [ImageStore]? = nil,
        isLossy: Bool = false,
        isOfProject: Bool = true,
        refusedUpload: Int? = nil,
        watch: (@Sendable () async throws -> Void)? = nil
    ) {
        self.registry = registry
        self.life = Mutex(life)
        self.inUse = inUse
        knownStores = stores
        self.isLossy = isLossy
        self.isOfProject = isOfProject
        self.refusedUpload = refusedUpload
        counts.withLock { $0.watch = watch }
    }

    /// How many files came in.
    var uploads: Int { counts.withLock(\.uploads) }

    /// Before each change: whether it is still alive.
    private func change() async throws {
        let isDead = life.withLock { life in
            guard let left = life else { return false }
            life = left - 1
            return left <= 0
        }
        if isDead { throw Killed() }
    }

    /// After each change: what must be so at any moment.
    private func check() async throws { try await counts.withLock(\.watch)?() }

    func list(_ query: ImageQuery) async throws -> [Image] { try await registry.list(query) }
    func show(_ reference: String) async throws -> Image { try await registry.show(reference) }
    func create(_ draft: ImageDraft) async throws -> Image {
        try await change()
        return try await registry.create(draft)
    }
    func upload(
        _ file: FilePath,
        to id: ImageID,
        store: String?,
        digests: FileDigests?,
        progress: ProgressHandler?
    ) async throws -> Image {
        try await change()
        return try await registry.upload(file, to: id, store: store, digests: digests, progress: progress)
    }
    func stage(_ file: FilePath, for id: ImageID, progress: ProgressHandler?) async throws {
        try await registry.stage(file, for: id, progress: progress)
    }
    func importData(
        _ method: ImportMethod,
        into id: ImageID,
        stores: StoreChoice,
        allMustSucceed: Bool
    ) async throws {
        try await registry.importData(method, into: id, stores: stores, allMustSucceed: allMustSucceed)
    }
    func update(_ id: ImageID, _ update: ImageUpdate) async throws -> Image {
        try await change()
        let image = try await registry.update(id, update)
        try await check()
        return image
    }
    func setActive(_ isActive: Bool, _ id: ImageID) async throws {
        try await change()
        try await registry.setActive(isActive, id)
        try await check()
    }
    func save(_ reference: String, to target: SaveTarget, progress: ProgressHandler?) async throws -> Image {
        try await registry.save(reference, to: target, progress: progress)
    }
    func publish(_ request: ImageRequest, progress: ProgressHandler?) async throws -> Image {
        try await change()
        let number = counts.withLock { counts in
            counts.uploads += 1
            return counts.uploads
        }
        if number == refusedUpload { throw RegistryError(.tooLarge, "the quota is used up: 413") }
        if isLossy { return try await registry.create(request.draft()) }
        let image = try await registry.publish(request, progress: progress)
        try await check()
        return image
    }
    func delete(_ reference: String) async throws -> Image {
        try await change()
        if let id = ImageID(reference), inUse.contains(id) {
            throw RegistryError(.conflict, "Image \(id) could not be deleted because it is in use: 409")
        }
        let image = try await registry.delete(reference)
        try await check()
        return image
    }
    func delete(_ id: ImageID, from store: String) async throws { try await registry.delete(id, from: store) }
    func members(of id: ImageID) async throws -> [ImageMember] { try await registry.members(of: id) }
    func addMember(_ project: String, to id: ImageID) async throws -> ImageMember {
        try await registry.addMember(project, to: id)
    }
    func removeMember(_ project: String, from id: ImageID) async throws {
        try await registry.removeMember(project, from: id)
    }
    func setMember(_ project: String, of id: ImageID, to status: ImageMember.Status) async throws -> ImageMember {
        try await registry.setMember(project, of: id, to: status)
    }
    func project(_ reference: String, domain: String?) async throws -> String {
        try await registry.project(reference, domain: domain)
    }
    func ownProject() async throws -> String? { isOfProject ? try await registry.ownProject() : nil }
    func stores(detailed: Bool) async throws -> [ImageStore] {
        if let knownStores { return knownStores }
        return try await registry.stores(detailed: detailed)
    }
    func importMethods() async throws -> [String] { try await registry.importMethods() }
}
