import Crypto
public import Foundation
public import SystemPackage
import Yams

/// Reads recipes from files, strictly: an unknown or repeated key, a wrong type, a value out of range is an error with its place.
///
/// All problems of a recipe and of what it extends are found in one reading, as far as the files are YAML.
public struct RecipeLoader: Sendable {
    private let sysprepOperations: Set<String>?
    private let propertyJudge: PropertyJudge?
    private let shipped: FilePath?
    private let environment: [String: String]

    /// Makes a loader.
    ///
    /// - Parameters:
    ///   - sysprepOperations: The names that `sysprep` may enable and disable; nil takes any.
    ///   - propertyJudge: Who knows what an image's properties may be; nil takes any value.
    ///   - shipped: The directory of the recipes that a recipe can extend by name; nil for none.
    ///   - environment: The environment variables, in which values of a recipe's variables may stand as `IMAGEBAKE_VAR_NAME`.
    public init(
        sysprepOperations: Set<String>? = nil,
        propertyJudge: PropertyJudge? = nil,
        shipped: FilePath? = nil,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) {
        self.sysprepOperations = sysprepOperations
        self.propertyJudge = propertyJudge
        self.shipped = shipped
        self.environment = environment
    }

    /// Reads a recipe, the recipes that it extends, and the files beside them that they name.
    ///
    /// - Parameters:
    ///   - file: The recipe, a regular file of at most 1 MiB.
    ///   - overrides: What the command line says in place of the recipe.
    /// - Throws: Everything that is wrong with the recipe.
    public func load(
        _ file: FilePath,
        overrides: RecipeOverrides = RecipeOverrides()
    ) throws(RecipeProblems) -> Recipe {
        try read(file, overrides: overrides).recipe
    }

    /// Reads a recipe and keeps what it was read from.
    func read(_ file: FilePath, overrides: RecipeOverrides) throws(RecipeProblems) -> RecipeReading {
        let (reading, problems) = try inspect(file, overrides: overrides)
        if let problems { throw problems }
        return reading
    }

    /// Reads a recipe as far as it can be understood.
    ///
    /// - Returns: The recipe, with stand-ins for what is wrong, and what is wrong.
    /// - Throws: What keeps it from being read at all.
    func inspect(
        _ file: FilePath,
        overrides: RecipeOverrides
    ) throws(RecipeProblems) -> (reading: RecipeReading, problems: RecipeProblems?) {
        let context = ReadingContext(file: file.string)
        let (root, digests) = try compose(file, overrides: overrides, context)
        let secrets = SecretReader(context: context).read(root)

        let reader = RecipeReader(
            file: file,
            context: context,
            sysprepOperations: sysprepOperations,
            propertyJudge: propertyJudge
        )
        var recipe = reader.read(root)
        recipe.apply(overrides, context)
        if context.isExhausted { throw context.problems }
        let nodes = NodePath(root: root)
        if overrides.location != nil { recipe.checkPin(nodes, context) }
        recipe.places = Recipe.Places(nodes, overrides, context)
        let problems = context.errorCount == 0 ? nil : context.problems
        recipe.warnings = context.diagnostics.filter { $0.severity == .warning }
        if problems == nil {
            let keys = (TemplateKeys.kickstart + TemplateKeys.cloudConfig).map(\.key)
            recipe.givenKeys = Set(keys.filter(nodes.has))
        }
        recipe.digest = Self.digest(of: digests)
        recipe.secrets = secrets.filter { context.usedSecrets.contains($0.name.name) }
        return (RecipeReading(recipe: recipe, subject: LintSubject(recipe, root: root, context: context)), problems)
    }

    /// Composes a file with what it extends, and puts the values of variables where it refers to them.
    func compose(
        _ file: FilePath,
        overrides: RecipeOverrides,
        _ context: ReadingContext
    ) throws(RecipeProblems) -> (root: Node, digests: [String]) {
        let composer = RecipeComposer(shipped: shipped, context)
        var root = try composer.compose(file)

        let variables = VariableReader(context: context).read(root)
        let insertions = InsertionBudget(context)
        let resolver = VariableResolver(variables, context, insertions)
        try resolver.take(overrides, environment: environment)
        let values = resolver.resolveAll()
        if composer.hasReferences {
            let substitution = Substitution(
                context: context,
                budget: NodeBudget(context),
                insertions: insertions,
                values: values,
                variables: Set(variables.map(\.name)),
                secrets: SecretReader.names(in: root)
            )
            root = try substitution.apply(root)
        }
        return (root, composer.digests + resolver.givenTexts)
    }

    /// The digest of a recipe: that of its file when there is nothing else, so that `sha256sum` gives the same.
    private static func digest(of parts: [String]) -> String {
        guard parts.count > 1 else { return parts.first ?? "" }
        return SHA256.hash(data: Array(parts.joined(separator: "\n").utf8)).hexadecimal
    }
}
