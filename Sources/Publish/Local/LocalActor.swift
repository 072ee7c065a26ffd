/// Who asks the local registry.
///
/// Whoever may write to its files may do everything; the project and the role make it answer as a Glance answers such a user, so that what
/// works here works in a cloud.
public struct LocalActor: Sendable, Hashable {
    /// Keystone's roles, each with what the ones before it may (Keystone, implied roles).
    public enum Role: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
        /// May look.
        case reader
        /// May work with the project's images.
        case member
        /// May do everything with everybody's images.
        case admin

        /// Whether the left may less than the right.
        public static func < (left: Role, right: Role) -> Bool { left.rank < right.rank }

        private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    }

    /// The project whose images are one's own.
    public let project: String
    /// The role in it.
    public let role: Role

    /// The project of whoever names none.
    public static let usualProject = "default"

    /// An administrator in the usual project.
    public static let administrator = LocalActor(project: usualProject, role: .admin)

    /// Creates one.
    public init(project: String, role: Role) {
        self.project = project
        self.role = role
    }
}
