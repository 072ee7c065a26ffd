/// The operation that removes the accounts of people.
extension SysprepOperation {
    static let userAccount = SysprepOperation(
        "user-account",
        "remove the accounts of people, with their homes and mail",
        enabledByDefault: false,
        difference:
            "memberships in other groups and the ranges of subuid and subgid go too; a home is removed only if it is a "
            + "directory that belongs to the user",
        globs: ["/home/*"],
        touching: [
            "/etc/passwd", "/etc/shadow", "/etc/group", "/etc/gshadow", "/etc/subuid", "/etc/subgid", "the homes",
            "/var/spool/mail/USER", "/var/mail/USER",
        ],
        apply: { guest in
            let people = try people(in: guest)
            if people.isEmpty { return [] }
            var changes: [String] = []
            for file in accountFiles {
                guard let content = try guest.session.readSmallFile(file) else { continue }
                let rest = without(Set(people.map(\.name)), in: content, membersIn: groupFiles.contains(file))
                if rest == content { continue }
                try guest.rewrite(file, with: rest)
                changes.append("removed \(people.map(\.name).joined(separator: ", ")) from \(file)")
            }
            for person in people {
                changes += try guest.remove(belongings(of: person, in: guest))
            }
            return changes
        },
        check: { guest in
            let found = try people(in: guest).map { "/etc/passwd:\($0.line)" }
            return found
        }
    )

    struct Person: Equatable {
        let name: String
        let uid: Int
        let home: String
        let line: Int
    }

    private static let groupFiles: [GuestPath] = ["/etc/group", "/etc/gshadow"]
    private static let accountFiles: [GuestPath] =
        ["/etc/passwd", "/etc/shadow", "/etc/subuid", "/etc/subgid"] + groupFiles

    private static func people(in guest: Guest) throws -> [Person] {
        // Release 6 of the Red Hat family begins at 500.
        let first = guest.os.family == .redhat && (1...6).contains(guest.os.majorVersion) ? 500 : 1000
        let definitions = try guest.session.readSmallFile("/etc/login.defs") ?? []
        let range = userRange(in: definitions, first: first)
        return people(in: try guest.session.readSmallFile("/etc/passwd") ?? [], range: range)
    }

    /// UID_MIN to UID_MAX of login.defs(5).
    static func userRange(in definitions: [UInt8], first: Int) -> ClosedRange<Int> {
        var (low, high) = (first, 60000)
        for line in String(decoding: definitions, as: UTF8.self).split(separator: "\n") {
            let words = line.split { $0 == " " || $0 == "\t" }
            guard words.count >= 2, let number = Int(words[1]) else { continue }
            if words[0] == "UID_MIN" { low = number }
            if words[0] == "UID_MAX" { high = number }
        }
        // Whatever a guest says, system accounts are none of people.
        low = max(low, 100)
        return low...max(low, high)
    }

    static func people(in passwd: [UInt8], range: ClosedRange<Int>) -> [Person] {
        let lines = passwd.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        return lines.enumerated().compactMap { index, line in
            let fields = line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
                .map { String(decoding: $0, as: UTF8.self) }
            guard fields.count >= 6, let uid = Int(fields[2]), range.contains(uid), fields[0] != "root",
                !fields[0].isEmpty
            else { return nil }
            return Person(name: fields[0], uid: uid, home: fields[5], line: index + 1)
        }
    }

    /// The file without the lines of these users, and in files of groups without the users as members.
    static func without(_ names: Set<String>, in content: [UInt8], membersIn isGroupFile: Bool) -> [UInt8] {
        let lines = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let kept = lines.compactMap { line -> [UInt8]? in
            let fields = line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
            if let first = fields.first, fields.count > 1, names.contains(String(decoding: first, as: UTF8.self)) {
                return nil
            }
            guard isGroupFile, fields.count >= 4, let members = fields.last else { return Array(line) }
            let list = members.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
            let rest = list.filter { !names.contains(String(decoding: $0, as: UTF8.self)) }
            if rest.count == list.count { return Array(line) }
            return Array(line[..<members.startIndex]) + Array(rest.joined(separator: [UInt8(ascii: ",")]))
        }
        return Array(kept.joined(separator: [UInt8(ascii: "\n")]))
    }

    /// What belongs to a user outside the lists: the mail, and the home if it is theirs alone and no link is on the way.
    private static func belongings(
        of person: Person,
        in guest: Guest
    ) throws -> [(path: GuestPath, status: FileStatus)] {
        let name = Array(person.name.utf8)
        guard !name.contains(UInt8(ascii: "/")), name != Array(".".utf8), name != Array("..".utf8) else { return [] }
        var paths = [("/var/spool/mail" as GuestPath).appending(name), ("/var/mail" as GuestPath).appending(name)]
        let home = GuestPath(person.home)
        let parts = person.home.split(separator: "/", omittingEmptySubsequences: false)
        // Two components at least: /home/ada, never /home or /.
        let isPlain =
            parts.first == "" && parts.count >= 3 && !parts.dropFirst().contains { ["", ".", ".."].contains($0) }
        if isPlain, try guest.session.status(home).map({ $0.kind == .directory && $0.uid == person.uid }) ?? false {
            paths.append(home)
        } else {
            guest.warn("user-account: \(home): not a directory of \(GuestPath.printable(name)), so it stays")
        }
        return try guest.status(
            of: paths.filter { path in
                var parent = path.parent
                while parent != "/" {
                    guard try guest.session.status(parent)?.kind == .directory else { return false }
                    parent = parent.parent
                }
                return true
            }
        )
    }
}
