import SystemPackage
import Yams

/// What lints look at: a recipe that was read without an error, where its values stand, and the scripts and kickstarts in it.
struct LintSubject {
    /// The recipe.
    let recipe: Recipe

    /// The scripts of the recipe and of its kickstart file.
    let scripts: [LintScript]

    /// The kickstart or kickstart template of the user's own.
    let kickstarts: [LintKickstart]

    private let root: Node
    private let context: ReadingContext

    /// Prepares a recipe for the lints.
    ///
    /// - Parameters:
    ///   - recipe: The recipe.
    ///   - root: The tree that it was read from.
    ///   - context: What it was read with.
    init(_ recipe: Recipe, root: Node, context: ReadingContext) {
        self.recipe = recipe
        self.root = root
        self.context = context
        let names = NodePath(root: root)
        kickstarts = Self.kickstarts(of: recipe, names, context)
        scripts =
            Self.scripts(of: recipe, names, context)
            + kickstarts.flatMap { file in
                file.document.sections.filter(\.isScript).map { section in
                    LintScript(
                        lines: section.body.map { line in
                            .init(place: LintPlace(file: file.name, line: line.number, column: 1), text: line.text)
                        }
                    )
                }
            }
    }

    /// Where a value stands, such as `system.lock_root`; where it does not, the place of what it would stand in.
    func place(of path: String) -> LintPlace {
        context.lintPlace(of: NodePath(root: root).nearest(to: path))
    }

    /// A file that the recipe names, as a person would name it who named the recipe so.
    func name(of path: FilePath, key: String) -> String {
        Self.name(of: path, named: NodePath(root: root).nearest(to: key), context)
    }

    /// A template, as a person would name it; any other file by its path.
    func name(of path: FilePath) -> String {
        switch path {
        case recipe.install.kickstartTemplate?.path: name(of: path, key: "install.kickstart_template")
        case recipe.cloudInit.template?.path: name(of: path, key: "cloud_init.template")
        default: path.string
        }
    }

    private static func kickstarts(
        of recipe: Recipe,
        _ names: NodePath,
        _ context: ReadingContext
    ) -> [LintKickstart] {
        let files: [(key: String, path: FilePath, text: String, isTemplate: Bool)] = [
            recipe.install.kickstart.map { ("install.kickstart", $0.path, $0.text, false) },
            recipe.install.kickstartTemplate.map { ("install.kickstart_template", $0.path, $0.text, true) },
        ].compactMap { $0 }
        return files.map { key, path, text, isTemplate in
            let node = names.nearest(to: key)
            return LintKickstart(
                name: name(of: path, named: node, context),
                document: KickstartDocument(text),
                isTemplate: isTemplate
            )
        }
    }

    /// A file as a person would name it who named the recipe so: in the directory of what names it.
    private static func name(of path: FilePath, named node: Node, _ context: ReadingContext) -> String {
        guard case .scalar(let scalar) = node, !scalar.string.hasPrefix("/") else { return path.string }
        let directory = FilePath(context.lintPlace(of: node).file).removingLastComponent()
        let named = directory.pushing(FilePath(scalar.string)).lexicallyNormalized()
        return named.lastComponent == path.lastComponent ? named.string : path.string
    }

    private static func scripts(of recipe: Recipe, _ names: NodePath, _ context: ReadingContext) -> [LintScript] {
        let lists = [
            ("pre", recipe.install.pre), ("post", recipe.install.post), ("onerror", recipe.install.onError),
        ]
        let installing = lists.flatMap { key, scripts in
            scripts.enumerated().map { index, script in ("install.\(key)[\(index)].script", script.body) }
        }
        let customizing = recipe.customize.enumerated().compactMap { index, step -> (String, String)? in
            switch step.step {
            case .run(.script(let body, _), _): ("customize[\(index)].run.script", body)
            case .firstboot(_, _, let body): ("customize[\(index)].firstboot.script", body)
            default: nil
            }
        }
        return (installing + customizing).map { path, body in
            let node = names.nearest(to: path)
            let place = context.lintPlace(of: node)
            // A literal block begins in the line after its '|'; of other texts only the start is known.
            var isLiteral = false
            if case .scalar(let scalar) = node { isLiteral = scalar.style == .literal }
            let lines = body.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
            return LintScript(
                lines: lines.map { offset, text in
                    let line = isLiteral ? place.line + 1 + offset : place.line
                    return .init(
                        place: LintPlace(file: place.file, line: line, column: isLiteral ? 1 : place.column),
                        text: String(text)
                    )
                }
            )
        }
    }
}

extension ReadingContext {
    /// Where a node stands.
    fileprivate func lintPlace(of node: Node) -> LintPlace {
        let place = place(of: node)
        return LintPlace(file: place.file, line: place.line, column: place.column)
    }
}
