public import SystemPackage

/// Where the password of root comes from.
///
/// The password itself is never part of a recipe.
public enum RootPassword: Sendable, Equatable {
    /// Made up for this bake, hashed and forgotten.
    case random

    /// The value of an environment variable.
    case environment(String)

    /// The first line of a file, an absolute path.
    case file(FilePath)

    /// A secret that the recipe declares.
    case secret(Recipe.SecretName)
}
