import Mustache
import SystemPackage

/// The templates of one directory, by their path below it without `.mustache`.
struct TemplateStore: Sendable {
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

    private var templates: [String: Template] = [:]
    private var library = MustacheLibrary()

    /// A store without templates.
    init() {
        Landing.register()
    }

    /// Reads all templates of a directory and of the directories in it.
    init(_ directory: FilePath) throws(RenderError) {
        self.init()
        for file in try TemplateFiles.list(directory) {
            let name = file.string
            let path = directory.appending(name)
            let template = try Self.template(try TemplateFiles.read(path), file: path.string, exitStatus: 78)
            let key = String(name.dropLast(TemplateFiles.suffix.count))
            register(template, named: key)
        }
    }

    /// Adds a template.
    mutating func register(_ template: Template, named name: String) {
        templates[name] = template
        library.register(template.mustache, named: name)
    }

    /// The template of a name.
    subscript(name: String) -> Template? { templates[name] }

    /// Checks a template and fills it.
    func render(_ template: Template, with context: TemplateContext) throws(RenderError) -> String {
        try TemplateCheck.check(template, in: self, names: context.kinds)
        return template.mustache.render(context.rendered, library: library)
    }

    /// Parses a template.
    static func template(_ text: String, file: String, exitStatus: Int32) throws(RenderError) -> Template {
        let tags: [TemplateTag]
        do {
            tags = try TemplateScanner.tags(of: text, file: file)
        } catch {
            throw RenderError(error.code, error.message, file: error.file, exitStatus: exitStatus)
        }
        do {
            let mustache = try MustacheTemplate(string: text)
            return Template(file: file, tags: tags, mustache: mustache, exitStatus: exitStatus)
        } catch let error as MustacheTemplate.ParserError {
            let place = "\(file):\(error.context.lineNumber):\(error.context.columnNumber)"
            throw RenderError(.malformedTemplate, "\(place): \(error.error)", file: file, exitStatus: exitStatus)
        } catch {
            throw RenderError(.malformedTemplate, "\(file): \(error)", file: file, exitStatus: exitStatus)
        }
    }
}
