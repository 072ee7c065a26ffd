/// The checks of what lets somebody in, which are no operation's claim: sysprep cannot know what is meant to stay.
extension Hygiene {
    /// The files that are opened in search of private keys; a search of the whole disk sees the others.
    static let keyGlobs: [GuestGlob] =
        ["/etc", "/root", "/home", "/srv", "/opt", "/boot", "/usr/local", "/var/lib"].flatMap { directory in
            ["**.pem", "**.key", "**_key", "**id_rsa", "**id_dsa", "**id_ecdsa", "**id_ed25519", "**_sk"].map {
                GuestGlob("\(directory)/\($0)")
            }
        }

    /// No key that a program reads is larger, in bytes.
    private static let largestKey = 1 << 16

    /// The largest number of files that are opened, so that a guest cannot keep the check busy for ever.
    private static let mostFiles = 4000

    /// Checks the accounts' passwords, the keys that may log in, and the private keys.
    ///
    /// - Returns: The checks, and how many private keys were seen, declared ones among them.
    static func credentials(
        in guest: Guest,
        declared: HygieneDeclaration
    ) throws -> (checks: [HygieneCheck], privateKeys: Int) {
        let (keys, seen) = try privateKeys(in: guest, declared)
        return (
            [
                HygieneCheck(
                    name: "password-hashes",
                    heading: "no password but those that the recipe declares",
                    findings: try passwords(in: guest, declared)
                ),
                HygieneCheck(
                    name: "authorized-keys",
                    heading: "no key may log in but those that the recipe declares",
                    findings: try authorizedKeys(in: guest, declared)
                ),
                HygieneCheck(
                    name: "private-keys",
                    heading: "no private key but those that the recipe declares",
                    findings: keys
                ),
            ],
            seen
        )
    }

    // MARK: passwords

    private static func passwords(in guest: Guest, _ declared: HygieneDeclaration) throws -> [String] {
        try ["/etc/passwd", "/etc/shadow", "/etc/group", "/etc/gshadow"].flatMap { (path: GuestPath) -> [String] in
            if declared.allows(path) { return [] }
            return passwords(in: try guest.session.readSmallFile(path) ?? []).filter {
                !declared.passwords.contains($0.account)
            }
            .map { "\(path):\($0.line) (\($0.account))" }
        }
    }

    /// The lines whose second field is, or hides, a password's hash, or lets in without one.
    ///
    /// passwd(5), shadow(5), group(5), gshadow(5): `x` points elsewhere, `!` and `*` are no hash, and what follows a `!` comes back with
    /// `passwd -u`. An empty field asks for no password; in the files of groups it only means that there is none.
    static func passwords(in content: [UInt8]) -> [(line: Int, account: String)] {
        content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated().compactMap {
            index,
            line in
            let fields = line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
            guard fields.count >= 2, !fields[0].isEmpty else { return nil }
            // passwd has 7 fields and shadow 9, the files of groups have 4.
            let isGroup = fields.count == 4
            let field = fields[1]
            let isLocked =
                field.elementsEqual("x".utf8) || field.elementsEqual("!!".utf8)
                || !field.isEmpty && field.allSatisfy { $0 == UInt8(ascii: "!") || $0 == UInt8(ascii: "*") }
            if isLocked || field.isEmpty && isGroup { return nil }
            return (index + 1, GuestPath.printable(fields[0]))
        }
    }

    // MARK: keys

    private static func authorizedKeys(in guest: Guest, _ declared: HygieneDeclaration) throws -> [String] {
        let known = declared.keys
        var findings: [String] = []
        for home in try homes(in: guest) {
            for name in ["authorized_keys", "authorized_keys2"] {
                let path = home.appending(".ssh".utf8).appending(name.utf8)
                guard try guest.isPlain(path.parent), !declared.allows(path),
                    let content = try guest.session.readSmallFile(path)
                else { continue }
                let lines = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
                for (index, line) in lines.enumerated() {
                    guard let key = AuthorizedKey.key(in: line), !known.contains(key) else { continue }
                    findings.append("\(path):\(index + 1)")
                }
            }
        }
        return findings
    }

    /// The homes of all accounts, and all directories in which homes are.
    private static func homes(in guest: Guest) throws -> [GuestPath] {
        let passwd = try guest.session.readSmallFile("/etc/passwd") ?? []
        var homes: Set<GuestPath> = ["/root"]
        for line in passwd.split(separator: UInt8(ascii: "\n")) {
            let fields = line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
            guard fields.count >= 6, fields[5].first == UInt8(ascii: "/"), fields[5].count > 1,
                !fields[5].contains(0)
            else { continue }
            homes.insert(GuestPath(Array(fields[5])))
        }
        if try guest.isPlain("/home") {
            for name in try guest.session.names(in: "/home") { homes.insert(("/home" as GuestPath).appending(name)) }
        }
        return homes.sorted()
    }

    private static func privateKeys(
        in guest: Guest,
        _ declared: HygieneDeclaration
    ) throws -> (findings: [String], seen: Int) {
        var findings: [String] = []
        var seen = 0
        let files = try guest.status(of: Array(Set(keyGlobs.flatMap { guest.tree[$0] })))
            .filter { $0.status.kind == .regular && $0.status.size > 0 && $0.status.size <= largestKey }
        if files.count > mostFiles {
            guest.warn("of \(files.count) files with names of keys, \(mostFiles) were opened")
        }
        for (path, _) in files.prefix(mostFiles) {
            try guest.session.checkCancellation()
            let lines = privateKeyLines(in: try guest.session.readSmallFile(path) ?? [])
            seen += lines.count
            if !declared.allows(path) { findings += lines.map { "\(path):\($0)" } }
        }
        return (findings, seen)
    }

    /// The numbers, from 1, of the lines on which a private key begins: in PEM (RFC 7468) or in OpenSSH's form.
    static func privateKeyLines(in content: [UInt8]) -> [Int] {
        content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated().compactMap {
            index,
            line in
            let text = String(decoding: line.prefix(80), as: UTF8.self)
            return text.hasPrefix("-----BEGIN ") && text.contains("PRIVATE KEY-----") ? index + 1 : nil
        }
    }
}
