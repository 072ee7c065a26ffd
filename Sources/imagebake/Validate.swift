import ArgumentParser
import Pipeline
import Recipes
import SystemPackage

/// How `imagebake validate` prints what it found.
enum ProblemFormat: String, CaseIterable, ExpressibleByArgument {
    case text, json
}

/// `imagebake validate`.
struct Validate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check recipes and print every problem at once.",
        discussion: """
            Errors and warnings are printed as FILE:LINE:COLUMN: error|warning: MESSAGE, or with --format json as one array \
            for editors and CI. docs/lints.md lists the warnings. Exit status 65 where a recipe is wrong, 66 where one does \
            not exist, 77 where one may not be read, 74 where one cannot be; of several the gravest: 74, 77, 66, 65. \
            Warnings do not change it without --strict.
            """
    )

    @Argument(help: ArgumentHelp("The recipe files.", valueName: "recipe"), completion: .file(extensions: ["recipe"]))
    var recipes: [String]

    @Option(
        name: [.customShort("f"), .long],
        help: "How to print: text, to standard error, or json, to standard output."
    )
    var format = ProblemFormat.text

    @Flag(help: "Let warnings count as errors.")
    var strict = false

    @OptionGroup(title: "Variable options")
    var variables: VariableOptions

    mutating func run() async throws {
        let resources = try Resources()
        let renderer = try Renderer(templates: resources.templates)
        let loader = RecipeLoader.forBakes(resources)
        var overrides = RecipeOverrides()
        variables.apply(to: &overrides)
        let checks = recipes.map { loader.check(FilePath($0), overrides: overrides, renderer: renderer) }
        switch format {
        case .text:
            for check in checks {
                for diagnostic in check.diagnostics { Output.error(diagnostic.description) }
                if check.exitStatus == 0 { Output.error("\(check.file): valid") }
            }
        case .json: Output.data(try Self.json(checks.flatMap(\.diagnostics)))
        }
        let status = RecipeCheck.exitStatus(of: checks, isStrict: strict)
        if status != 0 { throw ExitCode(status) }
    }
}
