import SystemPackage

/// The recipe language as its readers know it.
public struct RecipeSchema: Sendable {
    /// The keys of a recipe and all below them.
    let root: ValueSchema

    /// Asks the readers of a recipe for every operating system, and puts together what they take.
    ///
    /// What only some systems take is in it; `imagebake validate` knows which.
    ///
    /// - Parameter sysprepOperations: The names that `sysprep` may enable and disable; nil takes any.
    public init(sysprepOperations: Set<String>? = nil) {
        let context = ReadingContext(file: "")
        let schemas = OperatingSystem.allCases.map { os in
            RecipeReader(file: "", context: context, sysprepOperations: sysprepOperations, assumedSystem: os).reader
                .schema
        }
        root = Self.ordered(schemas.dropFirst().reduce(schemas[0]) { $0.union($1) }, at: "")
    }

    private static let order = Dictionary(KeyDocumentation.all.enumerated().map { ($1.path, $0) }) { first, _ in first }

    /// A schema with its keys in the order of the documentation.
    private static func ordered(_ schema: ValueSchema, at path: String) -> ValueSchema {
        switch schema {
        case .mapping(let keys):
            let sorted = keys.enumerated().map { index, key in
                let child = path.isEmpty ? key.name : "\(path).\(key.name)"
                var key = key
                key.schema = ordered(key.schema, at: child)
                return (order[child] ?? .max, index, key)
            }
            return .mapping(sorted.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map(\.2))
        case .list(let element, let least, let most, let isDistinct):
            return .list(ordered(element, at: path + "[]"), atLeast: least, atMost: most, isDistinct: isDistinct)
        case .either(let cases): return .either(cases.map { ordered($0, at: path) })
        default: return schema
        }
    }

    /// What stands in a path for a name of the user's own.
    static let anyName = "NAME"

    /// The paths of the mappings whose keys are such names.
    static let mappingsOfNames: Set<String> = ["variables", "secrets", "publish[].properties"]

    /// Every path of a key, such as `install.post[].script`, in the order of the readers.
    var paths: [String] { Self.paths(of: root, at: "") }

    /// What a key takes; nil for a path that there is not.
    func key(at path: String) -> ValueSchema.Key? {
        var schema = root
        var found: ValueSchema.Key?
        for name in path.replacing("[]", with: "").split(separator: ".") {
            if name == Self.anyName, case .names(_, _, let values, _) = schema {
                schema = values
                continue
            }
            guard let key = schema.keys.first(where: { $0.name == name }) else { return nil }
            found = key
            schema = key.schema
        }
        return found
    }

    private static func paths(of schema: ValueSchema, at path: String) -> [String] {
        switch schema {
        case .list(let element, _, _, _): return paths(of: element, at: path + "[]")
        case .names(_, _, let values, _): return paths(of: values, at: "\(path).\(anyName)")
        case .either(let cases):
            var found: [String] = []
            for path in cases.flatMap({ paths(of: $0, at: path) }) where !found.contains(path) { found.append(path) }
            return found
        case .mapping(let keys):
            return keys.flatMap { key -> [String] in
                let path = path.isEmpty ? key.name : "\(path).\(key.name)"
                return [path] + paths(of: key.schema, at: path)
            }
        default: return []
        }
    }
}
