import Yams

/// A way to read one kind of value from a YAML node.
///
/// A reader never throws: it reports what is wrong to the context and returns its stand-in, so that one reading finds every problem.
struct ValueReader<Value> {
    /// The value that stands in for one that could not be read.
    let standIn: Value

    private let body: (Node, String, ReadingContext) -> Value
    private let describe: () -> ValueSchema

    /// Makes a reader.
    ///
    /// - Parameters:
    ///   - standIn: The value for when there is none.
    ///   - schema: What it takes, for `imagebake schema`; made when somebody asks.
    ///   - body: Reads a node; its second argument is the path of the node, such as `system.packages`.
    init(
        standIn: Value,
        schema: @autoclosure @escaping () -> ValueSchema = .unknown,
        _ body: @escaping (Node, String, ReadingContext) -> Value
    ) {
        self.standIn = standIn
        self.describe = schema
        self.body = body
    }

    /// What the reader takes.
    var schema: ValueSchema { describe() }

    func read(_ node: Node, at path: String, _ context: ReadingContext) -> Value {
        guard context.admit(node), !context.isUnresolved(node) else { return standIn }
        return body(node, path, context)
    }

    /// A reader that makes something else of the value.
    func map<Other>(_ transform: @escaping (Value) -> Other) -> ValueReader<Other> {
        ValueReader<Other>(standIn: transform(standIn), schema: schema) { node, path, context in
            transform(body(node, path, context))
        }
    }
}

extension ValueReader {
    /// Reads a mapping through its keys.
    ///
    /// Keys that the body does not ask for are unknown, and reported.
    static func mapping(standIn: Value, _ body: @escaping (MappingReader) -> Value) -> Self {
        Self(standIn: standIn, schema: .mapping(MappingReader.record(body))) { node, path, context in
            guard let reader = MappingReader(node, at: path, context) else { return standIn }
            let value = body(reader)
            reader.reportUnknownKeys()
            return value
        }
    }

    /// Reads a list of at most so many values.
    static func list<Element>(_ element: ValueReader<Element>, atMost limit: Int = 2000) -> Self
    where Value == [Element] {
        let schema = { ValueSchema.list(element.schema, atLeast: 0, atMost: limit, isDistinct: false) }
        return Self(standIn: [], schema: schema()) { node, path, context in
            guard case .sequence(let sequence) = node else {
                context.report("'\(path)' must be a list, not \(node.kindInWords)", at: node)
                return []
            }
            if !MergeTag.isKnown(of: node) {
                context.report("the tag \(Quoted(node.tag.rawValue)) of '\(path)' is not supported", at: node)
            }
            guard sequence.count <= limit else {
                context.report("'\(path)' has \(sequence.count) entries; at most \(limit) are taken", at: node)
                return []
            }
            return sequence.enumerated().map { index, item in element.read(item, at: "\(path)[\(index)]", context) }
        }
    }

    /// Reads a list in which no value may stand twice.
    static func distinctList<Element: Hashable>(_ element: ValueReader<Element>, atMost limit: Int = 2000) -> Self
    where Value == [Element] {
        let list = ValueReader<[Element]>.list(element, atMost: limit)
        let schema = { ValueSchema.list(element.schema, atLeast: 0, atMost: limit, isDistinct: true) }
        return Self(standIn: [], schema: schema()) { node, path, context in
            let values = list.body(node, path, context)
            var seen: Set<Element> = []
            for (index, value) in values.enumerated() where value != element.standIn && !seen.insert(value).inserted {
                guard case .scalar(let scalar) = node.element(index) else { continue }
                context.report("\(Quoted(scalar.string)) stands twice in '\(path)'", at: node.element(index))
            }
            return values
        }
    }
}
