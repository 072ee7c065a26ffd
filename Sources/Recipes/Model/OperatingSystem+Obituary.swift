extension OperatingSystem {
    /// What became of a release that has ended.
    struct Obituary: Sendable {
        /// What happened and when, such as `CentOS Linux 7 ended in June 2024`.
        let news: String

        /// Hosts that had it once and have it no more.
        let deadHosts: [String]

        /// Where it lies now.
        let archive: String
    }
}
