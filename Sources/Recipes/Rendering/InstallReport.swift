/// How a kickstart says that it was carried out, or was not.
///
/// Whatever state a guest ends in, an install has succeeded when its last script has said so, and has left its stamp on the disk. Each is
/// written with a word that is new in every install, so neither an older disk nor a text that is printed by chance can be taken for it.
public enum InstallReport: String, CaseIterable, Sendable {
    /// The last script ran.
    case done

    /// The installer gave up, and its `%onerror` scripts ran.
    case failed

    /// The virtio-serial port that it is written to, besides the console.
    public static let port = "org.imagebake.outcome.0"

    /// The line that the kickstart writes.
    public func line(nonce: String) -> String { "imagebake-outcome: \(rawValue) \(nonce)" }

    /// What a line reports, if it is one of this install.
    ///
    /// - Parameters:
    ///   - line: A line of the port or of the console, where a script's output may stand before it.
    ///   - nonce: The word of this install.
    public init?(_ line: String, nonce: String) {
        guard !nonce.isEmpty, let report = Self.allCases.first(where: { line.hasSuffix($0.line(nonce: nonce)) }) else {
            return nil
        }
        self = report
    }

    /// The content of `/etc/imagebake-stamp`.
    public static func stamp(bakeID: String, nonce: String) -> String { "imagebake \(bakeID) \(nonce)" }
}
