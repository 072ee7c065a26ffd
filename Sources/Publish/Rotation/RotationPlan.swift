import Foundation

/// The steps from one newest image to the next, found from the images alone: pure, so that it can be shown before it is done.
///
/// The order is what keeps the promise that the name never means nothing: an image takes the name before another gives it up, so that for a
/// moment two have it, and an image is retired only when neither it nor anything that is kept has to move any more. Killed after any step, the
/// same plan from the images as they are then comes to the same end.
public struct RotationPlan: Sendable, Hashable {
    /// An image that the rule would have retired, and why it was not.
    public struct Spared: Sendable, Hashable {
        /// The image.
        public let image: ImageID
        /// Its name; empty for none.
        public let name: String
        /// Why.
        public let reason: String
    }

    /// What is to be done, in this order.
    public private(set) var steps: [RotationStep] = []
    /// What is left alone.
    public private(set) var spared: [Spared] = []

    /// A plan that does nothing.
    init() {}

    /// A plan of one step.
    init(_ step: RotationStep) { steps = [step] }

    /// Adds a step at the end.
    mutating func add(_ step: RotationStep) { steps.append(step) }

    /// Leaves steps out.
    mutating func keepOnly(_ isWanted: (RotationStep) -> Bool) {
        steps.removeAll { !isWanted($0) }
        spared = []
    }

    /// The plan that publishes a complete image, and rotates the others.
    ///
    /// - Parameters:
    ///   - candidate: The image, active or deactivated, its bytes verified.
    ///   - draft: What it is to be; without a name it keeps its own.
    ///   - images: All images of the project under the rule's name, the candidate among them or not.
    ///   - rule: The rule.
    ///   - now: When it is published.
    static func publication(
        of candidate: Image,
        as draft: ImageDraft,
        among images: [Image],
        _ rule: RotationRule,
        at now: Date
    ) -> RotationPlan {
        var plan = RotationPlan()
        if candidate.status == .deactivated {
            plan.steps.append(RotationStep(.activate, candidate, .setActive(true)))
        }
        let update = admission(of: candidate, as: draft, among: images, rule, at: now)
        if !update.isEmpty { plan.steps.append(RotationStep(.publish, candidate, .update(update))) }
        var published = candidate
        published.status = .active
        published.apply(update)
        let rotation = rotation(of: images.filter { $0.id != candidate.id } + [published], rule)
        plan.steps += rotation.steps
        plan.spared = rotation.spared
        return plan
    }

    /// What of an image is not yet as a draft wants it; tags and properties that it has besides stay.
    static func admission(
        of image: Image,
        as draft: ImageDraft,
        among images: [Image],
        _ rule: RotationRule,
        at now: Date
    ) -> ImageUpdate {
        var update = ImageUpdate()
        if let name = draft.name, name != image.name { update.name = name }
        if let visibility = draft.visibility, visibility != image.visibility, !isPromoted(image, beyond: draft) {
            update.visibility = visibility
        }
        // Somebody who protected it by hand had a reason.
        if draft.isProtected, !image.isProtected { update.isProtected = true }
        if draft.isHidden != image.isHidden { update.isHidden = draft.isHidden }
        if draft.minDisk != image.minDisk { update.minDisk = draft.minDisk }
        if draft.minRAM != image.minRAM { update.minRAM = draft.minRAM }
        update.addedTags = Set(draft.tags).subtracting(image.tags).sorted()
        update.properties = draft.properties.filter { image.properties[$0.key] != $0.value }
        // The newest of those that have the name is the one that keeps it.
        let named = images.filter { $0.holds(rule.name) }.sorted(by: Image.isOlder)
        let newest = named.last
        if image.account(ImageProperty.published) == nil || newest?.id != image.id {
            // Another machine's clock may be ahead, and the one that is published now is the newest in any case.
            let last = newest.flatMap { PublicationTime.date($0.publicationTime) }?.addingTimeInterval(0.001)
            update.properties[ImageProperty.published] = PublicationTime.text(max(now, last ?? now))
        }
        if image.properties[ImageProperty.image] != image.id.description {
            update.properties[ImageProperty.image] = image.id.description
        }
        update.removedProperties = [ImageProperty.incoming, ImageProperty.withdrawn].filter {
            image.properties[$0] != nil
        }
        var refused = RefusedBytes(image)
        named.forEach { refused.join(RefusedBytes($0)) }
        refused.permit(image)
        refused.write(to: &update, of: image)
        return update
    }

    /// Whether more people see it under the name by now than a draft says: somebody promoted it, and publishing it once more takes nothing back.
    static func isPromoted(_ image: Image, beyond draft: ImageDraft) -> Bool {
        guard let name = draft.name, let visibility = draft.visibility else { return false }
        return image.holds(name) && !image.isIncoming && image.visibility.reach > visibility.reach
    }

    /// The plan that brings the images under a name into order: the newest keeps it, the others get their dates, the old ones are retired.
    static func rotation(of all: [Image], _ rule: RotationRule) -> RotationPlan {
        var plan = RotationPlan()
        let images = all.filter { rule.format == nil || $0.diskFormat == rule.format }
            .filter { !$0.isIncoming }.sorted { Image.isOlder($1, $0) }
        guard let keep = rule.keep, let current = images.first(where: { $0.holds(rule.name) }) else {
            return plan
        }
        var taken = Set(all.compactMap(\.name))
        let others = images.filter { $0.id != current.id }
        for image in others where image.name == rule.name {
            let update = image.renaming(from: rule.name, taken: &taken)
            plan.steps.append(RotationStep(.rename, image, .update(update)))
        }
        // The one with the name is the first that is kept, though one that was withdrawn may be newer.
        var kept = 1
        for image in others where image.isOf(rule.name) {
            if kept < max(1, keep) {
                if image.isUsable, !image.isRetired(by: rule, current) { kept += 1 }
                continue
            }
            // What is newer than the image in use was rolled back, by somebody who may want to look at it.
            guard Image.isOlder(image, current) else { continue }
            plan.retire(image, rule.retire)
        }
        return plan
    }

    /// The plan that gives a name back to the image that had it before.
    ///
    /// - Parameters:
    ///   - all: All images of the project under the name.
    ///   - rule: The name, the format where it counts, and what becomes of the image that has the name.
    ///   - now: When it is done.
    /// - Throws: ``RegistryError`` with the code notFound where no image has the name, or none had it before.
    static func rollback(of all: [Image], _ rule: RotationRule, at now: Date) throws(RegistryError) -> RotationPlan {
        let images = all.filter { rule.format == nil || $0.diskFormat == rule.format }
            .filter { !$0.isIncoming }.sorted { Image.isOlder($1, $0) }
        guard let current = images.first(where: { $0.holds(rule.name) }) else {
            throw RegistryError(.notFound, "no image of this project that can be used has the name '\(rule.name)'")
        }
        let earlier = images.filter { image in
            image.id != current.id && Image.isOlder(image, current) && image.hasBytes && !image.isWithdrawn
                && image.isItself && (image.isOf(rule.name) || image.name == rule.name)
        }
        guard let target = earlier.first else {
            throw RegistryError(
                .notFound,
                "there is no earlier image of '\(rule.name)' to go back to; \(current.id) keeps the name"
            )
        }
        var plan = RotationPlan()
        if target.status == .deactivated { plan.steps.append(RotationStep(.activate, target, .setActive(true))) }
        var update = ImageUpdate()
        if target.name != rule.name { update.name = rule.name }
        // Whoever saw one of the two under the name goes on to see one.
        if target.visibility.reach < current.visibility.reach { update.visibility = current.visibility }
        if target.isHidden { update.isHidden = false }
        if target.properties[ImageProperty.name] == nil { update.properties[ImageProperty.name] = rule.name }
        if target.properties[ImageProperty.image] == nil {
            update.properties[ImageProperty.image] = target.id.description
        }
        // Also when the bad image is deleted these bytes do not come back.
        var refused = RefusedBytes(target)
        refused.join(RefusedBytes(current))
        refused.refuse(current)
        refused.permit(target)
        refused.write(to: &update, of: target)
        if !update.isEmpty { plan.steps.append(RotationStep(.publish, target, .update(update))) }

        var taken = Set(all.compactMap(\.name))
        for image in images where image.name == rule.name && image.id != target.id {
            var update = image.renaming(from: rule.name, taken: &taken)
            guard image.id == current.id else {
                plan.steps.append(RotationStep(.rename, image, .update(update)))
                continue
            }
            update.properties[ImageProperty.name] = rule.name
            update.properties[ImageProperty.withdrawn] = PublicationTime.text(now)
            // With the name, so that no run that is killed here leaves a bad image in people's lists.
            if rule.retire == .community, current.visibility == .public || current.visibility == .community {
                update.visibility = .community
            } else {
                update.isHidden = true
            }
            plan.steps.append(RotationStep(.withdraw, image, .update(update)))
        }
        if rule.retire == .delete || rule.retire == .deactivate { plan.retire(current, rule.retire) }
        return plan
    }

    private mutating func retire(_ image: Image, _ action: RetireAction) {
        var update = ImageUpdate()
        switch action {
        case .delete where image.isProtected:
            spared.append(Spared(image: image.id, name: image.name ?? "", reason: "it is protected"))
            return
        case .delete: steps.append(RotationStep(.delete, image, .delete))
        case .deactivate:
            if image.status == .active { steps.append(RotationStep(.deactivate, image, .setActive(false))) }
        case .community where image.visibility == .public:
            update.visibility = .community
            steps.append(RotationStep(.community, image, .update(update)))
        case .community where image.visibility == .community: break
        case .hide, .community:
            guard !image.isHidden else { return }
            update.isHidden = true
            steps.append(RotationStep(.hide, image, .update(update)))
        }
    }
}
