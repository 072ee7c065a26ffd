import Recipes

extension Event.Kind {
    /// The same without secrets.
    func masked(by masker: SecretMasker) -> Self {
        if masker.isEmpty { return self }
        switch self {
        case .bakeStarted(let recipe): return .bakeStarted(recipe: masker.mask(recipe))
        case .started, .progress, .bakeFinished: return self
        case .activity(let text): return .activity(masker.mask(text))
        case .note(let text): return .note(masker.mask(text))
        case .output(let text): return .output(masker.mask(text))
        case .warning(let text): return .warning(masker.mask(text))
        case .finished(let seconds, let isCached, let summary):
            return .finished(seconds: seconds, isCached: isCached, summary: masker.mask(summary))
        case .failed(let message): return .failed(message: masker.mask(message))
        }
    }
}
