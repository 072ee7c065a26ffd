import Yams

/// Reads one mapping key by key and reports the keys that nobody asked for.
final class MappingReader {
    /// The mapping itself, for problems that are about all of it.
    let node: Node

    /// What the readers of the recipe share.
    let context: ReadingContext

    private let path: String
    private var entries: [(key: String, keyNode: Node, value: Node)] = []
    private var asked: Set<String> = []
    private var recorder: SchemaRecorder?

    /// The keys that a section's reader asks for; what it reports on the way is about nothing.
    static func record(_ body: (MappingReader) -> some Any) -> [ValueSchema.Key] {
        let recorder = SchemaRecorder()
        let context = ReadingContext(file: "")
        guard let reader = MappingReader(.mapping(.init([])), at: "", context) else { return [] }
        reader.recorder = recorder
        _ = body(reader)
        return recorder.keys
    }

    /// Says what a key takes that is read elsewhere.
    func declare(_ key: String, _ schema: @autoclosure () -> ValueSchema) {
        asked.insert(key)
        recorder?.record(key, schema())
    }

    /// Prepares to read; reports and returns nil when the node is no mapping.
    init?(_ node: Node, at path: String, _ context: ReadingContext) {
        guard case .mapping(let mapping) = node else {
            let subject = path.isEmpty ? "the recipe" : "'\(path)'"
            context.report("\(subject) must be a mapping of keys to values, not \(node.kindInWords)", at: node)
            return nil
        }
        if !MergeTag.isKnown(of: node) {
            let subject = path.isEmpty ? "the recipe" : "'\(path)'"
            context.report("the tag \(Quoted(node.tag.rawValue)) of \(subject) is not supported", at: node)
        }
        self.node = node
        self.path = path
        self.context = context
        addEntries(of: mapping, at: node)
    }

    /// The path of a key, as messages name it.
    func path(of key: String) -> String {
        path.isEmpty ? key : "\(path).\(key)"
    }

    /// The keys of the mapping in their order, without those that were renamed because they were repeated.
    var keys: [(name: String, node: Node)] {
        entries.filter { $0.key.unicodeScalars.first != YAMLLines.renamed }.map { ($0.key, $0.keyNode) }
    }

    /// The value of a key as it stands, or nil when the key is not there.
    func node(for key: String) -> Node? {
        asked.insert(key)
        return entries.first { $0.key == key }?.value
    }

    /// Reads a key that may be left out.
    func optional<Value>(_ key: String, _ reader: ValueReader<Value>) -> Value? {
        recorder?.record(key, reader.schema)
        return node(for: key).map { reader.read($0, at: path(of: key), context) }
    }

    /// Reads a key that has a default.
    func value<Value>(_ key: String, _ reader: ValueReader<Value>, default defaultValue: Value) -> Value {
        recorder?.record(key, reader.schema, default: DefaultText.of(defaultValue))
        return optional(key, reader) ?? defaultValue
    }

    /// Reads a key that must be there; reports it when it is not.
    func required<Value>(_ key: String, _ reader: ValueReader<Value>) -> Value {
        recorder?.record(key, reader.schema, isRequired: true)
        if let value = optional(key, reader) { return value }
        // A typing error in a key is reported as an unknown key; that it is missing too would only be noise.
        if nearestUnknownKey(to: key) == nil {
            context.report("'\(path(of: key))' is missing", at: node, code: Diagnostic.missingKey)
        }
        return reader.standIn
    }

    /// Reports a problem with the value of a key, or with the mapping when the key is not there.
    func report(_ message: String, at key: String, hint: String? = nil) {
        context.report(message, at: node(for: key) ?? node, hint: hint)
    }

    /// Reports every key that was not asked for, with the nearest one that was.
    func reportUnknownKeys() {
        for entry in entries where !asked.contains(entry.key) {
            if entry.key.unicodeScalars.first == YAMLLines.renamed { continue }
            if context.isFull { return }
            let place = path.isEmpty ? "" : " in '\(path)'"
            let nearest = NearestWord.of(entry.key, among: asked)
            context.report(
                "unknown key \(Quoted(entry.key))\(place)",
                at: entry.keyNode,
                hint: nearest.map { "did you mean '\($0)'?" } ?? Self.hint(for: asked),
                code: Diagnostic.unknownKey
            )
        }
    }

    private static func hint(for keys: Set<String>) -> String? {
        keys.isEmpty ? nil : "known here: " + keys.sorted().joined(separator: ", ")
    }

    private func nearestUnknownKey(to key: String) -> String? {
        entries.first { NearestWord.of($0.key, among: [key]) != nil && $0.key != key }?.key
    }

    private func addEntries(of mapping: Node.Mapping, at node: Node) {
        var merged: [Node] = []
        for (key, value) in mapping {
            guard context.admit(key) else { return }
            guard case .scalar(let scalar) = key else {
                context.report("a key must be plain text, not \(key.kindInWords)", at: key)
                continue
            }
            if scalar.string == "<<", scalar.style == .plain {
                merged.append(value)
            } else {
                entries.append((scalar.string, key, value))
            }
        }
        // What stands in the mapping itself goes before what is merged into it.
        for value in merged {
            switch value {
            case .mapping(let mapping): addMerged(mapping, at: value)
            case .sequence(let sequence):
                for item in sequence {
                    guard case .mapping(let mapping) = item else {
                        context.report("'<<' takes a mapping or a list of mappings", at: item)
                        continue
                    }
                    addMerged(mapping, at: item)
                }
            case .scalar, .alias: context.report("'<<' takes a mapping or a list of mappings", at: value)
            }
        }
    }

    private func addMerged(_ mapping: Node.Mapping, at node: Node) {
        guard context.admit(node) else { return }
        let before = entries
        entries = []
        addEntries(of: mapping, at: node)
        let known = Set(before.map(\.key))
        entries = before + entries.filter { !known.contains($0.key) }
    }
}
