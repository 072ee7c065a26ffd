@testable import Guestfs

/// A file that is planted in guests for one operation: an artefact that it must take away or change, or a neighbour that it must leave.
struct Planted: Sendable {
    /// What must be true of the file in the end.
    enum Outcome: Sendable, Equatable {
        /// It is not there.
        case gone
        /// It is there as it was.
        case untouched
        /// It is there with another content, its owner and mode as they were.
        case content(String)
    }

    let operation: String
    let path: GuestPath
    let content: String
    let outcome: Outcome
    /// What the operation's check must name beforehand; empty for a neighbour.
    let findings: [String]
    let guests: Set<PhonyGuest.Name>
    let uid: Int
    let permissions: Int

    /// An artefact.
    static func artefact(
        _ operation: String,
        _ path: GuestPath,
        _ content: String = "left over\n",
        becomes outcome: Outcome = .gone,
        lines: [Int] = [],
        finding: String? = nil,
        in guests: Set<PhonyGuest.Name> = Set(PhonyGuest.Name.allCases),
        uid: Int = 0
    ) -> Planted {
        Planted(
            operation: operation,
            path: path,
            content: content,
            outcome: outcome,
            findings: lines.isEmpty ? [finding ?? path.description] : lines.map { "\(path):\($0)" },
            guests: guests,
            uid: uid,
            permissions: 0o600
        )
    }

    /// A neighbour, which survives.
    static func neighbour(
        _ operation: String,
        _ path: GuestPath,
        _ content: String = "precious\n",
        in guests: Set<PhonyGuest.Name> = Set(PhonyGuest.Name.allCases)
    ) -> Planted {
        Planted(
            operation: operation,
            path: path,
            content: content,
            outcome: .untouched,
            findings: [],
            guests: guests,
            uid: 1,
            permissions: 0o640
        )
    }

    var entry: TreeEntry { .file(path, content, permissions: permissions, uid: uid) }
}
