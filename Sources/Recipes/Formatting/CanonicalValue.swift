/// Values that can be spelled in several ways, and the way in which `imagebake fmt` spells them.
enum CanonicalValue {
    /// A text in that way, where it is a size or a duration; as it is where it is neither.
    static func text(of text: String, in schema: ValueSchema) -> String {
        switch schema {
        case .size: (try? ByteCount(parsing: text))?.description ?? text
        case .duration: Duration(parsing: text).map(\.inWords) ?? text
        case .either(let cases):
            cases.lazy.map { self.text(of: text, in: $0) }.first { $0 != text } ?? text
        default: text
        }
    }
}

extension RecipeSchema {
    /// What stands at a path, such as `install.post[].script`; an item's path ends in `[]`.
    func element(at path: String) -> ValueSchema? {
        guard let schema = key(at: path)?.schema else { return nil }
        guard path.hasSuffix("[]"), case .list(let element, _, _, _) = schema else { return schema }
        return element
    }
}
