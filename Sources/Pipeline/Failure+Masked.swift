import Recipes

extension Failure {
    /// The same without the secrets that a stream of events keeps out.
    func masked(by events: EventStream) -> Failure {
        let masker = events.masker
        guard !masker.isEmpty else { return self }
        return Failure(
            status,
            masker.mask(message),
            details: details.map { Detail($0.label, masker.mask($0.text)) }
        )
    }
}
