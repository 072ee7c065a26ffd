extension OperatingSystem {
    /// A family of distributions that lay out their files alike.
    public enum Family: String, Sendable {
        /// Debian and what descends from it.
        case debian

        /// Red Hat Enterprise Linux and its rebuilds.
        case redHat
    }
}
