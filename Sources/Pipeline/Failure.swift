/// What ends a command: said once, in at most four lines, with an exit status.
///
///     error: install failed: the guest's kernel panicked: not syncing: VFS: Unable to mount root fs
///       console   /var/lib/imagebake/bakes/20261124-091200-web/console.log
///       cause     ...
///       next      ...
public struct Failure: Error, Equatable, Sendable, CustomStringConvertible {
    /// One labelled line below the message.
    public struct Detail: Codable, Equatable, Sendable {
        /// A word, such as `console`, `cause` or `next`.
        public let label: String
        /// What it says.
        public let text: String

        /// Creates a detail.
        public init(_ label: String, _ text: String) {
            self.label = label
            self.text = text
        }
    }

    /// The exit status.
    public let status: ExitStatus
    /// What failed, lower case, without a full stop.
    public let message: String
    /// Where, why, and what to do next: at most three.
    public let details: [Detail]

    /// Creates a failure.
    ///
    /// - Parameters:
    ///   - status: The exit status.
    ///   - message: What failed.
    ///   - details: Labelled lines; those without text are left out.
    public init(_ status: ExitStatus, _ message: String, _ details: KeyValuePairs<String, String?> = [:]) {
        self.status = status
        self.message = message
        self.details = details.compactMap { label, text in
            text.flatMap { $0.isEmpty ? nil : Detail(label, $0) }
        }
    }

    /// Creates a failure with details that are known to have text.
    init(_ status: ExitStatus, _ message: String, details: [Detail]) {
        (self.status, self.message, self.details) = (status, message, details)
    }

    /// The message and its details, as a person reads them.
    public var description: String {
        let width = 10
        let lines = details.map { detail in
            let padding = String(repeating: " ", count: max(1, width - detail.label.count))
            return "  \(detail.label)\(padding)\(detail.text)"
        }
        return (["error: \(message)"] + lines).joined(separator: "\n")
    }
}
