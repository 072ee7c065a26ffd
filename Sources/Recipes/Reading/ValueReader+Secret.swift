import Yams

extension ValueReader where Value == Recipe.SecretName? {
    /// Reads the name of a secret, `{secret: NAME}`.
    ///
    /// What stands there instead may be the secret itself, so no message repeats it.
    static var secret: Self {
        let mapping = Self.mapping(standIn: nil) { section in
            let name = section.required("secret", .text(.secretName))
            return name.isEmpty ? nil : Recipe.SecretName(name)
        }
        return Self(standIn: nil, schema: mapping.schema) { node, path, context in
            guard case .mapping = node else {
                context.report(
                    "'\(path)' must be {secret: NAME}",
                    at: node,
                    hint: "a secret does not belong in a recipe, not even hashed"
                )
                return nil
            }
            return mapping.read(node, at: path, context)
        }
    }
}
