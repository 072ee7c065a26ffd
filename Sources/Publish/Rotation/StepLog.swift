import Synchronization

/// What a publication has done so far.
final class StepLog: Sendable {
    private let registry: String
    private let note: @Sendable (PublicationStep) -> Void
    private let list = Mutex<[PublicationStep]>([])

    init(registry: String, note: @escaping @Sendable (PublicationStep) -> Void) {
        self.registry = registry
        self.note = note
    }

    /// All of it, in order.
    var steps: [PublicationStep] { list.withLock { $0 } }

    func add(_ step: RotationStep) { add(PublicationStep(registry, step)) }

    func add(_ spared: RotationPlan.Spared) {
        add(
            PublicationStep(
                registry,
                .spare,
                image: spared.image.description,
                name: spared.name,
                detail: "would be deleted, but \(spared.reason)"
            )
        )
    }

    func add(_ action: PublicationStep.Action, _ image: Image?, _ detail: String) {
        add(
            PublicationStep(
                registry,
                action,
                image: image?.id.description,
                name: image?.name ?? "",
                detail: detail
            )
        )
    }

    private func add(_ step: PublicationStep) {
        list.withLock { $0.append(step) }
        note(step)
    }
}
