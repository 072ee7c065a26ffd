/// Shows an image to more people than before: private, shared, community, public.
public struct ImagePromotion: Sendable {
    private let registry: any ImageRegistry
    private let visibility: Visibility
    private let profile: PropertyProfile?

    /// Creates a promotion.
    ///
    /// - Parameters:
    ///   - visibility: Who is to see it.
    ///   - registry: Where it is.
    ///   - profile: A standard whose properties it has to have by then.
    public init(to visibility: Visibility, in registry: any ImageRegistry, profile: PropertyProfile? = nil) {
        self.visibility = visibility
        self.registry = registry
        self.profile = profile
    }

    /// What would be done with an image; nil where it is seen by these already.
    ///
    /// - Throws: ``RegistryError`` with the code conflict for an image that is not complete, or one that more people see than that;
    ///   with the code invalid where the profile is not met.
    public func preview(_ reference: String) async throws -> PublicationStep? {
        try await step(reference).map { PublicationStep(registry.name, $0) }
    }

    /// Does it, and answers the image.
    public func run(_ reference: String) async throws -> Image {
        guard let step = try await step(reference), case .update(let update) = step.change else {
            return try await registry.show(reference)
        }
        // Who sees an image starts its kernel as well.
        let before = try await registry.show(step.image.description)
        let parts = ImageParts(
            registry: registry,
            name: before.publicationName ?? "",
            log: StepLog(registry: registry.name, note: { _ in }),
            warn: { _ in }
        )
        try await parts.lead(RotationPlan(step), among: [before])
        let image = try await registry.update(step.image, update)
        guard image.visibility == visibility else {
            throw RegistryError(.conflict, "image \(image.id) is still \(image.visibility.rawValue)")
        }
        return image
    }

    private func step(_ reference: String) async throws -> RotationStep? {
        let image = try await registry.show(reference)
        guard image.status == .active else {
            throw RegistryError(
                .conflict,
                "image \(image.id) is '\(image.status.rawValue)', and only a complete, active image is shown to others"
            )
        }
        guard !image.isIncoming, !image.isWithdrawn else {
            let what = image.isWithdrawn ? "was withdrawn by a rollback" : "is not published completely"
            throw RegistryError(.conflict, "image \(image.id) \(what)")
        }
        guard image.visibility.reach <= visibility.reach else {
            throw RegistryError(
                .conflict,
                "image \(image.id) is \(image.visibility.rawValue), which more people see than \(visibility.rawValue); "
                    + "'image set --\(visibility.rawValue)' takes it back"
            )
        }
        let problems = PropertyCheck(profile: profile)
            .problems(image.properties, minDisk: image.minDisk, minRAM: image.minRAM)
        if let first = problems.first(where: { $0.severity == .error }) {
            throw RegistryError(.invalid, "image \(image.id): \(first)")
        }
        guard image.visibility != visibility else { return nil }
        var update = ImageUpdate()
        update.visibility = visibility
        return RotationStep(.publish, image, .update(update))
    }
}

extension Visibility {
    /// How many see it, from the fewest.
    var reach: Int {
        switch self {
        case .private: 0
        case .shared: 1
        case .community: 2
        case .public: 3
        }
    }
}
