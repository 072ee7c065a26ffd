/// A value that a template can use, with the ways in which it may be used.
enum TemplateValue {
    /// One line of text: `{{name}}`, quoted for where it lands, or `{{{name}}}`, as it is.
    case text(String)

    /// Lines of text that are inserted as they are: `{{{name}}}` only.
    case lines(String)

    /// A switch: `{{#name}}`, `{{^name}}`, or `{{{name}}}` for `true` or `false`.
    case flag(Bool)

    /// Any number of items: `{{#name}}` with the named values of each item in it, `{{^name}}` for none.
    case list(names: [String: Kind], items: [[String: TemplateValue]])

    /// A list of texts, each under the given name.
    static func texts(_ name: String, _ texts: [String]) -> Self {
        .list(names: [name: .text], items: texts.map { [name: .text($0)] })
    }

    /// A list of at most one text.
    static func optional(_ name: String, _ text: String?) -> Self {
        texts(name, text.map { [$0] } ?? [])
    }
}

extension TemplateValue {
    /// What a value is without what it holds; lists have the kinds of their items' values.
    indirect enum Kind {
        case text
        case lines
        case flag
        case list([String: Kind])
    }

    /// What the value is.
    var kind: Kind {
        switch self {
        case .text: .text
        case .lines: .lines
        case .flag: .flag
        case .list(let names, _): .list(names)
        }
    }

    /// The value as the template engine takes it.
    var rendered: Any {
        switch self {
        case .text(let text), .lines(let text): text
        case .flag(let flag): flag
        case .list(_, let items): items.map { $0.mapValues(\.rendered) }
        }
    }

    /// The first text of the value, or of what it contains, that is not one line, with its name.
    func unfitText(named name: String) -> String? {
        switch self {
        case .text(let text): text.unicodeScalars.contains(where: Scalars.breaksLines) ? name : nil
        case .lines, .flag: nil
        case .list(_, let items):
            items.lazy.flatMap { $0.sorted { $0.key < $1.key } }.compactMap {
                $0.value.unfitText(named: "\(name).\($0.key)")
            }.first
        }
    }
}
