import DiskImages
import SystemPackage

/// The kernels and ramdisks of the images of one name: images of their own, which Nova finds by `kernel_id` and `ramdisk_id`.
///
/// Each image has two that are nobody else's, so that they can share its fate whatever becomes of others: they are there and seen before it
/// is, and change and go after it.
struct ImageParts: Sendable {
    let registry: any ImageRegistry
    /// The name under which the images were published.
    let name: String
    /// Who publishes; nil where nothing is published, and half-made parts are left to those who made them.
    var publisher: String?
    let log: StepLog
    let warn: @Sendable (String) -> Void

    // MARK: sending

    /// Sends what an image lacks, the kernel first; where that fails, nothing is left of what was sent.
    ///
    /// - Parameters:
    ///   - request: What the image is to be.
    ///   - boot: The parts' files.
    ///   - found: The image, where it is there; parts of it that have the files' bytes stay.
    /// - Returns: The properties that name the parts, and those that were sent.
    /// - Throws: ``RegistryError`` or `CancellationError`.
    func supply(
        _ request: ImageRequest,
        _ boot: BootFiles,
        to found: Image?
    ) async throws -> (links: [String: String], sent: [Image]) {
        var links: [String: String] = [:]
        var sent: [Image] = []
        do {
            for role in BootRole.parts {
                guard let property = role.property else { continue }
                var part: Image?
                if let found { part = try await self.part(role, of: found) }
                if let standing = part, try await !isSame(standing, boot[role]) { part = nil }
                if part == nil {
                    let new = try await registry.publish(self.request(role, boot[role], of: request))
                    log.add(.upload, new, role.rawValue + (new.size.map { ", \($0) bytes" } ?? ""))
                    sent.append(new)
                    part = new
                }
                links[property] = part?.id.description
            }
            return (links, sent)
        } catch {
            await discard(sent)
            throw error
        }
    }

    /// Deletes what this run has sent, also when it was cancelled; what cannot be deleted the next run removes.
    func discard(_ images: [Image]) async {
        let registry = registry
        await Task { for image in images.reversed() { _ = try? await registry.delete(image.id.description) } }.value
    }

    /// What one part is to be until its image is there.
    func request(_ role: BootRole, _ file: FilePath, of whole: ImageRequest) -> ImageRequest {
        var request = ImageRequest(
            file: file,
            name: ImagePublisher.incomingName(role.name(of: name)),
            diskFormat: .raw,
            sharing: whole.sharing
        )
        request.role = role
        request.tags = whole.tags
        request.store = whole.store
        request.osDistro = whole.osDistro
        request.osVersion = whole.osVersion
        request.architecture = whole.architecture
        request.bakeID = whole.bakeID
        request.recipeDigest = whole.recipeDigest
        request.properties = [ImageProperty.part: name, ImageProperty.incoming: publisher ?? ""]
        return request
    }

    private func isSame(_ part: Image, _ file: FilePath) async throws -> Bool {
        do {
            return part.isSame(as: try await FileDigester.digest(file))
        } catch let error as DiskImageError {
            throw RegistryError(error)
        }
    }

    // MARK: following

    /// Brings the parts of images that a plan is about to show, or to make active, to where these will be: before them.
    ///
    /// - Throws: ``RegistryError`` or `CancellationError`; then the plan must not be carried out.
    func lead(_ plan: RotationPlan, among images: [Image]) async throws {
        let isShown = Set(plan.steps.filter { [.activate, .publish].contains($0.kind) }.map(\.image))
        for image in images where isShown.contains(image.id) {
            guard let image = plan.outcome(for: image), image.hasParts else { continue }
            var parts: [Image] = []
            for role in BootRole.parts where image.id(of: role) != nil {
                if let part = try await part(role, of: image) { parts.append(part) }
            }
            // Half-made no more, by then.
            var shown = image
            shown.properties[ImageProperty.incoming] = nil
            try await executor.run(.following([shown], parts, of: name))
        }
    }

    /// Brings the parts of all images to where these are, and deletes those whose images are gone.
    ///
    /// - Parameter images: All images of the name, half-made ones too.
    func follow(_ images: [Image], owner: String?) async throws {
        let parts = try await all(owner: owner)
        try await executor.run(.following(images, parts, of: name))
        for orphan in Self.orphans(parts, images) where !orphan.isIncoming {
            try await remove(orphan, as: .delete)
        }
    }

    /// Deletes the parts that killed runs left before they came to send the image itself.
    func removeLeftovers(_ images: [Image], isDead: (Image) -> Bool) async throws {
        for orphan in Self.orphans(try await all(owner: nil), images) where orphan.isIncoming && isDead(orphan) {
            try await remove(orphan, as: .remove)
        }
    }

    /// What ``follow(_:owner:)`` will do when a plan was carried out.
    func preview(_ plan: RotationPlan, among images: [Image]) async throws -> [RotationStep] {
        let parts = try await all(owner: nil)
        let outcome = images.compactMap { plan.outcome(for: $0) }
        return RotationPlan.following(outcome, parts, of: name).steps
            + Self.orphans(parts, outcome).filter { !$0.isIncoming }.map { RotationStep(.delete, $0, .delete) }
    }

    private static func orphans(_ parts: [Image], _ images: [Image]) -> [Image] {
        parts.filter { part in !images.contains { $0.role(of: part) != nil } }
    }

    private func remove(_ part: Image, as kind: RotationStep.Kind) async throws {
        // A server's snapshot names the kernel that its server was started with.
        if let user = try await user(of: part) {
            warn("the image '\(part.name ?? "")' (\(part.id)) is not deleted: \(user) starts with it")
            return
        }
        // It was protected because its image was.
        if part.isProtected {
            var update = ImageUpdate()
            update.isProtected = false
            try await registry.update(part.id, update)
        }
        try await executor.run(RotationPlan(RotationStep(kind, part, .delete)))
    }

    private var executor: RotationExecutor {
        RotationExecutor(registry: registry, name: name, onStep: { log.add($0) }, warn: warn)
    }

    // MARK: looking

    /// A part of an image that is its own; nil where it is gone, or was linked by somebody's hand.
    private func part(_ role: BootRole, of image: Image) async throws -> Image? {
        guard let id = image.id(of: role) else { return nil }
        do {
            let part = try await registry.show(id.description)
            return part.account(ImageProperty.part) == name ? part : nil
        } catch let error as RegistryError where error.code == .notFound {
            warn("the \(role == .kernel ? "kernel" : "ramdisk") \(id) of the image \(image.id) is not there any more")
            return nil
        }
    }

    /// All parts of images of the name.
    private func all(owner: String?) async throws -> [Image] {
        let project = try await registry.ownProject() ?? owner
        return try await images(with: ImageProperty.part, name, owner: project)
            .filter { $0.account(ImageProperty.part) == name }
    }

    /// Another image that starts with a part, whatever its name.
    private func user(of part: Image) async throws -> ImageID? {
        for property in BootRole.parts.compactMap(\.property) {
            if let user = try await images(with: property, part.id.description, owner: part.owner).first {
                return user.id
            }
        }
        return nil
    }

    private func images(with property: String, _ value: String, owner: String?) async throws -> [Image] {
        var found: [Image] = []
        for isHidden in [false, true] {
            var query = ImageQuery()
            query.owner = owner
            query.isHidden = isHidden
            query.properties = [property: value]
            // A registry that passes over a filter must not make us touch what is another's.
            found += try await registry.list(query).filter { $0.owner == owner && $0.properties[property] == value }
        }
        return found.sorted(by: Image.isOlder)
    }
}
