extension Guest {
    /// The users, with whether a password or a key lets each in.
    func users() throws -> [GuestUser] {
        let passwd = try session.readSmallFile("/etc/passwd") ?? []
        let shadow = try session.readSmallFile("/etc/shadow") ?? []
        let accounts = AccountFiles.accounts(passwd: passwd, shadow: shadow)
        if passwd.count(where: { $0 == UInt8(ascii: "\n") }) > AccountFiles.maximumUsers {
            warn("/etc/passwd: only the first \(AccountFiles.maximumUsers) users are shown")
        }
        var keys: [[UInt8]: Int] = [:]
        return try accounts.map { account in
            if keys[account.home] == nil { keys[account.home] = try authorizedKeys(in: account.home) }
            return GuestUser(
                name: account.name,
                uid: account.uid,
                gid: account.gid,
                home: GuestPath.printable(account.home),
                shell: account.shell,
                password: account.password,
                authorizedKeys: keys[account.home] ?? 0
            )
        }
    }

    private func authorizedKeys(in home: [UInt8]) throws -> Int {
        guard home.first == UInt8(ascii: "/"), home.count < 4096, !home.contains(0) else { return 0 }
        let directory = GuestPath(home).appending(".ssh".utf8)
        guard try session.status(directory)?.kind == .directory else { return 0 }
        // sshd's default (sshd_config(5), AuthorizedKeysFile).
        return try ["authorized_keys", "authorized_keys2"].reduce(0) { count, name in
            count + AccountFiles.keys(try session.readSmallFile(directory.appending(name.utf8)) ?? [])
        }
    }
}
