import Glibc
public import SystemPackage

extension RecipeLoader {
    /// Reads a recipe, renders it and runs the lints; what is wrong is in the answer.
    ///
    /// - Parameters:
    ///   - file: The recipe.
    ///   - overrides: What the command line says in place of the recipe.
    ///   - renderer: Renders it, so that what is wrong with a template of its own is found too.
    public func check(
        _ file: FilePath,
        overrides: RecipeOverrides = RecipeOverrides(),
        renderer: Renderer
    ) -> RecipeCheck {
        do {
            let (reading, problems) = try inspect(file, overrides: overrides)
            if let problems {
                // What could be understood is looked at all the same, so that nobody corrects a recipe twice.
                let lints = Lint.run(on: reading.subject, among: Lint.textual)
                return RecipeCheck(
                    file: file.string,
                    recipe: nil,
                    diagnostics: problems.diagnostics + reading.recipe.warnings + lints,
                    exitStatus: problems.exitStatus
                )
            }
            let diagnostics =
                reading.recipe.warnings + Lint.run(on: reading.subject) + renderer.problems(of: reading, file: file)
            let isWrong = diagnostics.contains { $0.severity == .error }
            return RecipeCheck(
                file: file.string,
                recipe: reading.recipe,
                diagnostics: diagnostics,
                exitStatus: isWrong ? EX_DATAERR : 0
            )
        } catch {
            return RecipeCheck(
                file: file.string,
                recipe: nil,
                diagnostics: error.diagnostics,
                exitStatus: error.exitStatus
            )
        }
    }
}
