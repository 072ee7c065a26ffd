import Guestfs
import Recipes

/// Holds the sysprep operations that a recipe names against those that there are.
enum SysprepNames {
    static func require(_ recipe: Recipe) throws(Failure) {
        let known = Set(Sysprep.operations.map(\.name))
        for name in recipe.sysprep.enable + recipe.sysprep.disable where !known.contains(name) {
            throw Failure(
                .badRecipe,
                "\(recipe.file): unknown sysprep operation '\(name)'",
                ["known": known.sorted().joined(separator: ", ")]
            )
        }
    }
}
