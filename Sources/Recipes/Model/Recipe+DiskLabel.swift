extension Recipe {
    /// A kind of partition table.
    public enum DiskLabel: String, CaseIterable, Sendable {
        /// GUID partition table.
        case gpt

        /// Master boot record.
        case mbr
    }
}

extension Recipe.DiskLabel {
    /// The kind in the words of kickstart's `clearpart --disklabel`.
    var kickstartName: String {
        switch self {
        case .gpt: "gpt"
        case .mbr: "msdos"
        }
    }
}
