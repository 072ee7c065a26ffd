import Guestfs
import Publish
public import Recipes

extension RecipeLoader {
    /// A loader of recipes to bake: it knows the recipes that ship, and the sysprep operations that there are, so that a wrong name is
    /// an error with its place.
    public static func forBakes(_ resources: Resources) -> RecipeLoader {
        RecipeLoader(
            sysprepOperations: Set(Sysprep.operations.map(\.name)),
            propertyJudge: { properties in
                PropertyCheck().problems(properties).map { problem in
                    PropertyFinding(
                        property: problem.property,
                        message: problem.description,
                        isError: problem.severity == .error
                    )
                }
            },
            shipped: resources.recipes
        )
    }
}

extension RecipeSchema {
    /// The schema of recipes to bake.
    public static var forBakes: RecipeSchema { RecipeSchema(sysprepOperations: Set(Sysprep.operations.map(\.name))) }
}
