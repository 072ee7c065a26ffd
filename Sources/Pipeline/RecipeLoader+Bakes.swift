import Guestfs
public import Recipes

extension RecipeLoader {
    /// A loader of recipes to bake: it knows the sysprep operations that there are, so that a wrong name is an error with its place.
    public static var forBakes: RecipeLoader {
        RecipeLoader(sysprepOperations: Set(Sysprep.operations.map(\.name)))
    }
}

extension RecipeSchema {
    /// The schema of recipes to bake.
    public static var forBakes: RecipeSchema { RecipeSchema(sysprepOperations: Set(Sysprep.operations.map(\.name))) }
}
