/// Reads `/etc/passwd` and `/etc/shadow` (passwd(5), shadow(5)); hashes are looked at and not kept.
enum AccountFiles {
    // More users than that nobody reads; a hostile file has millions.
    static let maximumUsers = 10_000

    /// A line of `/etc/passwd`.
    struct Account {
        let name: String
        let uid: Int
        let gid: Int
        let home: [UInt8]
        let shell: String
        let password: GuestUser.Password
    }

    static func accounts(passwd: [UInt8], shadow: [UInt8]) -> [Account] {
        var passwords: [String: GuestUser.Password] = [:]
        for fields in records(shadow) where fields.count >= 2 { passwords[text(fields[0])] = password(fields[1]) }
        return records(passwd).compactMap { fields in
            guard fields.count >= 7, let uid = Int(text(fields[2])), let gid = Int(text(fields[3])) else { return nil }
            let name = text(fields[0])
            // `x` means that shadow has it; a user whom shadow does not know has none.
            let own = fields[1].elementsEqual("x".utf8) ? passwords[name] ?? .locked : password(fields[1])
            return Account(
                name: name,
                uid: uid,
                gid: gid,
                home: Array(fields[5]),
                shell: text(fields[6]),
                password: own
            )
        }
    }

    /// How many keys an `authorized_keys` has.
    static func keys(_ content: [UInt8]) -> Int {
        content.split(separator: UInt8(ascii: "\n")).count { line in
            let first = line.first { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") && $0 != UInt8(ascii: "\r") }
            return first.map { $0 != UInt8(ascii: "#") } ?? false
        }
    }

    private static func password(_ field: ArraySlice<UInt8>) -> GuestUser.Password {
        guard let first = field.first else { return .empty }
        // What crypt(3) never gives lets nobody in: `*`, `!`, `!!`, `!` before a hash.
        return first == UInt8(ascii: "!") || first == UInt8(ascii: "*") ? .locked : .set
    }

    private static func records(_ content: [UInt8]) -> [[ArraySlice<UInt8>]] {
        content.split(separator: UInt8(ascii: "\n")).prefix(maximumUsers).map { line in
            line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        }
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        GuestPath.printable(bytes.prefix(256))
    }
}
