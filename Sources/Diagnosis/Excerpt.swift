/// A piece of a log that a pattern is for.
struct Excerpt: Sendable {
    /// One line or several, as they stood in the log.
    let text: String
    /// Where it was quoted, or what prints it.
    let source: String
    /// Whether it is a piece of a real log; else it is put together from the words in the source of what prints it.
    let isQuoted: Bool

    /// A piece of a real log, quoted in public.
    static func log(_ text: String, _ source: String) -> Excerpt {
        Excerpt(text: text, source: source, isQuoted: true)
    }

    /// What a program prints, by its source.
    static func program(_ text: String, _ source: String) -> Excerpt {
        Excerpt(text: text, source: source, isQuoted: false)
    }
}
