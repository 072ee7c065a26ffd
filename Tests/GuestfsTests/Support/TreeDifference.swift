@testable import Guestfs

/// Something that is otherwise in a guest after our sysprep than after virt-sysprep.
struct TreeDifference: Sendable, CustomStringConvertible {
    enum Kind: String, Sendable {
        /// It is left by ours alone, or there and not removed there.
        case onlyHere = "only here"
        case onlyThere = "only there"
        case kind, content, owner, permissions
    }

    let kind: Kind
    let path: GuestPath

    var description: String { "\(kind.rawValue): \(path)" }

    /// All differences between two trees.
    static func between(
        here: [GuestPath: TreeEntry],
        there: [GuestPath: TreeEntry]
    ) -> [TreeDifference] {
        Set(here.keys).union(there.keys).sorted().flatMap { path -> [TreeDifference] in
            guard let ours = here[path] else { return [TreeDifference(kind: .onlyThere, path: path)] }
            guard let theirs = there[path] else { return [TreeDifference(kind: .onlyHere, path: path)] }
            if ours.kind != theirs.kind { return [TreeDifference(kind: .kind, path: path)] }
            var kinds: [Kind] = []
            if ours.content != theirs.content { kinds.append(.content) }
            if ours.uid != theirs.uid || ours.gid != theirs.gid { kinds.append(.owner) }
            if ours.permissions != theirs.permissions { kinds.append(.permissions) }
            return kinds.map { TreeDifference(kind: $0, path: path) }
        }
    }
}

/// A difference that is meant, and why.
struct MeantDifference: Sendable {
    let kind: TreeDifference.Kind
    let patterns: [GuestGlob]
    /// One of D1 to D9 of docs/sysprep.md, or the choice.
    let reason: String

    init(_ kind: TreeDifference.Kind, _ patterns: [GuestGlob], _ reason: String) {
        self.kind = kind
        self.patterns = patterns
        self.reason = reason
    }

    func explains(_ difference: TreeDifference, by pattern: GuestGlob) -> Bool {
        difference.kind == kind && difference.path.withCString { $0.map { pattern.matches($0) } ?? false }
    }
}
