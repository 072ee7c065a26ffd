/// What a registry refuses of an image's metadata, so that a recipe hears it when it is read and not when the image is finished.
///
/// The rules are Glance's (api/v2/images.py and its quota defaults), as the registry applies them.
enum ImageLimits {
    /// The number of tags.
    static let tags = 128

    /// The number of properties, without those that are imagebake's own.
    static let properties = 128 - own.count

    /// The properties that imagebake sets.
    private static let own: Set<String> = [
        "os_distro", "os_version", "architecture", "imagebake_bake_id", "imagebake_recipe_digest",
        "imagebake_tree_trust", "imagebake_hygiene", "imagebake_name", "imagebake_published", "imagebake_incoming",
        "imagebake_withdrawn", "imagebake_image", "imagebake_refused", "imagebake_part",
    ]

    /// Glance's own attributes, which no property may be called.
    private static let reserved: Set<String> = [
        "id", "name", "status", "visibility", "protected", "os_hidden", "checksum", "os_hash_algo", "os_hash_value",
        "owner", "size", "virtual_size", "container_format", "disk_format", "created_at", "updated_at", "tags",
        "min_ram", "min_disk", "self", "file", "schema", "direct_url", "locations", "location", "stores", "deleted",
        "deleted_at", "properties", "sha256",
    ]

    /// Why a recipe may not set a property of this name, to follow the name; nil where it may.
    static func refusal(ofProperty name: String) -> String? {
        if own.contains(name) || name.hasPrefix("imagebake_") { return "is set by imagebake itself" }
        return reserved.contains(name) || name.hasPrefix("os_glance_") ? "is reserved by Glance" : nil
    }
}
