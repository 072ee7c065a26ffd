extension Recipe {
    /// A subscription to Red Hat, by which the installer registers the system.
    ///
    /// The image itself is unregistered again, or every clone of it would be the same system to Red Hat.
    public struct Subscription: Sendable, Equatable {
        /// The number of the organization.
        public var organization: String

        /// The secret that is the activation key.
        public var activationKey: SecretName
    }
}
