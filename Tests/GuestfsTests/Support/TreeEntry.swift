@testable import Guestfs

/// One name in a guest's tree.
struct TreeEntry: Sendable, Equatable {
    enum Kind: Sendable {
        case regular, directory, symlink, fifo, block, other

        init(tarType: Character) {
            switch tarType {
            case "0", "\0", "1": self = .regular
            case "5": self = .directory
            case "2": self = .symlink
            case "6": self = .fifo
            case "4": self = .block
            default: self = .other
            }
        }

        var tarType: Character {
            switch self {
            case .regular, .other: "0"
            case .directory: "5"
            case .symlink: "2"
            case .fifo: "6"
            case .block: "4"
            }
        }
    }

    let path: GuestPath
    let kind: Kind
    /// A file's bytes, or what a link points to.
    let content: [UInt8]
    let permissions: Int
    let uid: Int
    let gid: Int

    init(
        _ path: GuestPath,
        _ kind: Kind,
        _ content: [UInt8],
        permissions: Int? = nil,
        uid: Int = 0,
        gid: Int = 0
    ) {
        self.path = path
        self.kind = kind
        self.content = content
        self.permissions = permissions ?? (kind == .directory ? 0o755 : kind == .symlink ? 0o777 : 0o644)
        self.uid = uid
        self.gid = gid
    }

    /// A regular file of this text.
    static func file(_ path: GuestPath, _ text: String, permissions: Int? = nil, uid: Int = 0) -> TreeEntry {
        TreeEntry(path, .regular, Array(text.utf8), permissions: permissions, uid: uid)
    }

    static func link(_ path: GuestPath, to target: String) -> TreeEntry {
        TreeEntry(path, .symlink, Array(target.utf8))
    }

    static func directory(_ path: GuestPath, permissions: Int = 0o755, uid: Int = 0) -> TreeEntry {
        TreeEntry(path, .directory, [], permissions: permissions, uid: uid)
    }
}
