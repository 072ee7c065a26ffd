import Yams

/// The count of the values that one pass over a tree may visit.
final class NodeBudget {
    private let context: ReadingContext
    private var visited = 0

    init(_ context: ReadingContext) {
        self.context = context
    }

    /// Counts a value.
    ///
    /// - Throws: All problems so far and this one, when there are so many values that only aliases of aliases explain it.
    func visit(_ node: Node) throws(RecipeProblems) {
        visited += 1
        guard visited > ReadingContext.valueLimit else { return }
        context.reportTooManyValues(at: node)
        throw context.problems
    }
}
