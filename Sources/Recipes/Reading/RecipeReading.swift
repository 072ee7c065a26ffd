/// A recipe that was read, and what it was read from.
struct RecipeReading {
    /// The recipe.
    let recipe: Recipe

    /// The recipe with its places, for the lints.
    let subject: LintSubject
}
