import Foundation

/// The steps that make accounts and say who gets in.
extension Customizer {
    func makeGroup(_ name: String, _ gid: Int?, _ isSystem: Bool) throws {
        if let old = try AccountFile(session.readSmallFile("/etc/group") ?? [])[name] {
            guard let gid, old.number != gid else {
                changes.append("the group \(name) was there")
                return
            }
            throw Refusal("the group '\(name)' is there and has the number \(old.number ?? -1)")
        }
        let options = (isSystem ? ["-r"] : []) + (gid.map { ["-g", "\($0)"] } ?? [])
        try run(["groupadd"] + options + [name])
        changes.append("made the group \(name)")
    }

    func makeUser(_ user: Customization.User) throws {
        let exists = try account(user.name) != nil
        var words: [String] = exists ? ["usermod"] : ["useradd"]
        if let uid = user.uid { words += ["-u", "\(uid)"] }
        if let gecos = user.gecos { words += ["-c", gecos] }
        if let group = user.group { words += ["-g", group] }
        if let home = user.home { words += exists ? ["-d", home] : ["-d", home] }
        if let shell = user.shell { words += ["-s", shell] }
        if !user.groups.isEmpty { words += (exists ? ["-a"] : []) + ["-G", user.groups.joined(separator: ",")] }
        if !exists { words += user.isSystem ? ["-r"] : ["-m"] }
        if words.count > 1 { try run(words + [user.name]) }
        changes.append("\(exists ? "changed" : "made") the user \(user.name)")
        if let hash = user.passwordHash { try setPassword(of: user.name, hash) }
        if !user.keys.isEmpty { try addKeys(user.keys, to: user.name) }
        if user.mayBecomeRoot {
            // sudo ignores files with a dot in their names.
            let rule = Array("\(user.name) ALL=(ALL) NOPASSWD:ALL\n".utf8)
            try write(rule, to: "/etc/sudoers.d/imagebake-\(user.name)", Customization.Access(mode: 0o440))
        }
    }

    /// Through no program: a hash among the arguments would be everybody's to read in the guest.
    func setPassword(of name: String, _ hash: String?) throws {
        guard try account(name) != nil else { throw Refusal("the guest has no user '\(name)'") }
        let path: GuestPath = "/etc/shadow"
        try guest.checkPlain(path.parent)
        guard let content = try session.readSmallFile(path) else {
            throw Refusal("\(path): is no regular file, so no password can be set")
        }
        var shadow = AccountFile(content)
        // `!*`: no password matches it, and none does either when someone takes the `!` away.
        let value = hash ?? "!*"
        let days = String(Int(Date().timeIntervalSince1970 / 86400))
        if shadow.set(1, of: name, to: value) {
            _ = shadow.set(2, of: name, to: days)
        } else {
            shadow.append([name, value, days, "0", "99999", "7", "", "", ""])
        }
        try session.write(shadow.content, to: path)
        changes.append(hash == nil ? "locked the password of \(name)" : "set the password of \(name)")
    }

    func addKeys(_ keys: [String], to name: String) throws {
        guard let account = try account(name), let uid = account.number, let gid = account.integer(3),
            let home = account.text(5)
        else { throw Refusal("the guest has no user '\(name)' with a home directory") }
        guard home.hasPrefix("/"), home != "/", !home.split(separator: "/").contains("..") else {
            throw Refusal("\(GuestPath(home)): is no place for the keys of '\(name)'")
        }
        let directory = try place(home)
        try guest.checkPlain(directory)
        let folder = directory.appending(".ssh".utf8)
        switch try session.status(folder)?.kind {
        case .directory: break
        case nil: try make(directory: folder, mode: 0o700, (uid, gid))
        default: throw Refusal("\(folder): is no directory")
        }
        let file = folder.appending("authorized_keys".utf8)
        let status = try session.status(file)
        if let status, status.kind != .regular { throw Refusal("\(file): is no regular file") }
        var content = try session.readSmallFile(file) ?? []
        let newline = UInt8(ascii: "\n")
        let present = Set(content.split(separator: newline).map(Array.init))
        let added = keys.filter { !present.contains(Array($0.utf8)) }
        if content.last.map({ $0 != newline }) ?? false { content.append(newline) }
        for key in added { content += Array("\(key)\n".utf8) }
        try put(content, at: file, mode: 0o600, (uid, gid))
        changes.append("added \(added.count) \(added.count == 1 ? "key" : "keys") to \(file)")
    }

    private func account(_ name: String) throws -> AccountFile.Entry? {
        AccountFile(try session.readSmallFile("/etc/passwd") ?? [])[name]
    }
}
