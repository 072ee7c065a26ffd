/// What a project may use of a local registry; Glance's unified limits (glance/quota/keystone.py).
public enum Quota: String, Sendable, Hashable, Codable, CaseIterable {
    /// The bytes of all its images together, in MiB.
    case sizeTotal = "image_size_total"
    /// The bytes that it has staged, in MiB.
    case stageTotal = "image_stage_total"
    /// How many images it owns.
    case countTotal = "image_count_total"
    /// How many of its images are on their way in: staged, being imported, or being uploaded.
    case countUploading = "image_count_uploading"

    /// How a limit stands.
    public struct Usage: Sendable, Hashable, Codable {
        /// How much there may be; -1 for no limit.
        public let limit: Int
        /// How much there is.
        public let usage: Int
    }
}
