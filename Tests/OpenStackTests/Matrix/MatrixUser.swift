import Publish

/// Somebody with a role in one of the three projects of the matrix.
struct MatrixUser: Sendable, Hashable, CustomStringConvertible {
    let project: String
    let role: LocalActor.Role

    /// The projects: the images are those of `red`, some are shared with `green`, and `blue` has nothing to do with them.
    static let projects = ["red", "green", "blue"]
    static let all = projects.flatMap { project in
        [LocalActor.Role.admin, .member, .reader].map { MatrixUser(project: project, role: $0) }
    }
    /// Whose the images are.
    static let owner = MatrixUser(project: "red", role: .member)
    /// With whom they are shared.
    static let consumer = MatrixUser(project: "green", role: .member)
    /// Who brings everything back to where it was.
    static let administrator = MatrixUser(project: "red", role: .admin)

    var description: String { "\(project)-\(role.rawValue)" }
}
