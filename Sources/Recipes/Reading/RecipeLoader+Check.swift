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
            let reading = try read(file, overrides: overrides)
            var diagnostics = reading.recipe.warnings + Lint.run(on: reading.subject)
            do {
                _ = try renderer.fingerprintText(reading.recipe)
            } catch {
                diagnostics.append(
                    Diagnostic(file: error.file ?? file.string, message: error.message, code: Diagnostic.template)
                )
            }
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
