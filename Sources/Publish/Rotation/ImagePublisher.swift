public import DiskImages
import Foundation
import SystemPackage

/// Publishes files into one registry as a transaction: an image is visible to others complete and verified, or not at all.
///
/// 1. What a registry would refuse later is refused now: format, properties, a profile's demands.
/// 2. What a killed run left is continued where it is complete, and else removed.
/// 3. Bytes that the registry has under this name already are not sent again.
/// 4. Other bytes go into a private image under a name that nobody asks for, and are compared with the file's digests there.
/// 5. That image takes the name, visibility and all else in one change, and only then others give the name up and are retired.
///
/// An image that does not start by itself has two others beside it, its kernel and its ramdisk: ``ImageParts``.
public struct ImagePublisher: Sendable {
    /// What a publication came to.
    public struct Outcome: Sendable {
        /// The image that has the name.
        public let image: Image
        /// What was done, in this order.
        public let steps: [PublicationStep]
        /// Whether bytes were sent.
        public var isUploaded: Bool { steps.contains { $0.action == .upload } }
    }

    private let registry: any ImageRegistry
    private let rule: RotationRule
    private let publisher: String
    private let profile: PropertyProfile?
    private let warn: @Sendable (String) -> Void
    private let note: @Sendable (PublicationStep) -> Void

    /// For how long what another machine has begun is taken for going on, in seconds: a day.
    static let patience: TimeInterval = 86_400

    /// Creates a publisher.
    ///
    /// - Parameters:
    ///   - registry: Where to.
    ///   - rule: The name, and what becomes of the images that had it before.
    ///   - publisher: Who publishes. Two runs of one publisher must not publish under one name at once: what is half-made by the same
    ///     publisher counts as left by a killed run.
    ///   - profile: A standard whose properties are asked for.
    ///   - warn: Told of what a person has to know.
    ///   - note: Told of each step when it is done.
    public init(
        registry: any ImageRegistry,
        rule: RotationRule,
        publisher: String,
        profile: PropertyProfile? = nil,
        warn: @escaping @Sendable (String) -> Void = { _ in },
        note: @escaping @Sendable (PublicationStep) -> Void = { _ in }
    ) {
        self.registry = registry
        self.rule = rule
        self.publisher = publisher
        self.profile = profile
        self.warn = warn
        self.note = note
    }

    /// Publishes a file.
    ///
    /// - Throws: ``RegistryError`` or `CancellationError`. Then the name means what it meant before, or the new image where only what
    ///   follows failed; the same call again continues.
    @discardableResult
    public func publish(_ request: ImageRequest, progress: ProgressHandler? = nil) async throws -> Outcome {
        let log = StepLog(registry: registry.name, note: note)
        let (prepared, warnings) = try prepare(request, isFileThere: true)
        var (request, draft) = (request, prepared)
        warnings.forEach(warn)
        var family = try await ImageFamily(rule.name, in: registry)
        if family.isOwnerUnknown {
            family = try await ImageFamily(rule.name, in: registry, owner: newOwner(draft))
        }
        let standing = try await Standing(request, draft, family.images, rule, isOurs: isDead)
        try requireReach(draft, family.images, standing.found)
        try await remove(standing.leftovers, log)

        let parts = parts(log)
        let hasParts = hasParts(request, family.images)
        var sent: [Image] = []
        if let boot = request.boot {
            let left = family.images.filter { image in !standing.leftovers.contains { $0.id == image.id } }
            try await parts.removeLeftovers(left, isDead: isDead)
            (request.links, sent) = try await parts.supply(request, boot, to: standing.found)
            draft.properties.merge(request.links) { $1 }
        }

        let candidate: Image
        if let found = standing.found {
            candidate = found
            log.add(.skip, found, Self.reason(found))
        } else {
            do {
                candidate = try await upload(request, standing.digests, progress)
            } catch {
                await parts.discard(sent)
                throw error
            }
            log.add(.upload, candidate, Self.reason(request, candidate.size))
        }
        let executor = executor(log)
        let now = Date()
        // Anew: the upload took its time, and others publish too.
        var images = try await ImageFamily(rule.name, in: registry, owner: candidate.owner).images
        images.removeAll { $0.id == candidate.id }
        var first = RotationPlan.publication(of: candidate, as: draft, among: images + [candidate], rule, at: now)
        first.keepOnly { $0.image == candidate.id && [.activate, .publish].contains($0.kind) }
        if hasParts { try await parts.lead(first, among: [candidate]) }
        try await executor.run(first)
        // And again, since whoever published at the same time now sees the same images in the same order as we do.
        images = try await ImageFamily(rule.name, in: registry, owner: candidate.owner).images
        try await executor.run(RotationPlan.rotation(of: images, rule))
        if hasParts {
            images = try await ImageFamily(rule.name, in: registry, owner: candidate.owner).images
            try await parts.follow(images, owner: candidate.owner)
        }
        return Outcome(image: try await registry.show(candidate.id.description), steps: log.steps)
    }

    /// What ``publish(_:progress:)`` would do; asks the registry and changes nothing.
    ///
    /// - Parameter isFileThere: Whether the file is finished; of one that is not it is taken that the registry does not have its bytes.
    public func preview(_ request: ImageRequest, isFileThere: Bool = true) async throws -> [PublicationStep] {
        let log = StepLog(registry: registry.name, note: { _ in })
        let (draft, warnings) = try prepare(request, isFileThere: isFileThere)
        warnings.forEach(warn)
        let family = try await ImageFamily(rule.name, in: registry)
        if family.isOwnerUnknown {
            warn(
                "the login to '\(registry.name)' names no project: which of the images called '\(rule.name)' are its own a run finds out "
                    + "by making an image, and this one does not"
            )
        }
        let standing = try await Standing(isFileThere ? request : nil, draft, family.images, rule, isOurs: isDead)
        try requireReach(draft, family.images, standing.found)
        for leftover in standing.leftovers where isDead(leftover) {
            log.add(RotationStep(.remove, leftover, .delete))
        }
        let candidate: Image
        if let found = standing.found {
            candidate = found
            log.add(.skip, found, Self.reason(found))
        } else {
            if let boot = request.boot {
                for role in BootRole.parts {
                    let size = isFileThere ? try Self.size(boot[role]) : nil
                    log.add(.upload, nil, role.rawValue + (size.map { ", \($0) bytes" } ?? ""))
                }
            }
            let size = isFileThere ? try Self.size(request.file) : nil
            log.add(.upload, nil, Self.reason(request, size))
            candidate = Image(incoming(draft), id: ImageID(), owner: nil, at: Date()).complete()
        }
        let images = family.images.filter { $0.id != candidate.id } + [candidate]
        let plan = RotationPlan.publication(of: candidate, as: draft, among: images, rule, at: Date())
        for step in plan.steps {
            // One that is not there yet has no id to show.
            let isNew = step.image == candidate.id && standing.found == nil
            if isNew { log.add(.publish, nil, step.detail) } else { log.add(step) }
        }
        for spared in plan.spared { log.add(spared) }
        if hasParts(request, family.images) {
            // A found image keeps the links that it has.
            for step in try await parts(log).preview(plan, among: images) { log.add(step) }
        }
        return log.steps
    }

    /// Says what a registry, or the profile, would refuse of an image whose file is not there yet.
    ///
    /// - Throws: ``RegistryError`` with the code invalid.
    public func check(_ request: ImageRequest) throws {
        _ = try prepare(request, isFileThere: false)
    }

    // MARK: -

    /// What the image is to be, and what deserves a look.
    private func prepare(_ request: ImageRequest, isFileThere: Bool) throws -> (ImageDraft, warnings: [String]) {
        var draft = try request.draft()
        if let own = ImageProperty.accounts.sorted().first(where: { draft.properties[$0] != nil }) {
            throw RegistryError(.invalid, "the property '\(own)' is imagebake's own")
        }
        // It gets them one after the other, and must have room for all of them.
        var whole = draft
        let links = request.boot == nil ? [] : BootRole.parts.compactMap(\.property)
        for name in ImageProperty.accounts.union(links) { whole.properties[name] = "1" }
        try ImageLimits.check(whole)
        draft.name = rule.name
        draft.properties[ImageProperty.name] = rule.name
        if draft.minRAM == 0 { draft.minRAM = LeastMemory.mebibytes(of: draft.properties[ImageProperty.osDistro]) }
        if isFileThere {
            do {
                draft.minDisk = try request.minDisk(
                    virtualSize: FormatCheck.virtualSize(request.file, request.declaredFormat)
                )
            } catch let error as DiskImageError {
                throw RegistryError(error)
            }
        } else {
            // What it will be is at least this.
            draft.minDisk = request.minDisk ?? 1
        }
        // By then it names its kernel, which some of the others are of no use without.
        let linked = draft.properties.merging(links.map { ($0, ImageID().description) }) { first, _ in first }
        let problems = PropertyCheck(profile: profile)
            .problems(linked, minDisk: draft.minDisk, minRAM: draft.minRAM)
        let errors = problems.filter { $0.severity == .error }
        if let first = errors.first {
            let more = errors.dropFirst().map(\.property).joined(separator: ", ")
            throw RegistryError(.invalid, "\(first)" + (more.isEmpty ? "" : " (and of: \(more))"))
        }
        return (draft, problems.filter { $0.property.hasPrefix("imagebake_") == false }.map(\.description))
    }

    /// Whose an image is that this login makes: where it names no project, the registry says it of an image alone.
    ///
    /// Without that the images of earlier runs could not be told from other projects', and would be sent again each time. It is made as one
    /// on its way, so that the next run removes it where this one is killed here.
    private func newOwner(_ draft: ImageDraft) async throws -> String? {
        var draft = incoming(draft)
        // Known before, so that it can be sent twice.
        draft.id = ImageID()
        let image = try await registry.create(draft)
        try await registry.delete(image.id.description)
        return image.owner
    }

    private func incoming(_ draft: ImageDraft) -> ImageDraft {
        var draft = draft
        draft.name = Self.incomingName(rule.name)
        draft.visibility = .private
        draft.isProtected = false
        draft.properties[ImageProperty.incoming] = publisher
        return draft
    }

    /// A name that nobody asks for; it says what it is to whoever finds it.
    static func incomingName(_ name: String) -> String { "\(name.prefix(255 - 9)).incoming" }

    private func upload(
        _ request: ImageRequest,
        _ digests: FileDigests?,
        _ progress: ProgressHandler?
    ) async throws -> Image {
        var first = request
        first.name = Self.incomingName(rule.name)
        first.visibility = .private
        first.isProtected = false
        first.digests = digests ?? request.digests
        first.properties[ImageProperty.name] = rule.name
        first.properties[ImageProperty.incoming] = publisher
        return try await registry.publish(first, progress: progress)
    }

    /// Refuses to take the name from an image that more people see than would see this one: those would have none under it.
    private func requireReach(_ draft: ImageDraft, _ images: [Image], _ found: Image?) throws(RegistryError) {
        var visibility = draft.visibility ?? .shared
        if let found, RotationPlan.isPromoted(found, beyond: draft) {
            warn(
                "the image \(found.id) stays \(found.visibility.rawValue), which more people see than "
                    + "\(visibility.rawValue); 'image set --\(visibility.rawValue)' takes it back"
            )
            visibility = found.visibility
        }
        // Without a rotation nobody gives the name up.
        guard rule.keep != nil else { return }
        let wider = images.first { image in
            image.id != found?.id && image.holds(rule.name) && !image.isIncoming
                && (rule.format == nil || image.diskFormat == rule.format) && image.visibility.reach > visibility.reach
        }
        guard let wider else { return }
        throw RegistryError(
            .conflict,
            "'\(rule.name)' is the image \(wider.id), which is \(wider.visibility.rawValue), and who does not see a "
                + "\(visibility.rawValue) one would have none under that name: publish with the visibility "
                + "\(wider.visibility.rawValue), or under another name to test it"
        )
    }

    /// Whether kernels and ramdisks have to be looked after: this image's, or those of images that it follows.
    private func hasParts(_ request: ImageRequest, _ images: [Image]) -> Bool {
        request.boot != nil
            || images.contains { $0.hasParts && (rule.format == nil || $0.diskFormat == rule.format) }
    }

    private func parts(_ log: StepLog) -> ImageParts {
        ImageParts(registry: registry, name: rule.name, publisher: publisher, log: log, warn: warn)
    }

    private func executor(_ log: StepLog) -> RotationExecutor {
        RotationExecutor(registry: registry, name: rule.name, onStep: { log.add($0) }, warn: warn)
    }

    /// Removes what killed runs left; what another publisher has begun is left alone for a day.
    private func remove(_ leftovers: [Image], _ log: StepLog) async throws {
        let executor = executor(log)
        for image in leftovers {
            guard isDead(image) else {
                warn(
                    "another run has begun to publish '\(rule.name)' as \(image.id) and may still be at it; "
                        + "if it was killed, its image goes a day after its last change"
                )
                continue
            }
            try await executor.run(RotationPlan(RotationStep(.remove, image, .delete)))
        }
    }

    private func isDead(_ image: Image) -> Bool {
        image.properties[ImageProperty.incoming] == publisher
            || image.updatedAt.addingTimeInterval(Self.patience) < Date()
    }

    private static func size(_ file: FilePath) throws -> Int64? {
        do { return try FileIO.status(at: FileIO.absolute(file))?.size } catch { throw RegistryError(error) }
    }

    private static func reason(_ image: Image) -> String {
        image.isIncoming
            ? "a run that did not come to its end has sent these bytes"
            : "the registry has these bytes, nothing is sent"
    }

    private static func reason(_ request: ImageRequest, _ size: Int64?) -> String {
        let place = request.store.map { ", into the store \($0)" } ?? ""
        return request.formatName.rawValue + (size.map { ", \($0) bytes" } ?? "") + place
    }
}
