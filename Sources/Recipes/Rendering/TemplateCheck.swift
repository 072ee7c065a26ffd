/// The check that a template uses only what is defined, each in a way that makes sense, in all its branches.
struct TemplateCheck {
    /// All templates by name.
    let templates: TemplateStore

    private(set) var problems: [RenderError.Problem] = []

    /// The partials that the template uses, and those that they use.
    private(set) var used: [String: TemplateStore.Template] = [:]

    /// The names of the outermost values that are used, and the files that use each.
    private(set) var names: [String: Set<String>] = [:]

    init(_ templates: TemplateStore) {
        self.templates = templates
    }

    /// Checks a template and the partials in it.
    ///
    /// - Returns: The partials that it needs and the names that it uses.
    /// - Throws: All names that are used and not defined, or used in the wrong way.
    static func check(
        _ template: TemplateStore.Template,
        in templates: TemplateStore,
        names: [String: TemplateValue.Kind]
    ) throws(RenderError) -> TemplateCheck {
        var check = TemplateCheck(templates)
        try check.check(template, scopes: [names], partials: [])
        guard check.problems.isEmpty else {
            throw RenderError(.undefinedName, check.problems, file: template.file, exitStatus: template.exitStatus)
        }
        return check
    }

    private mutating func check(
        _ template: TemplateStore.Template,
        scopes outer: [[String: TemplateValue.Kind]],
        partials: [String]
    ) throws(RenderError) {
        var scopes = outer
        if let first = template.tags.first, first.kind != .contentType {
            // The engine's default, also at the start of a partial, is HTML.
            let example = "{{% CONTENT_TYPE:KICKSTART}}"
            report("the first tag must say the content type, such as \(example)", template, line: first.line)
        }
        for tag in template.tags {
            let scope = scopes.lastIndex { $0[tag.name] != nil }
            let kind = scope.flatMap { scopes[$0][tag.name] }
            if scope == 0, tag.kind != .end { names[tag.name, default: []].insert(template.file) }
            switch (tag.kind, kind) {
            case (.contentType, _): break
            case (.partial, _): try include(tag, from: template, scopes: scopes, partials: partials)
            case (.end, _): scopes.removeLast()
            case (.section, .list(let names)?): scopes.append(names)
            case (.section, .flag?), (.inverted, .flag?), (.inverted, .list?): scopes.append([:])
            case (.variable, .text?), (.unescaped, .text?), (.unescaped, .lines?), (.unescaped, .flag?): break
            case (.variable, .lines?), (.variable, .flag?):
                report("'\(tag.name)' must stand in three braces", template, line: tag.line)
            case (.variable, .list?), (.unescaped, .list?):
                report("'\(tag.name)' is a list and can only be a section", template, line: tag.line)
            case (.section, .text?), (.section, .lines?), (.inverted, .text?), (.inverted, .lines?):
                report("'\(tag.name)' is text and cannot be a section", template, line: tag.line)
                scopes.append([:])
            case (_, nil):
                let known = scopes.reduce(into: Set<String>()) { $0.formUnion($1.keys) }
                let hint = NearestWord.of(tag.name, among: known).map { "; did you mean '\($0)'?" } ?? ""
                report("nobody defines '\(tag.name)'\(hint)", template, line: tag.line)
                if tag.kind == .section || tag.kind == .inverted { scopes.append([:]) }
            }
        }
    }

    private mutating func include(
        _ tag: TemplateTag,
        from template: TemplateStore.Template,
        scopes: [[String: TemplateValue.Kind]],
        partials: [String]
    ) throws(RenderError) {
        guard let partial = try templates.template(named: tag.name) else {
            report("there is no partial '\(tag.name)'", template, line: tag.line)
            return
        }
        guard !partials.contains(tag.name) else {
            report("partial '\(tag.name)' includes itself", template, line: tag.line)
            return
        }
        used[tag.name] = partial
        try check(partial, scopes: scopes, partials: partials + [tag.name])
    }

    private mutating func report(_ message: String, _ template: TemplateStore.Template, line: Int) {
        let problem = RenderError.Problem(file: template.file, line: line, message: message)
        if !problems.contains(problem) { problems.append(problem) }
    }
}
