extension Recipe {
    /// A mode of SELinux, in kickstart's words.
    public enum SELinux: String, CaseIterable, Sendable {
        /// Off.
        case disabled

        /// It warns and denies nothing.
        case permissive

        /// It denies.
        case enforcing
    }
}
