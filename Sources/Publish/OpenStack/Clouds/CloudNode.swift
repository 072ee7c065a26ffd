import Yams

/// A value of clouds.yaml and where it stands; a variable of the environment has no line.
struct CloudNode: Sendable {
    indirect enum Value: Sendable {
        case null
        case text(String)
        case list([CloudNode])
        case mapping([String: CloudNode])
    }

    /// Deeper than any clouds.yaml; a chain of aliases gets there.
    private static let deepest = 20
    /// More values than a file of a thousand clouds has; only aliases of aliases get there.
    private static let most = 200_000

    var value: Value
    /// The file or the variable.
    let file: String
    let line: Int?

    /// For messages: `/etc/openstack/clouds.yaml:12`.
    var place: String { line.map { "\(file):\($0)" } ?? file }

    var text: String? { if case .text(let text) = value { text } else { nil } }
    var list: [CloudNode]? { if case .list(let list) = value { list } else { nil } }
    var mapping: [String: CloudNode]? { if case .mapping(let mapping) = value { mapping } else { nil } }
    var isNull: Bool { if case .null = value { true } else { false } }

    init(_ value: Value, file: String, line: Int? = nil) {
        (self.value, self.file, self.line) = (value, file, line)
    }

    /// Reads a file's text: YAML, and with it JSON.
    init(yaml: String, file: String) throws {
        var budget = Self.most
        do {
            guard let root = try compose(yaml: yaml) else {
                self.init(.null, file: file)
                return
            }
            try self.init(root, file, 0, &budget)
        } catch let error as YamlError {
            // Not its description: that shows the line, which may hold a password.
            let (line, problem) = Self.words(error)
            throw OpenStackError(
                .configuration,
                "\(line.map { "\(file):\($0)" } ?? file): this is no YAML",
                cause: problem
            )
        }
    }

    private init(_ node: Node, _ file: String, _ depth: Int, _ budget: inout Int) throws {
        let line = node.mark?.line
        budget -= 1
        guard depth < Self.deepest, budget > 0 else {
            let place = line.map { "\(file):\($0)" } ?? file
            throw OpenStackError(
                .configuration,
                "\(place): too many values in each other; are there aliases of aliases?"
            )
        }
        switch node {
        case .scalar(let scalar):
            let isPlain = scalar.style == .plain || scalar.style == .any
            let isNull = isPlain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
            self.init(isNull ? .null : .text(scalar.string), file: file, line: line)
        case .sequence(let sequence):
            var list: [CloudNode] = []
            for item in sequence { list.append(try CloudNode(item, file, depth + 1, &budget)) }
            self.init(.list(list), file: file, line: line)
        case .mapping(let mapping):
            var own: [String: CloudNode] = [:]
            var inherited: [String: CloudNode] = [:]
            for (key, value) in mapping {
                let value = try CloudNode(value, file, depth + 1, &budget)
                guard let name = key.scalar?.string else {
                    throw OpenStackError(.configuration, "\(value.place): a key must be plain text")
                }
                if name == "<<" {
                    // Of several the first one counts (yaml.org/type/merge.html).
                    for other in value.list ?? [value] {
                        inherited.merge(other.mapping ?? [:]) { first, _ in first }
                    }
                } else {
                    // The normal form of openstacksdk (config/_util.py, normalize_keys).
                    own[name] = value
                }
            }
            self.init(.mapping(inherited.merging(own) { $1 }), file: file, line: line)
        case .alias:
            throw OpenStackError(
                .configuration,
                "\(line.map { "\(file):\($0)" } ?? file): the alias stands for nothing"
            )
        }
    }

    /// The node with another one laid over it: mappings are merged, all else is replaced.
    func merging(_ other: CloudNode) -> CloudNode {
        guard case .mapping(var mine) = value, case .mapping(let theirs) = other.value else { return other }
        for (key, value) in theirs { mine[key] = mine[key]?.merging(value) ?? value }
        var merged = self
        merged.value = .mapping(mine)
        return merged
    }

    private static func words(_ error: YamlError) -> (line: Int?, problem: String) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            (mark.line, problem)
        case .duplicatedKeysInMapping(let keys, let context):
            (context.mark.line, "the key '\(keys.first?.description.serverWords ?? "")' stands twice")
        case .reader(let problem, _, _, _): (nil, problem)
        default: (nil, "it cannot be read")
        }
    }
}
