/// Remembers what a mapping reader is asked for, so that the schema of a section is what its reader reads and nothing else.
final class SchemaRecorder {
    /// The keys in the order in which they were asked for.
    private(set) var keys: [ValueSchema.Key] = []

    /// Remembers a key; asked for again, it is the same key.
    func record(_ name: String, _ schema: ValueSchema, isRequired: Bool = false, default text: String? = nil) {
        let defaults = text.map { [$0] } ?? []
        if let index = keys.firstIndex(where: { $0.name == name }) {
            keys[index].schema = keys[index].schema.union(schema)
            keys[index].isRequired = keys[index].isRequired || isRequired
            if keys[index].defaults.isEmpty { keys[index].defaults = defaults }
        } else {
            keys.append(.init(name: name, schema: schema, isRequired: isRequired, defaults: defaults))
        }
    }
}
