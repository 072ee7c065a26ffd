/// A small recipe that would be huge if its aliases were followed.
enum AliasBomb: CaseIterable {
    /// As a value where none is read.
    case unread

    /// As keys, which the YAML library compares.
    case keys

    /// As mappings to merge.
    case merges

    /// As many users with many keys each.
    case users

    /// The recipe.
    var text: String {
        let minimal = WrongInput.minimal
        switch self {
        case .unread:
            return minimal + "x:\n  - &a0 [x]\n" + levels { "[\($0)]" }
        case .keys:
            return minimal + "x:\n  - &a0 [x]\n" + levels { "[\($0)]" } + "  - {? *a29 : 1, ? [*a29] : 2}\n"
        case .merges:
            return minimal + "x:\n  - &a0 {k: v}\n" + levels { "{<<: [\($0)]}" } + "sysprep:\n  <<: *a29\n"
        case .users:
            let keys = repeated("ssh-rsa AAAA", 1000)
            let users = "&u {name: ada, ssh_keys: [\(keys)]}, " + repeated("*u", 1000)
            return minimal.replacing("system:\n", with: "system:\n  users: [\(users)]\n")
        }
    }

    /// A part of what must be said about it.
    var expected: String {
        switch self {
        case .unread: "unknown key 'x'"
        case .keys: "a key must be plain text"
        case .merges, .users: "more than 20000 values"
        }
    }

    private func levels(_ form: (String) -> String) -> String {
        (1..<30).map { "  - &a\($0) \(form(repeated("*a\($0 - 1)", 10)))\n" }.joined()
    }

    private func repeated(_ text: String, _ count: Int) -> String {
        Array(repeating: text, count: count).joined(separator: ", ")
    }
}
