import Yams

/// The bound of what the values of variables add up to where they are used; variables of variables could fill the memory.
final class InsertionBudget {
    private let context: ReadingContext
    private var inserted = 0

    init(_ context: ReadingContext) {
        self.context = context
    }

    /// Counts a value that is used.
    ///
    /// - Returns: Whether it may be; when it may not, that is reported.
    func insert(_ value: VariableValue, at node: Node) -> Bool {
        // The items of a list count even where they are empty.
        inserted += value.texts.reduce(1) { $0 + $1.utf8.count + 1 }
        guard inserted > RecipeBytes.limit else { return true }
        context.report("the values of the variables add up to more than 1 MiB; do they refer to each other?", at: node)
        return false
    }
}
