import Mustache
import Synchronization
import SystemPackage

/// The templates of one directory, by their path below it without `.mustache`.
///
/// All are read at once, so that what is rendered later is what stood there; each is parsed when it is first used, because a recipe uses
/// a third of them and parsing takes longer than all the rest of rendering.
final class TemplateStore: Sendable {
    /// One template.
    struct Template: Sendable {
        /// Its file, for messages.
        let file: String

        /// Its tags.
        let tags: [TemplateTag]

        /// Its parsed form.
        let mustache: MustacheTemplate

        /// The exit status when it is at fault.
        let exitStatus: Int32
    }

    /// The text of a template that was not parsed yet, and its file for messages.
    struct Source: Sendable {
        let file: String
        let text: String
    }

    private let sources: [String: Source]
    private let parsed = Mutex<[String: Template]>([:])

    /// Makes a store of texts by their names.
    init(_ sources: [String: Source]) {
        Landing.register()
        self.sources = sources
    }

    /// Reads all templates of a directory and of the directories in it.
    convenience init(_ directory: FilePath) throws(RenderError) {
        var sources: [String: Source] = [:]
        for file in try TemplateFiles.list(directory) {
            let name = file.string
            let path = directory.appending(name)
            let key = String(name.dropLast(TemplateFiles.suffix.count))
            sources[key] = Source(file: path.string, text: try TemplateFiles.read(path))
        }
        self.init(sources)
    }

    /// The template of a name; nil where there is none.
    ///
    /// - Throws: `malformedTemplate` when it is no Mustache.
    func template(named name: String) throws(RenderError) -> Template? {
        if let template = parsed.withLock({ $0[name] }) { return template }
        guard let source = sources[name] else { return nil }
        let template = try Self.template(source.text, file: source.file, exitStatus: 78)
        parsed.withLock { $0[name] = template }
        return template
    }

    /// Checks a template and fills it.
    func render(_ template: Template, with context: TemplateContext) throws(RenderError) -> String {
        let check = try TemplateCheck.check(template, in: self, names: context.kinds)
        let library = MustacheLibrary(templates: check.used.mapValues(\.mustache))
        return template.mustache.render(context.rendered, library: library)
    }

    /// The names of a context that a template and its partials use, and the files that use each.
    func names(usedBy template: Template, of context: TemplateContext) throws(RenderError) -> [String: Set<String>] {
        try TemplateCheck.check(template, in: self, names: context.kinds).names
    }

    /// Parses a template.
    static func template(_ text: String, file: String, exitStatus: Int32) throws(RenderError) -> Template {
        let tags: [TemplateTag]
        do {
            tags = try TemplateScanner.tags(of: text, file: file)
        } catch {
            throw RenderError(error.code, error.problems, file: file, exitStatus: exitStatus)
        }
        do {
            let mustache = try MustacheTemplate(string: text)
            return Template(file: file, tags: tags, mustache: mustache, exitStatus: exitStatus)
        } catch let error as MustacheTemplate.ParserError {
            let problem = RenderError.Problem(file: file, line: error.context.lineNumber, message: "\(error.error)")
            throw RenderError(.malformedTemplate, [problem], file: file, exitStatus: exitStatus)
        } catch {
            let problem = RenderError.Problem(file: file, line: 1, message: "\(error)")
            throw RenderError(.malformedTemplate, [problem], file: file, exitStatus: exitStatus)
        }
    }
}
