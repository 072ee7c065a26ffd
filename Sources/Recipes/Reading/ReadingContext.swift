import Yams

/// What the readers of one recipe share: the problems found so far and the count of what was read.
final class ReadingContext {
    /// The number of values above which a recipe is refused.
    ///
    /// Only aliases of aliases get there.
    static let valueLimit = 20_000

    /// The number of problems above which no more are recorded.
    static let problemLimit = 200

    /// The recipe's file, as the user named it.
    let file: String

    private(set) var diagnostics: [Diagnostic] = []
    private var values = 0

    init(file: String) {
        self.file = file
    }

    /// Whether so much was read that reading must stop.
    var isExhausted: Bool { values > Self.valueLimit }

    /// Whether so many problems were found that more would help nobody.
    var isFull: Bool { diagnostics.count >= Self.problemLimit }

    /// Counts a value; reports the one that is too many.
    ///
    /// - Returns: Whether it may be read.
    func admit(_ node: Node) -> Bool {
        values += 1
        if values == Self.valueLimit + 1 {
            report("the recipe has more than \(Self.valueLimit) values; are there aliases of aliases?", at: node)
        }
        return !isExhausted
    }

    /// Records an error.
    func report(_ message: String, at node: Node, hint: String? = nil) {
        add(message, at: node, severity: .error, hint: hint)
    }

    /// Records a warning.
    func warn(_ message: String, at node: Node, hint: String? = nil) {
        add(message, at: node, severity: .warning, hint: hint)
    }

    /// Records a diagnostic that was made elsewhere.
    func add(_ diagnostic: Diagnostic) {
        // The same alias may be read in many places.
        if !diagnostics.contains(diagnostic), !isFull { diagnostics.append(diagnostic) }
    }

    private func add(_ message: String, at node: Node, severity: Diagnostic.Severity, hint: String?) {
        add(
            Diagnostic(
                file: file,
                line: node.place.line,
                column: node.place.column,
                severity: severity,
                message: message,
                hint: hint
            )
        )
    }
}
