import SystemPackage
import Yams

extension RecipeDraft {
    /// What keeps the finished draft from being a recipe that builds: answers that do not go together.
    public var problems: [Diagnostic] {
        let context = ReadingContext(file: "")
        do throws(RecipeProblems) {
            let tree = try YAMLTree(text, file: "")
            _ = RecipeReader(file: "", context: context).read(tree.root)
        } catch {
            return error.diagnostics
        }
        return context.problems.diagnostics
    }
}
