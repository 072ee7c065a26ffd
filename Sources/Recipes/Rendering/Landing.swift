import Mustache

/// The kind of text that a stretch of a template is, and so the way in which values are quoted there.
///
/// A template says it with `{{% CONTENT_TYPE:KICKSTART}}`, `SHELL`, `YAML` or `TEXT`.
enum Landing: String, CaseIterable {
    /// Commands of a kickstart file.
    case kickstart = "KICKSTART"

    /// A shell script.
    case shell = "SHELL"

    /// A YAML document.
    case yaml = "YAML"

    /// A text in which nothing is quoted.
    case text = "TEXT"

    /// Makes the kinds known to the template engine, whose own table is global.
    ///
    /// Can be done again.
    static func register() {
        MustacheContentTypes.register(Quoter(quote: Quoting.kickstart), named: Landing.kickstart.rawValue)
        MustacheContentTypes.register(Quoter(quote: Quoting.shell), named: Landing.shell.rawValue)
        MustacheContentTypes.register(Quoter(quote: Quoting.yaml), named: Landing.yaml.rawValue)
    }
}

private struct Quoter: MustacheContentType {
    let quote: @Sendable (String) -> String

    func escapeText(_ text: String) -> String { quote(text) }
}
