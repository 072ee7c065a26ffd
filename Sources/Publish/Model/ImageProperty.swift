/// The names of the properties that imagebake itself sets.
///
/// The first three are OpenStack's (Glance, useful image properties).
public enum ImageProperty {
    /// The distribution.
    public static let osDistro = "os_distro"
    /// Its release.
    public static let osVersion = "os_version"
    /// The processor architecture.
    public static let architecture = "architecture"
    /// The id of the bake.
    public static let bakeID = "imagebake_bake_id"
    /// The digest of the recipe.
    public static let recipeDigest = "imagebake_recipe_digest"

    /// How far the install tree was vouched for: the words of InstallTrees' `TreeTrust`.
    public static let treeTrust = "imagebake_tree_trust"
    /// How the proof of hygiene went, with the digest of its report: `passed sha256:...`.
    public static let hygiene = "imagebake_hygiene"
}
