import Foundation

/// Gives a name back to the image that had it before, and takes it from one that turned out bad.
public struct ImageRollback: Sendable {
    private let registry: any ImageRegistry
    private let name: String
    private let retire: RetireAction
    private let warn: @Sendable (String) -> Void
    private let note: @Sendable (PublicationStep) -> Void

    /// Creates a rollback; nothing is asked yet.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - registry: Where.
    ///   - retire: What becomes of the image that has the name now.
    ///   - warn: Told of what a person has to know.
    ///   - note: Told of each step when it is done.
    public init(
        of name: String,
        in registry: any ImageRegistry,
        retire: RetireAction = .hide,
        warn: @escaping @Sendable (String) -> Void = { _ in },
        note: @escaping @Sendable (PublicationStep) -> Void = { _ in }
    ) {
        self.name = name
        self.registry = registry
        self.retire = retire
        self.warn = warn
        self.note = note
    }

    /// Does it, and answers what was done.
    ///
    /// - Throws: ``RegistryError``; with the code notFound, and nothing changed, where there is nothing to go back to.
    public func run() async throws -> [PublicationStep] {
        let log = StepLog(registry: registry.name, note: note)
        let executor = RotationExecutor(registry: registry, name: name, onStep: { log.add($0) }, warn: warn)
        let parts = ImageParts(registry: registry, name: name, log: log, warn: warn)
        let images = try await images()
        for plan in try plans(images) {
            try await parts.lead(plan, among: images)
            try await executor.run(plan)
        }
        if images.contains(where: \.hasParts) {
            try await parts.follow(ImageFamily(name, in: registry).images, owner: nil)
        }
        return log.steps
    }

    /// What ``run()`` would do.
    public func preview() async throws -> [PublicationStep] {
        let log = StepLog(registry: registry.name, note: { _ in })
        let parts = ImageParts(registry: registry, name: name, log: log, warn: { _ in })
        let images = try await images()
        for plan in try plans(images) {
            plan.steps.forEach { log.add($0) }
            plan.spared.forEach { log.add($0) }
            // What a plan does not touch it leaves as it is.
            let touched = images.filter { image in plan.steps.contains { $0.image == image.id } }
            if touched.contains(where: \.hasParts) {
                for step in try await parts.preview(plan, among: images) { log.add(step) }
            }
        }
        return log.steps
    }

    private func images() async throws -> [Image] {
        let family = try await ImageFamily(name, in: registry)
        guard !family.images.isEmpty || !family.isOwnerUnknown else {
            throw RegistryError(
                .invalid,
                "the login to '\(registry.name)' names no project, so that nobody can tell whose images called '\(name)' are to be "
                    + "changed; name the project in clouds.yaml"
            )
        }
        return family.images
    }

    /// One plan for each format that has the name: all of them are possible, or none is begun.
    private func plans(_ images: [Image]) throws -> [RotationPlan] {
        let named = Set(images.filter { $0.holds(name) }.compactMap(\.diskFormat))
        let formats: [DiskFormatName?] =
            named.count > 1 ? named.sorted { $0.rawValue < $1.rawValue }.map { $0 } : [nil]
        let now = Date()
        return try formats.map { format in
            try RotationPlan.rollback(of: images, RotationRule(name: name, retire: retire, format: format), at: now)
        }
    }
}
