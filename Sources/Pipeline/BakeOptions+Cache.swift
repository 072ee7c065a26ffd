import Foundation

extension BakeOptions {
    /// Whether a stage is made anew whatever the cache has.
    func makesAnew(_ stage: StageName) -> Bool {
        guard let first = ignoresCache ? .render : refresh else { return false }
        return stage.position >= first.position
    }

    /// How new a stage's product must be for a bake that began at a moment.
    ///
    /// What another bake made since then is as new as what this one would make.
    func freshness(_ stage: StageName, began: Date) -> Freshness {
        Freshness(
            created: makesAnew(stage) ? began : nil,
            oldest: maxAge.map { began.addingTimeInterval(-Double($0.components.seconds)) }
        )
    }

    /// Whether the bake stops before a stage.
    func stops(before stage: StageName) -> Bool {
        until.map { $0.position < stage.position } ?? false
    }
}
