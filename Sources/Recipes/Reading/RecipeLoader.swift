import Crypto
public import SystemPackage
import Yams

/// Reads recipes from files, strictly: an unknown or repeated key, a wrong type, a value out of range is an error with its place.
///
/// All problems of a file are found in one reading, as far as it is YAML.
public struct RecipeLoader: Sendable {
    private let sysprepOperations: Set<String>?

    /// Makes a loader.
    ///
    /// - Parameter sysprepOperations: The names that `sysprep` may enable and disable; nil takes any.
    public init(sysprepOperations: Set<String>? = nil) {
        self.sysprepOperations = sysprepOperations
    }

    /// Reads a recipe, and the files beside it that it names.
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
        let name = file.string
        let bytes = try RecipeBytes.read(file, name: name)
        let text: RecipeText
        do {
            text = try RecipeText(bytes, file: name)
        } catch {
            throw RecipeProblems([error])
        }
        let tree = try YAMLTree(text.text, file: name)
        let context = ReadingContext(file: name)
        tree.problems.forEach(context.add)
        var recipe = RecipeReader(file: file, context: context, sysprepOperations: sysprepOperations).read(tree.root)
        recipe.apply(overrides, context)
        let errors = context.diagnostics.filter { $0.severity == .error }
        guard errors.isEmpty else {
            throw RecipeProblems(errors.sorted { ($0.line, $0.column) < ($1.line, $1.column) })
        }
        recipe.warnings = context.diagnostics
        recipe.digest = SHA256.hash(data: bytes).hexadecimal
        return RecipeReading(recipe: recipe, subject: LintSubject(recipe, root: tree.root, context: context))
    }
}
