import DiskImages
import Foundation
import GRDB

extension LocalRegistry {
    private var rules: AccessRules { AccessRules(actor: actor) }

    /// The images that a query asks for; none where the registry does not exist yet.
    public func list(_ query: ImageQuery) async throws -> [Image] {
        try await work { index, _ in try index.read { try index.list(query, for: rules, $0) } ?? [] }
    }

    /// One image.
    public func show(_ reference: String) async throws -> Image {
        try await work { index, _ in
            guard let image = try index.read({ try index.find(reference, for: rules, $0) }) else {
                throw RegistryIndex.notFound(reference)
            }
            return image
        }
    }

    /// Refuses an image that the actor may not make, or that breaks a rule.
    public func requireCreate(_ draft: ImageDraft) async throws {
        try rules.requireCreate(draft)
        try ImageLimits.check(draft)
    }

    /// Makes an image without bytes.
    public func create(_ draft: ImageDraft) async throws -> Image {
        try await requireCreate(draft)
        return try await work { index, _ in
            try index.prepare()
            let image = Image(draft, id: draft.id ?? ImageID(), owner: actor.project, at: Timestamp.now())
            try index.write { database in
                guard try !index.has(image.id, database) else {
                    throw RegistryError(.conflict, "Image ID \(image.id) already exists!")
                }
                try index.require(.countTotal, delta: 1, for: actor.project, database)
                try index.insert(image, database)
            }
            return image
        }
    }

    /// Changes metadata, all of it or nothing.
    @discardableResult
    public func update(_ id: ImageID, _ update: ImageUpdate) async throws -> Image {
        try await change(id) { image, _ in
            try rules.requireChange(of: image, update)
            try ImageLimits.apply(update, to: &image)
        }
    }

    /// Deactivates an image, or makes it active again; one that is so already stays it.
    public func setActive(_ isActive: Bool, _ id: ImageID) async throws {
        try await change(id) { image, _ in
            try rules.requireActivation(of: image, isActive)
            guard image.status == .active || image.status == .deactivated else {
                throw RegistryError(
                    .forbidden,
                    "Not allowed to \(isActive ? "reactivate" : "deactivate") image in status '\(image.status.rawValue)'"
                )
            }
            image.status = isActive ? .active : .deactivated
        }
    }

    /// Deletes an image, and its blobs where no other image has the same bytes.
    @discardableResult
    public func delete(_ reference: String) async throws -> Image {
        try await work { index, _ in
            guard try FileIO.status(at: index.layout.index) != nil else { throw RegistryIndex.notFound(reference) }
            return try BlobMark.around(index.layout) { mark in
                let image = try index.write { database in
                    let image = try index.find(reference, for: rules, database)
                    try rules.requireDelete(image)
                    try index.delete(image.id, database)
                    return image
                }
                // Only after the row is gone for good; if this fails, the next sweep does it.
                mark.clean { try index.uncancelled.write { try index.removeBlobsIfUnreferenced(of: image, $0) } }
                _ = try? FileIO.remove(index.layout.staged(image.id))
                return image
            }
        }
    }

    // MARK: - Members

    /// With which projects an image is shared.
    public func members(of id: ImageID) async throws -> [ImageMember] {
        try await work { index, _ in
            let members = try index.read { database in
                let image = try index.find(id.description, for: rules, database)
                try rules.requireMembers(of: image)
                return rules.visible(try index.members(of: id, database), of: image)
            }
            guard let members else { throw RegistryIndex.notFound(id.description) }
            return members
        }
    }

    /// Shares an image with a project, which has to accept it.
    @discardableResult
    public func addMember(_ project: String, to id: ImageID) async throws -> ImageMember {
        try await withImage(id) { image, index, database in
            try rules.requireSharing(of: image)
            try ImageLimits.check(project: project)
            let members = try index.members(of: id, database)
            guard !members.contains(where: { $0.project == project }) else {
                throw RegistryError(.conflict, "The target member \(project) is already associated with image \(id).")
            }
            guard members.count < ImageLimits.count else {
                throw RegistryError(
                    .tooLarge,
                    "The limit has been exceeded on the number of allowed image members for this image."
                )
            }
            let now = Timestamp.now()
            let member = ImageMember(image: id, project: project, status: .pending, createdAt: now, updatedAt: now)
            try index.save(member, database)
            return member
        }
    }

    /// Shares an image with a project no longer.
    public func removeMember(_ project: String, from id: ImageID) async throws {
        try await withImage(id) { image, index, database in
            try rules.requireMembers(of: image)
            // Before the right to do it is asked for, as in Glance.
            guard try index.members(of: id, database).contains(where: { $0.project == project }) else {
                throw RegistryError(.notFound, "Member \(project) not found in image \(id)")
            }
            try rules.requireSharing(of: image)
            try index.removeMember(project, from: id, database)
        }
    }

    /// Tells what a project makes of an image that is shared with it.
    @discardableResult
    public func setMember(
        _ project: String,
        of id: ImageID,
        to status: ImageMember.Status
    ) async throws -> ImageMember {
        try await withImage(id) { image, index, database in
            try rules.requireMembers(of: image)
            guard let member = try index.members(of: id, database).first(where: { $0.project == project }) else {
                throw RegistryError(.notFound, "Member \(project) not found in image \(id)")
            }
            try rules.requireAnswer(of: project, to: image)
            let changed = ImageMember(
                image: id,
                project: project,
                status: status,
                createdAt: member.createdAt,
                updatedAt: Timestamp.now()
            )
            try index.save(changed, database)
            return changed
        }
    }

    /// The project itself: here a project is known by one name only.
    public func project(_ reference: String, domain: String?) async throws -> String { reference }

    /// The project that asks.
    public func ownProject() async throws -> String? { actor.project }

    // MARK: -

    /// Changes an image that the actor sees, in one transaction.
    @discardableResult
    private func change(
        _ id: ImageID,
        _ body: @escaping @Sendable (inout Image, Database) throws -> Void
    ) async throws -> Image {
        try await withImage(id) { image, index, database in
            var changed = image
            try body(&changed, database)
            if changed == image { return image }
            changed.updatedAt = Timestamp.now()
            try index.replace(changed, database)
            return changed
        }
    }

    private func withImage<Value: Sendable>(
        _ id: ImageID,
        _ body: @escaping @Sendable (Image, RegistryIndex, Database) throws -> Value
    ) async throws -> Value {
        try await work { index, _ in
            guard try FileIO.status(at: index.layout.index) != nil else { throw RegistryIndex.notFound(id.description) }
            return try index.write { database in
                try body(try index.find(id.description, for: rules, database), index, database)
            }
        }
    }
}
