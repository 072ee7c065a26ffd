/// The version of imagebake.
public enum Version {
    /// The number, after semantic versioning.
    public static let current = "0.1.0"
}
