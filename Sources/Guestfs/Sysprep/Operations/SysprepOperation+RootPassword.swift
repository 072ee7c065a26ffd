/// The operation that locks the root account.
extension SysprepOperation {
    /// The hash is removed, not only marked as locked: it could be cracked, and `passwd -u` would bring it back.
    static let rootPassword = SysprepOperation(
        "root-password",
        "lock root's password and forget its hash",
        touching: ["/etc/shadow", "/etc/passwd"],
        apply: { guest in
            guard guest.seal.lockRoot else { return [] }
            return try ["/etc/shadow", "/etc/passwd"].compactMap { (path: GuestPath) -> String? in
                guard let content = try guest.session.readSmallFile(path), let locked = lockingRoot(in: content) else {
                    return nil
                }
                try guest.rewrite(path, with: locked)
                return "locked root in \(path)"
            }
        },
        check: { guest in
            guard guest.seal.lockRoot else { return [] }
            guard try guest.session.readSmallFile("/etc/shadow") != nil else { return ["/etc/shadow"] }
            return try ["/etc/shadow", "/etc/passwd"].flatMap { (path: GuestPath) -> [String] in
                let content = try guest.session.readSmallFile(path) ?? []
                return unlockedRootLines(in: content).map { "\(path):\($0)" }
            }
        }
    )

    /// The file with root's password field locked; nil when it is so already.
    ///
    /// `!*`: no password matches it, and none does either when someone takes the `!` away.
    static func lockingRoot(in content: [UInt8]) -> [UInt8]? {
        if unlockedRootLines(in: content).isEmpty { return nil }
        let lines = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
            guard let field = rootField(of: line), !isLocked(field) else { return Array(line) }
            return Array(line[..<field.startIndex]) + Array("!*".utf8) + Array(line[field.endIndex...])
        }
        return Array(lines.joined(separator: [UInt8(ascii: "\n")]))
    }

    /// The numbers, from 1, of lines by which root could log in with a password.
    static func unlockedRootLines(in content: [UInt8]) -> [Int] {
        content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated().compactMap {
            index,
            line in
            rootField(of: line).map(isLocked) ?? true ? nil : index + 1
        }
    }

    /// The password field of a line for root, in passwd and shadow alike the second one.
    private static func rootField(of line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        let fields = line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        return fields.count >= 2 && fields[0].elementsEqual("root".utf8) ? fields[1] : nil
    }

    /// Whether no password opens the account.
    ///
    /// An `x` in passwd points to shadow; anything else must be marked as locked and hold no hash behind the mark.
    private static func isLocked(_ field: ArraySlice<UInt8>) -> Bool {
        field.elementsEqual("x".utf8)
            || !field.isEmpty && field.allSatisfy { $0 == UInt8(ascii: "!") || $0 == UInt8(ascii: "*") }
    }
}
