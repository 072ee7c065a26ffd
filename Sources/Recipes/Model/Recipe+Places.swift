extension Recipe {
    /// Where some of a recipe's values stand, for errors that only a bake finds.
    ///
    /// They say nothing of what the recipe means, so all are equal.
    public struct Places: Sendable, Equatable {
        /// The keys whose places are kept.
        public enum Key: String, Sendable, CaseIterable {
            case os
            case location = "install.location"
            case treeinfo = "install.pin.treeinfo"
            case checksum = "install.pin.checksum"
            case checksumFile = "install.pin.checksum_file"
            case signature = "install.pin.signature"
            case gpgKey = "install.pin.gpg_key"
        }

        private var places: [Key: String] = [:]

        /// The place of a value, `file:line:column`, or the option that prevails over it; nil where the recipe does not have it.
        public subscript(key: Key) -> String? {
            get { places[key] }
            set { places[key] = newValue }
        }

        /// Makes no places.
        public init() {}

        /// True.
        public static func == (left: Places, right: Places) -> Bool { true }
    }
}
