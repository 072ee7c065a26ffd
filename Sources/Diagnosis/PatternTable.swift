/// All patterns, and what finds those that a line may fit.
struct PatternTable: Sendable {
    /// A pattern and one of its templates.
    struct Entry: Sendable {
        let pattern: Int
        let template: Template
    }

    /// Templates, in the order of their patterns, and a needle for each.
    struct Index: Sendable {
        let entries: [Entry]
        let needles: NeedleSet

        init(_ entries: [Entry]) {
            self.entries = entries
            needles = NeedleSet(entries.map(\.template.needle))
        }
    }

    static let shared = PatternTable(FailurePattern.all)

    let patterns: [FailurePattern]
    /// What counts on any line.
    let reading: Index
    /// What counts as the last text, when nothing more comes.
    let waiting: Index

    init(_ patterns: [FailurePattern]) {
        self.patterns = patterns
        let entries = patterns.enumerated().flatMap { index, pattern in
            pattern.templates.map { Entry(pattern: index, template: $0) }
        }
        reading = Index(entries.filter { patterns[$0.pattern].silence == 0 })
        waiting = Index(entries.filter { patterns[$0.pattern].kind == .prompt })
    }
}
