import SystemPackage
import Yams

/// What the readers of one recipe share: its files, the problems found so far and the count of what was read.
final class ReadingContext {
    /// The number of values above which a recipe is refused.
    ///
    /// Only aliases of aliases get there.
    static let valueLimit = 20_000

    /// The number of problems above which no more are recorded.
    static let problemLimit = 200

    /// The recipe's file, as the user named it.
    let file: String

    /// The names of the secrets that the recipe declares; set before anything that may name one is read.
    var declaredSecrets: Set<String> = []

    /// The secrets that the recipe uses.
    private(set) var usedSecrets: Set<String> = []

    private(set) var diagnostics: [Diagnostic] = []
    private var sources = SourceMap()
    private var values = 0
    private var origins: [Place: String] = [:]
    private var unresolved: Set<Place> = []
    private var current: Node?

    init(file: String) {
        self.file = file
    }

    /// Whether so much was read that reading must stop.
    var isExhausted: Bool { values > Self.valueLimit }

    /// Whether so many problems were found that more would help nobody.
    var isFull: Bool { diagnostics.count >= Self.problemLimit }

    /// The number of errors so far.
    var errorCount: Int { diagnostics.count { $0.severity == .error } }

    /// The errors so far, in the order of the files.
    var problems: RecipeProblems { problems(and: []) }

    /// The errors so far and others, in the order of the files.
    func problems(and others: [Diagnostic]) -> RecipeProblems {
        others.forEach(add)
        var order: [String: Int] = [:]
        for (index, source) in sources.files.enumerated() where order[source.name] == nil { order[source.name] = index }
        let errors = diagnostics.filter { $0.severity == .error }
        return RecipeProblems(
            errors.sorted { (order[$0.file] ?? 0, $0.line, $0.column) < (order[$1.file] ?? 0, $1.line, $1.column) }
        )
    }

    /// The errors so far and another one.
    func problems(and other: Diagnostic) -> RecipeProblems { problems(and: [other]) }

    /// Makes a file known.
    ///
    /// - Returns: What is added to its line numbers.
    func addSource(_ path: FilePath, name: String, lineCount: Int) -> Int {
        sources.add(path, name: name, lineCount: lineCount)
    }

    /// The directory of the file in which the value stands that is being read; nil before the first one.
    var directoryOfCurrentValue: FilePath? {
        current.flatMap { sources.file(at: $0.place.line) }?.path.removingLastComponent()
    }

    /// Remembers where a value came from that stands at the place of another.
    func note(origin: String, at place: Place) {
        let known = origins[place] ?? ""
        if known.contains(origin) { return }
        origins[place] = known.isEmpty ? origin : "\(known), \(origin)"
    }

    /// Remembers that a value could not be found, so that it is not called wrong as well.
    func note(unresolved place: Place) {
        unresolved.insert(place)
    }

    /// Whether a value could not be found, which was reported.
    func isUnresolved(_ node: Node) -> Bool {
        guard case .scalar = node, !unresolved.isEmpty else { return false }
        return unresolved.contains(node.place)
    }

    /// Remembers that a secret is used.
    func use(secret name: String) {
        usedSecrets.insert(name)
    }

    /// Counts a value; reports the one that is too many.
    ///
    /// - Returns: Whether it may be read.
    func admit(_ node: Node) -> Bool {
        values += 1
        current = node
        if values == Self.valueLimit + 1 { reportTooManyValues(at: node) }
        return !isExhausted
    }

    /// Reports that there are more values than any recipe has.
    func reportTooManyValues(at node: Node) {
        report("the recipe has more than \(Self.valueLimit) values; are there aliases of aliases?", at: node)
    }

    /// Records an error.
    func report(_ message: String, at node: Node, hint: String? = nil, code: String = Diagnostic.invalid) {
        add(message, at: node, severity: .error, hint: hint, code: code)
    }

    /// Records a warning.
    func warn(_ message: String, at node: Node, hint: String? = nil, code: String = Diagnostic.invalid) {
        add(message, at: node, severity: .warning, hint: hint, code: code)
    }

    /// Records a diagnostic that was made elsewhere.
    func add(_ diagnostic: Diagnostic) {
        // The same alias may be read in many places.
        if !diagnostics.contains(diagnostic), !isFull { diagnostics.append(diagnostic) }
    }

    /// Reads something that stands in no file; what is wrong with it is reported without a place.
    func detached<Value>(_ body: (ReadingContext) -> Value) -> Value {
        let own = ReadingContext(file: file)
        let value = body(own)
        for diagnostic in own.diagnostics {
            add(
                Diagnostic(
                    file: file,
                    severity: diagnostic.severity,
                    message: diagnostic.message,
                    hint: diagnostic.hint,
                    code: diagnostic.code
                )
            )
        }
        return value
    }

    /// Where a node stands, as messages name it.
    func describe(_ node: Node) -> String {
        let place = place(of: node)
        return "\(place.file):\(place.line):\(place.column)"
    }

    /// The file, line and column of a node.
    func place(of node: Node) -> (file: String, line: Int, column: Int) {
        let place = node.place
        guard let source = sources.file(at: place.line) else { return (file, place.line, place.column) }
        return (source.name, place.line - source.offset, place.column)
    }

    private func add(
        _ message: String,
        at node: Node,
        severity: Diagnostic.Severity,
        hint: String?,
        code: String
    ) {
        let place = place(of: node)
        var message = message
        if node.mapping == nil, let origin = origins[node.place] { message += " (from \(origin))" }
        add(
            Diagnostic(
                file: place.file,
                line: place.line,
                column: place.column,
                severity: severity,
                message: message,
                hint: hint,
                code: code
            )
        )
    }
}
