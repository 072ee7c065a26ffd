/// A standard whose properties an image has to have.
public enum PropertyProfile: String, Sendable, Hashable, CaseIterable {
    /// Sovereign Cloud Stack, scs-0102-v1-image-metadata (stable): images that a provider offers to the public.
    case scs0102 = "scs-0102"

    /// What every image must have, beside a least disk and memory.
    public var mandatory: [String] {
        switch self {
        case .scs0102:
            [
                "architecture", "os_distro", "os_version", "hw_disk_bus", "image_source", "image_description",
                "image_build_date",
                "image_original_user", "replace_frequency", "uuid_validity", "provided_until",
            ]
        }
    }

    /// What it should have.
    public var recommended: [String] {
        switch self {
        case .scs0102: ["hypervisor_type", "hw_rng_model"]
        }
    }
}
