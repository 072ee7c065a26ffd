import Crypto

extension RenderValues {
    /// What the last script of an install writes to /etc/imagebake-stamp.
    var stamp: String { InstallReport.stamp(bakeID: bakeID, nonce: nonce) }

    /// The value of a secret, in one line.
    ///
    /// No message repeats it.
    func secret(_ name: Recipe.SecretName) throws(RenderError) -> String {
        guard let value = secrets[name.name] else {
            throw RenderError(.missingSecret, "the secret '\(name.name)' has no value")
        }
        guard !value.isEmpty, !value.unicodeScalars.contains(where: Scalars.breaksLines) else {
            throw RenderError(.unfitValue, "the secret '\(name.name)' is not one line of text")
        }
        return value
    }

    /// The SHA-512 crypt hash of a secret that is the password of an account.
    ///
    /// The salt is made of the bake's id and the account, so that rendering is pure and no two images have the same one.
    func passwordHash(_ name: Recipe.SecretName, of account: String) throws(RenderError) -> String {
        if let hash = passwordHashes[name.name] { return hash }
        let password = Array(try secret(name).utf8)
        guard password.count <= RootPasswordHasher.limit else {
            throw RenderError(
                .unfitValue,
                "the secret '\(name.name)' has more than \(RootPasswordHasher.limit) bytes; no password may"
            )
        }
        let alphabet = Array("./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
        let digest = SHA256.hash(data: Array("\(bakeID)\0\(account)".utf8))
        let salt = String(digest.prefix(16).map { alphabet[Int($0 & 63)] })
        do {
            return try RootPasswordHasher.crypt(password, salt: salt)
        } catch {
            throw RenderError(.unfitValue, "the secret '\(name.name)' cannot be hashed: \(error)")
        }
    }

    /// The hashes of the accounts' passwords as they stand in the kickstart: no more for other people's eyes than the passwords.
    public func passwordHashes(for recipe: Recipe) throws(RenderError) -> [String] {
        var hashes: [String] = []
        for user in recipe.system.users {
            if let password = user.password { hashes.append(try passwordHash(password, of: user.name)) }
        }
        return hashes
    }

    /// The same values with a text in place of every secret and of every account's password, save for root's.
    public func hidingSecrets(of recipe: Recipe) -> RenderValues {
        var values = self
        let hidden = "(hidden)"
        values.secrets = secrets.mapValues { _ in hidden }
        for name in recipe.secrets.map(\.name) + recipe.secretNames {
            values.secrets[name.name] = hidden
            values.passwordHashes[name.name] = hidden
        }
        return values
    }

    /// The same values with a text in place of everything that nobody should see.
    func scrubbed(_ recipe: Recipe) -> RenderValues {
        var scrubbed = hidingSecrets(of: recipe)
        scrubbed.rootPasswordHash = "(hidden)"
        return scrubbed
    }

    /// Puts the values of secrets where scripts refer to them, each as one word of the shell.
    ///
    /// No message repeats a value.
    func fillSecrets(in kickstart: String) throws(RenderError) -> String {
        try SecretToken.replace(in: kickstart) { name throws(RenderError) in
            guard let value = secrets[name] else {
                throw RenderError(.missingSecret, "the secret '\(name)' has no value")
            }
            guard !value.unicodeScalars.contains("\0") else {
                throw RenderError(.unfitValue, "the secret '\(name)' contains a NUL byte")
            }
            // The lines of a script belong to the kickstart before they belong to the shell, quoted or not.
            for line in value.unicodeScalars.split(whereSeparator: { $0 == "\n" || $0 == "\r" }) {
                guard KickstartSections.word(beginning: line) != nil else { continue }
                let message = "the secret '\(name)' has a line that would end a section of the kickstart"
                throw RenderError(.unfitValue, message)
            }
            return Quoting.shell(value)
        }
    }
}
