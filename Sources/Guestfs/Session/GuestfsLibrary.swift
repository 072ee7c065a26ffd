import CGuestfs

/// The libguestfs that this process is linked with.
public enum GuestfsLibrary {
    /// Its version, such as `1.48.6`; no appliance is started to find out.
    public static let version: String = {
        guard let handle = imagebake_guestfs_create() else { return "unknown" }
        defer { guestfs_close(handle) }
        guard let version = guestfs_version(handle) else { return "unknown" }
        defer { guestfs_free_version(version) }
        return "\(version.pointee.major).\(version.pointee.minor).\(version.pointee.release)"
    }()
}
