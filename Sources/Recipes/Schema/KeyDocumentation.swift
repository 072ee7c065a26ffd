/// What a key means, in one line; the schema and the documentation both take it from here.
struct KeyDocumentation {
    /// The path of the key, such as `install.post[].script`.
    let path: String

    /// What it means.
    let summary: String

    init(_ path: String, _ summary: String) {
        (self.path, self.summary) = (path, summary)
    }

    /// The documentation of a key; nil for a path that is none.
    static func of(_ path: String) -> KeyDocumentation? { byPath[path] }

    private static let byPath = Dictionary(all.map { ($0.path, $0) }) { first, _ in first }
}
