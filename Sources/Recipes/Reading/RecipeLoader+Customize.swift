public import SystemPackage
import Yams

extension RecipeLoader {
    /// Reads a file with steps of customising, and the files beside it that they name.
    ///
    /// Its top has `customize`, as a recipe has, and may have `variables` and `secrets`; nothing else.
    ///
    /// - Parameters:
    ///   - file: The file, of at most 1 MiB.
    ///   - overrides: Values of its variables.
    /// - Throws: Everything that is wrong with it.
    public func loadCustomization(
        _ file: FilePath,
        overrides: RecipeOverrides = RecipeOverrides()
    ) throws(RecipeProblems) -> CustomizationFile {
        let context = ReadingContext(file: file.string)
        let composed = try compose(file, overrides: overrides, context)
        let secrets = SecretReader(context: context).read(composed.root)
        let reader = RecipeReader(file: file, context: context)
        let top = ValueReader<[Recipe.Customization]>.mapping(standIn: []) { top in
            top.declare("variables", VariableReader.schema)
            top.declare("secrets", SecretReader.schema)
            return top.required("customize", reader.customize)
        }
        let steps = top.read(composed.root, at: "", context)
        guard context.errorCount == 0, !context.isExhausted else { throw context.problems }
        return CustomizationFile(
            steps: steps,
            secrets: secrets.filter { context.usedSecrets.contains($0.name.name) },
            warnings: context.diagnostics.filter { $0.severity == .warning }
        )
    }
}
