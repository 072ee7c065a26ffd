/// Puts the values of secrets into steps of customising.
public struct CustomizationSecrets: Sendable {
    private let values: RenderValues

    /// The values of a bake's secrets.
    ///
    /// - Parameters:
    ///   - secrets: The values by the secrets' names.
    ///   - bakeID: The bake, of which the salts of password hashes are made.
    public init(_ secrets: [String: String], bakeID: String) {
        values = RenderValues(rootPasswordHash: "", location: "", bakeID: bakeID, nonce: "", secrets: secrets)
    }

    /// What is written to a file: each secret stands in it as it is.
    public func bytes(of content: Recipe.Customization.Content) throws(RenderError) -> [UInt8] {
        switch content {
        case .text(let text):
            Array(try SecretToken.replace(in: text) { name throws(RenderError) in try value(name) }.utf8)
        case .secret(let name): Array(try value(name.name).utf8)
        }
    }

    /// A script with each secret as one word of the shell.
    public func bytes(ofScript script: String) throws(RenderError) -> [UInt8] {
        Array(
            try SecretToken.replace(in: script) { name throws(RenderError) in Quoting.shell(try value(name)) }.utf8
        )
    }

    /// The SHA-512 crypt hash of an account's password.
    public func passwordHash(_ secret: Recipe.SecretName, of account: String) throws(RenderError) -> String {
        try values.passwordHash(secret, of: account)
    }

    /// The hashes that the steps set: no more for other people's eyes than the passwords.
    public func passwordHashes(of steps: [Recipe.Customization]) throws(RenderError) -> [String] {
        var hashes: [String] = []
        for step in steps {
            switch step.step {
            case .user(let user):
                if let password = user.password { hashes.append(try passwordHash(password, of: user.name)) }
            case .password(let user, let secret?): hashes.append(try passwordHash(secret, of: user))
            default: break
            }
        }
        return hashes
    }

    private func value(_ name: String) throws(RenderError) -> String {
        guard let value = values.secrets[name] else {
            throw RenderError(.missingSecret, "the secret '\(name)' has no value")
        }
        return value
    }
}
