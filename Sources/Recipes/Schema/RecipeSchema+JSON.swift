extension RecipeSchema {
    /// The JSON Schema (draft 2020-12) of recipes, for editors.
    ///
    /// Objects are closed. Where a value stands, a text with `${{ }}` may stand in its place. A recipe that extends others may leave out
    /// what they say and remove it with `~`; one that does not must say it all.
    public var json: String {
        let complete = Self.requirements(of: root)
        return JSONText.object([
            ("$schema", .text("https://json-schema.org/draft/2020-12/schema")),
            ("$id", .text("urn:imagebake:recipe:1")),
            ("title", .text("imagebake recipe, version 1")),
            (
                "description",
                .text("What one golden image is made of. 'imagebake validate' checks more than a schema can say.")
            ),
            ("$ref", .text("#/$defs/recipe")),
            ("required", .list([.text("version"), .text("name")])),
            ("if", .object([("required", .list([.text("extends")]))])),
            (
                "else",
                .object([
                    ("allOf", .list([.object([("$ref", .text("#/$defs/present"))])] + (complete.map { [$0] } ?? [])))
                ])
            ),
            (
                "$defs",
                .object([
                    ("recipe", member(root, at: "")),
                    (
                        "reference",
                        .object([
                            ("description", .text("a variable, filled in before the value is read")),
                            ("type", .text("string")), ("pattern", .text("\\$\\{\\{.*\\}\\}")),
                        ])
                    ),
                    (
                        "removed",
                        .object([("description", .text("removes what is inherited")), ("type", .text("null"))])
                    ),
                    (
                        "present",
                        .object([
                            ("description", .text("nothing is removed where nothing is inherited")),
                            ("not", .object([("type", .text("null"))])),
                            ("additionalProperties", .object([("$ref", .text("#/$defs/present"))])),
                            ("items", .object([("$ref", .text("#/$defs/present"))])),
                        ])
                    ),
                ])
            ),
        ]).formatted() + "\n"
    }

    /// The schema of a key's value; a description and a default where the key has them.
    private func member(_ schema: ValueSchema, at path: String, key: ValueSchema.Key? = nil) -> JSONText {
        var members: [(String, JSONText)] = []
        if let documented = KeyDocumentation.of(path) { members.append(("description", .text(documented.summary))) }
        if let key, key.defaults.count == 1, let value = Self.value(key.defaults[0], of: schema) {
            members.append(("default", value))
        }
        return .object(members + body(schema, at: path))
    }

    private func body(_ schema: ValueSchema, at path: String) -> [(String, JSONText)] {
        switch schema {
        case .unknown: return []
        case .mapping(let keys):
            let isItem = path.hasSuffix("]")
            let required = keys.filter(\.isRequired).map(\.name)
            var members: [(String, JSONText)] = [
                ("type", .text("object")),
                (
                    "properties",
                    .object(
                        keys.map { key in
                            let child = path.isEmpty ? key.name : "\(path).\(key.name)"
                            return (
                                key.name,
                                removable(
                                    member(key.schema, at: child, key: key),
                                    isItem || path.isEmpty && !key.isRemovable
                                )
                            )
                        }
                    )
                ),
                ("additionalProperties", .flag(false)),
            ]
            // What stands in a list is not merged with anything, so it must be whole.
            if isItem, !required.isEmpty { members.append(("required", .list(required.map { .text($0) }))) }
            return members
        case .list(let element, let least, let most, let isDistinct):
            var members: [(String, JSONText)] = [("type", .text("array")), ("items", member(element, at: path + "[]"))]
            if least > 0 { members.append(("minItems", .number(least))) }
            members.append(("maxItems", .number(most)))
            if isDistinct { members.append(("uniqueItems", .flag(true))) }
            return [("anyOf", .list([.object(members), Self.reference]))]
        case .names(let requirement, let pattern, let values, let most):
            var names: [(String, JSONText)] = [("description", .text("must be \(requirement)"))]
            if let pattern { names.append(("pattern", .text(pattern))) }
            return [
                ("type", .text("object")), ("propertyNames", .object(names)),
                ("additionalProperties", removable(member(values, at: "\(path).\(Self.anyName)"), false)),
                ("maxProperties", .number(most)),
            ]
        case .either(let cases):
            // A union in a union is one union.
            var found = cases.flatMap { schema -> [JSONText] in
                let members = body(schema, at: path)
                guard members.count == 1, members[0].0 == "anyOf", case .list(let inner) = members[0].1 else {
                    return [.object(members)]
                }
                return inner.filter { $0.formatted() != Self.reference.formatted() }
            }
            if cases.contains(where: \.takesReference), !path.hasPrefix("extends") { found.append(Self.reference) }
            return [("anyOf", .list(found))]
        default:
            // What is read before variables have values cannot have one.
            if ["version", "extends", "extends[]"].contains(path) { return Self.scalar(schema) }
            return [("anyOf", .list([.object(Self.scalar(schema)), Self.reference]))]
        }
    }

    private static let reference = JSONText.object([("$ref", .text("#/$defs/reference"))])

    private func removable(_ schema: JSONText, _ isWhole: Bool) -> JSONText {
        guard !isWhole, case .object(var members) = schema else { return schema }
        // Descriptions stay outside, where editors look for them.
        let notes = members.filter { ["description", "default"].contains($0.0) }
        members.removeAll { ["description", "default"].contains($0.0) }
        if members.count == 1, members[0].0 == "anyOf", case .list(let cases) = members[0].1 {
            return .object(notes + [("anyOf", .list(cases + [.object([("$ref", .text("#/$defs/removed"))])]))])
        }
        return .object(notes + [("anyOf", .list([.object(members), .object([("$ref", .text("#/$defs/removed"))])]))])
    }

    private static func scalar(_ schema: ValueSchema) -> [(String, JSONText)] {
        switch schema {
        case .text(let requirement, let pattern, let most):
            var members: [(String, JSONText)] = [("title", .text(requirement)), ("type", .text("string"))]
            if let pattern { members.append(("pattern", .text(pattern))) }
            members.append(("minLength", .number(1)))
            if let most { members.append(("maxLength", .number(most))) }
            return members
        case .script: return [("title", .text("a script")), ("type", .text("string")), ("pattern", .text("\\S"))]
        case .flag: return [("type", .text("boolean"))]
        case .number(let number): return [("const", .number(number))]
        case .integer(let range):
            let limits = [("minimum", range.lowerBound), ("maximum", range.upperBound)]
            return [("type", .text("integer"))]
                + limits.filter { $0.1 != .min && $0.1 != .max }.map { ($0.0, .number($0.1)) }
        case .words(let words): return [("enum", .list(words.map { .text($0) }))]
        case .size(let least, let most):
            return [
                ("title", .text("a size from \(least) to \(most)")), ("type", .text("string")),
                ("pattern", .text("^[0-9]+ ?(B|kB|KiB|MB|MiB|GB|GiB|TB|TiB)$")),
            ]
        case .duration(let least, let most):
            return [
                ("title", .text("a duration from \(least) to \(most)")), ("type", .text("string")),
                ("pattern", .text("^(?=.)([0-9]+h)?([0-9]+m)?([0-9]+s)?$")),
            ]
        default: return []
        }
    }

    /// The keys that a recipe must have which inherits nothing; nil where there are none.
    private static func requirements(of schema: ValueSchema) -> JSONText? {
        // Of several things only a mapping has keys.
        if case .either(let cases) = schema {
            let found = cases.compactMap { requirements(of: $0) }
            guard let first = found.first, found.count == 1 else { return nil }
            return .object([("if", .object([("type", .text("object"))])), ("then", first)])
        }
        guard case .mapping(let keys) = schema else { return nil }
        var members: [(String, JSONText)] = []
        let required = keys.filter(\.isRequired).map(\.name)
        if !required.isEmpty { members.append(("required", .list(required.map { .text($0) }))) }
        let nested = keys.compactMap { key in requirements(of: key.schema).map { (key.name, $0) } }
        if !nested.isEmpty { members.append(("properties", .object(nested))) }
        return members.isEmpty ? nil : .object(members)
    }

    private static func value(_ text: String, of schema: ValueSchema) -> JSONText? {
        switch schema {
        case .flag: .flag(text == "true")
        case .integer: Int(text).map { .number($0) }
        case .list: text == "[]" ? .list([]) : nil
        case .text, .words, .size, .duration: .text(text)
        case .either(let cases): cases.lazy.compactMap { value(text, of: $0) }.first
        default: nil
        }
    }
}

extension ValueSchema {
    /// Whether a text with a variable may stand in its place by what it is.
    fileprivate var takesReference: Bool {
        switch self {
        case .mapping, .names, .unknown: false
        default: true
        }
    }
}

extension ValueSchema.Key {
    /// Whether a recipe can remove what it inherits: not what every recipe says itself.
    fileprivate var isRemovable: Bool { !["version", "name", "extends"].contains(name) }
}
