/// Finds the tags of a Mustache template by the rules of the engine that renders it.
///
/// The engine renders an unknown name, an unknown partial and a failed function as nothing, without a word. So every template is
/// scanned before, and what the engine would pass over in silence is an error: see ``TemplateCheck``. Supported are variables, sections,
/// comments, partials, content types and changes of delimiters; functions, dotted names, inheritance and dynamic partials are not.
struct TemplateScanner {
    private var rest: Substring
    private var line = 1
    private var delimiters = (open: "{{", close: "}}")
    private var outer: [(open: String, close: String)] = []
    private let file: String

    /// The tags of a template.
    static func tags(of text: String, file: String) throws(RenderError) -> [TemplateTag] {
        var scanner = TemplateScanner(rest: text[...], file: file)
        var tags: [TemplateTag] = []
        var open: [TemplateTag] = []
        while let tag = try scanner.next() {
            tags.append(tag)
            switch tag.kind {
            case .section, .inverted: open.append(tag)
            case .end where open.popLast()?.name != tag.name:
                throw scanner.error("{{/\(tag.name)}} closes no section of that name", tag.line)
            default: break
            }
        }
        if let section = open.last { throw scanner.error("section '\(section.name)' is not closed", section.line) }
        return tags
    }

    private init(rest: Substring, file: String) {
        self.rest = rest
        self.file = file
    }

    private mutating func next() throws(RenderError) -> TemplateTag? {
        while skip(to: delimiters.open) {
            let line = line
            let sign = rest.first
            switch sign {
            case "!":
                _ = try content(until: delimiters.close)
            case "=":
                let parts = try content(until: "=" + delimiters.close).dropFirst().split(separator: " ")
                guard parts.count == 2 else { throw error("a change of delimiters must name two", line) }
                delimiters = (String(parts[0]), String(parts[1]))
            case "{":
                // The engine closes these with `}}}` whatever the delimiters are, or not at all.
                guard delimiters == ("{{", "}}") else {
                    throw error("'{' is not supported with other delimiters; use '&'", line)
                }
                rest = rest.dropFirst()
                return TemplateTag(kind: .unescaped, name: try name(in: content(until: "}}}"), line), line: line)
            case "&":
                return TemplateTag(kind: .unescaped, name: try tagName(line), line: line)
            case "#", "^":
                let tag = TemplateTag(kind: sign == "#" ? .section : .inverted, name: try tagName(line), line: line)
                outer.append(delimiters)
                return tag
            case "/":
                let tag = TemplateTag(kind: .end, name: try tagName(line), line: line)
                if let before = outer.popLast() { delimiters = before }
                return tag
            case ">":
                let name = trimmed(try content(until: delimiters.close).dropFirst())
                guard !name.isEmpty, !name.hasPrefix("*") else {
                    throw error("dynamic partials are not supported", line)
                }
                return TemplateTag(kind: .partial, name: name, line: line)
            case "%":
                let parts = try content(until: delimiters.close).dropFirst().split(separator: ":").map(trimmed)
                guard parts.count == 2, parts[0] == "CONTENT_TYPE", Landing(rawValue: parts[1]) != nil else {
                    let known = Landing.allCases.map(\.rawValue).joined(separator: ", ")
                    throw error("'%' must be CONTENT_TYPE:X with X one of \(known)", line)
                }
                return TemplateTag(kind: .contentType, name: parts[1], line: line)
            case "<", "$":
                throw error("inheritance ('<', '$') is not supported", line)
            default:
                return TemplateTag(
                    kind: .variable,
                    name: try name(in: content(until: delimiters.close), line),
                    line: line
                )
            }
        }
        return nil
    }

    /// Moves past the next occurrence of a text.
    private mutating func skip(to text: String) -> Bool {
        guard let range = rest.firstRange(of: text) else { return false }
        line += rest[..<range.lowerBound].count(where: \.isNewline)
        rest = rest[range.upperBound...]
        return true
    }

    private mutating func content(until end: String) throws(RenderError) -> Substring {
        guard let range = rest.firstRange(of: end) else { throw error("a tag is not closed with '\(end)'", line) }
        let content = rest[..<range.lowerBound]
        line += content.count(where: \.isNewline)
        rest = rest[range.upperBound...]
        return content
    }

    private mutating func tagName(_ line: Int) throws(RenderError) -> String {
        try name(in: content(until: delimiters.close).dropFirst(), line)
    }

    private func name(in content: Substring, _ line: Int) throws(RenderError) -> String {
        let name = trimmed(content)
        guard !name.isEmpty, name.unicodeScalars.allSatisfy({ $0.isASCIIWord || $0 == "_" }) else {
            throw error("\(Quoted(name)) is not a name; functions and dotted names are not supported", line)
        }
        return name
    }

    private func trimmed(_ text: Substring) -> String {
        var text = text
        while text.first?.isWhitespace == true { text = text.dropFirst() }
        while text.last?.isWhitespace == true { text = text.dropLast() }
        return String(text)
    }

    private func error(_ message: String, _ line: Int) -> RenderError {
        RenderError(.malformedTemplate, [.init(file: file, line: line, message: message)], file: file)
    }
}
