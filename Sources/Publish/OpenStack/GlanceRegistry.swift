public import DiskImages
public import Foundation
public import SystemPackage

/// The Glance of a cloud as a registry.
///
/// To be closed with ``close()`` when it is no longer needed.
public final class GlanceRegistry: ImageRegistry {
    /// The cloud's name in clouds.yaml.
    public let name: String

    private let session: CloudSession
    private let client: GlanceClient

    /// Prepares a log-in; nothing is sent before it is needed.
    ///
    /// - Parameters:
    ///   - cloud: The cloud, its user and project.
    ///   - timeouts: How long it is waited for.
    ///   - retry: How often what failed for a passing reason is sent again.
    ///   - environment: The variables that name proxies.
    ///   - onRetry: Told of each attempt that failed and is made again.
    /// - Throws: ``RegistryError`` where a certificate cannot be read.
    public init(
        _ cloud: Cloud,
        timeouts: CloudTimeouts = CloudTimeouts(),
        retry: RetryPolicy = RetryPolicy(),
        environment: [String: String] = ProcessInfo.processInfo.environment,
        onRetry: (@Sendable (GlanceRetry) -> Void)? = nil
    ) throws(RegistryError) {
        name = cloud.name
        do {
            session = try CloudSession(cloud, timeouts: timeouts, retry: retry, environment: environment)
        } catch let error as OpenStackError {
            throw RegistryError(error)
        } catch {
            throw RegistryError(.io, "\(error)")
        }
        client = GlanceClient(session, onRetry: onRetry)
    }

    /// Closes all connections; must be called once.
    public func close() async { await session.close() }

    // MARK: - Metadata

    /// The images that a query asks for, page by page.
    public func list(_ query: ImageQuery) async throws -> [Image] {
        try await translating {
            var images: [Image] = []
            let limit = query.limit ?? .max
            guard limit > 0 else { return [] }
            for try await image in client.images(GlanceQuery(query)) {
                images.append(try Image(image))
                if images.count == limit { break }
            }
            return images
        }
    }

    /// One image.
    public func show(_ reference: String) async throws -> Image {
        try await translating { try Image(try await find(reference)) }
    }

    /// Makes an image without bytes.
    public func create(_ draft: ImageDraft) async throws -> Image {
        try await translating { try Image(try await client.create(GlanceNewImage(draft))) }
    }

    /// Changes metadata, all of it or nothing.
    @discardableResult
    public func update(_ id: ImageID, _ update: ImageUpdate) async throws -> Image {
        try await translating {
            // A patch knows all tags or none; nothing else of the image is asked for.
            let changesTags = !update.addedTags.isEmpty || !update.removedTags.isEmpty
            let tags = changesTags ? try await client.show(id.description).tags : []
            return try Image(try await client.update(id.description, GlancePatch(update, of: id, tagged: tags)))
        }
    }

    /// Deactivates an image, or makes it active again.
    public func setActive(_ isActive: Bool, _ id: ImageID) async throws {
        try await translating {
            if isActive {
                try await client.reactivate(id.description)
            } else {
                try await client.deactivate(id.description)
            }
        }
    }

    /// Deletes an image, unless it is protected or in use, and answers what it was.
    @discardableResult
    public func delete(_ reference: String) async throws -> Image {
        try await translating {
            let image = try await find(reference)
            try await client.delete(image.id)
            return try Image(image)
        }
    }

    /// Deletes the bytes that one store has of an image.
    public func delete(_ id: ImageID, from store: String) async throws {
        try await translating { try await client.delete(id.description, fromStore: store) }
    }

    /// As the openstack client looks (SDK, `find_image`): the id, the name in one's lists, the name of a hidden one.
    private func find(_ reference: String) async throws -> GlanceImage {
        if ImageID(reference) != nil {
            do { return try await client.show(reference) } catch let error as OpenStackError
                where error.code == .notFound
            {}
        }
        var query = GlanceQuery()
        query.names = [reference]
        var images = try await client.images(query).all()
        query.isHidden = true
        if images.isEmpty { images = try await client.images(query).all() }
        guard let first = images.first else {
            throw RegistryError(.notFound, "no image of the cloud '\(name)' has the id or the name '\(reference)'")
        }
        guard images.count == 1 else {
            let ids = images.compactMap { ImageID($0.id) }
            throw RegistryError(
                .ambiguous(ids),
                "\(images.count) images are called '\(reference)'; name one by its id: "
                    + images.map(\.id).joined(separator: ", ")
            )
        }
        return first
    }

    // MARK: - Members

    /// With which projects an image is shared.
    public func members(of id: ImageID) async throws -> [ImageMember] {
        try await translating { try await client.members(of: id.description).map { try ImageMember($0) } }
    }

    /// Shares an image with a project, which has to accept it.
    @discardableResult
    public func addMember(_ project: String, to id: ImageID) async throws -> ImageMember {
        try await translating { try ImageMember(try await client.addMember(project, to: id.description)) }
    }

    /// Shares an image with a project no longer.
    public func removeMember(_ project: String, from id: ImageID) async throws {
        try await translating { try await client.removeMember(project, from: id.description) }
    }

    /// Tells what a project makes of an image that is shared with it.
    @discardableResult
    public func setMember(
        _ project: String,
        of id: ImageID,
        to status: ImageMember.Status
    ) async throws -> ImageMember {
        try await translating {
            let status = GlanceMember.Status(rawValue: status.rawValue) ?? .pending
            return try ImageMember(try await client.setMember(project, of: id.description, to: status))
        }
    }

    /// The id of the project that a name or an id means.
    public func project(_ reference: String, domain: String?) async throws -> String {
        try await translating { try await session.project(reference, in: domain).id }
    }

    /// The project of the token; nil without Keystone.
    public func ownProject() async throws -> String? {
        try await translating { try await session.token()?.projectID }
    }

    /// The stores; empty where Glance has one without a name.
    public func stores(detailed: Bool) async throws -> [ImageStore] {
        try await translating {
            (try await client.stores(detail: detailed) ?? []).map { store in
                ImageStore(
                    id: store.id,
                    description: store.description,
                    isDefault: store.isDefault,
                    isReadOnly: store.isReadOnly,
                    type: store.type
                )
            }
        }
    }

    /// The names of the import methods that Glance offers.
    public func importMethods() async throws -> [String] {
        try await translating { try await client.importMethods() }
    }

    // MARK: - Bytes

    /// Sends a file, and compares what Glance then says of it with the file.
    ///
    /// - Parameter digests: The file's, where they are known; else they are computed while it is sent.
    @discardableResult
    public func upload(
        _ file: FilePath,
        to id: ImageID,
        store: String?,
        digests: FileDigests?,
        progress: ProgressHandler?
    ) async throws -> Image {
        try await translating {
            // Of the bytes as they are sent: a second pass over the file would cost as much again.
            let sent = digests == nil ? UploadDigest() : nil
            do {
                try await client.upload(id.description, from: file, store: store, digest: sent, progress: progress)
            } catch let error as OpenStackError where error.code == .changed {
                throw RegistryError(.mismatch, RegistryError(error).message)
            }
            let image = try await stored(id)
            try await image.requireStored(file, try await KnownDigests(digests, sent?.value, of: file))
            return image
        }
    }

    /// An image after its upload, read anew: what Glance has written down, not what it was about to.
    ///
    /// Another node's copy of the database may lag a moment behind the one that took the bytes, and still say `saving`.
    private func stored(_ id: ImageID) async throws -> Image {
        let deadline = ContinuousClock.now + client.transport.timeouts.settling
        while true {
            let image = try Image(try await client.show(id.description))
            guard image.status == .saving, ContinuousClock.now < deadline else { return image }
            try await Task.sleep(for: .milliseconds(500))
        }
    }

    /// Sends a file into an image's staging area.
    public func stage(_ file: FilePath, for id: ImageID, progress: ProgressHandler?) async throws {
        try await translating { _ = try await client.stage(id.description, from: file, progress: progress) }
    }

    /// Begins an import.
    public func importData(
        _ method: ImportMethod,
        into id: ImageID,
        stores: StoreChoice,
        allMustSucceed: Bool
    ) async throws {
        let order = GlanceImport(
            {
                switch method {
                case .direct: .glanceDirect
                case .webDownload(let url): .webDownload(uri: url)
                case .copy: .copyImage
                }
            }(),
            to: {
                switch stores {
                case .usual: .standard
                case .named(let names): .these(names)
                case .all: .all
                }
            }(),
            mustAllSucceed: allMustSucceed
        )
        try await translating { try await client.importData(id.description, order) }
    }

    /// Receives an image, checked against its digest; a file appears only when it is complete and right.
    @discardableResult
    public func save(_ reference: String, to target: SaveTarget, progress: ProgressHandler?) async throws -> Image {
        try await translating {
            let found = try await find(reference)
            let image = try Image(found)
            if try await !receive(found, image, target, progress) {
                // The beginning that was kept was not this image's, although it said so: once more, from the first byte.
                _ = try await receive(found, image, target, progress)
            }
            return image
        }
    }

    /// Receives an image; answers false where what an earlier download had left of it was wrong.
    private func receive(
        _ found: GlanceImage,
        _ image: Image,
        _ target: SaveTarget,
        _ progress: ProgressHandler?
    ) async throws -> Bool {
        let sink = try DownloadSink(target, for: image)
        do {
            let first = try await sink.resume()
            try await client.download(found, from: first, progress: progress) { try sink.write($0) }
            let digests = try sink.digests()
            do {
                try image.require(digests)
            } catch {
                sink.discard()
                if sink.isResumed { return false }
                throw error
            }
            try sink.commit()
            return true
        } catch {
            sink.end()
            throw error
        }
    }

    /// Publishes a file: private and unprotected until Glance has all of it and says the same digests.
    @discardableResult
    public func publish(_ request: ImageRequest, progress: ProgressHandler?) async throws -> Image {
        var draft = try request.draft()
        do {
            draft.minDisk = try request.minDisk(
                virtualSize: FormatCheck.virtualSize(request.file, request.declaredFormat)
            )
        } catch let error as DiskImageError {
            throw RegistryError(error)
        }
        return try await ImageTransfer(registry: self, store: request.store)
            .create(draft, of: request.file, digests: request.digests, progress: progress)
    }

    /// Lets nothing but ``RegistryError`` and `CancellationError` out.
    private func translating<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as OpenStackError {
            throw RegistryError(error)
        } catch let error as DiskImageError {
            throw RegistryError(error)
        }
    }
}
