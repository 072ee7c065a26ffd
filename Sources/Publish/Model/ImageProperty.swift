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
    /// The name under which it was published, which it keeps here when a newer image takes that.
    public static let name = "imagebake_name"
    /// When it took that name: `2026-11-24T03:10:00.250Z`.
    public static let published = "imagebake_published"
    /// Who is publishing it just now; gone when it is complete, so that it marks what a killed run left.
    public static let incoming = "imagebake_incoming"
    /// When a rollback took the name from it.
    public static let withdrawn = "imagebake_withdrawn"
    /// The id of the image that the others here are about: Nova and Cinder copy them all to what they make of it, a snapshot of a server or
    /// a volume's image, and such a copy is nobody's publication.
    public static let image = "imagebake_image"
    /// The bytes that rollbacks took the name from, as the image that has it carries them: `SIZE:ALGORITHM:DIGEST`, with commas between.
    public static let refused = "imagebake_refused"

    /// The publication that a kernel or a ramdisk belongs to, by the name under which its image was published: it is nobody's otherwise.
    public static let part = "imagebake_part"
    /// Nova's: the id of the kernel's image, of an image of the format `ami`.
    public static let kernel = "kernel_id"
    /// Nova's: the id of the ramdisk's image, of an image of the format `ami`.
    public static let ramdisk = "ramdisk_id"
    /// Nova's: what that kernel is told.
    public static let commandLine = "os_command_line"

    /// Those with which imagebake keeps its accounts, of no interest to anybody else.
    static let bookkeeping: Set<String> = accounts.union([bakeID, recipeDigest, treeTrust, hygiene])

    /// Those by which the images of one name in one registry are told apart.
    static let accounts: Set<String> = [name, published, incoming, withdrawn, image, refused, part]
}
