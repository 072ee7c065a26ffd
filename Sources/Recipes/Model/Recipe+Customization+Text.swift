import Crypto

extension Recipe.Customization.FileContents: CustomStringConvertible, CustomDebugStringConvertible {
    /// The size and the SHA-256 of the bytes.
    public var description: String { "\(bytes.count) bytes \(SHA256.hash(data: bytes).hexadecimal)" }

    /// The same.
    public var debugDescription: String { description }
}

extension Recipe.Customization {
    /// Everything in the step that makes a difference, secrets by their names.
    ///
    /// Every text in it is quoted, so no two steps have the same.
    var fingerprintText: String {
        "\(key.rawValue) \(limit.map(\.inWords) ?? "") \(String(reflecting: step))"
    }

    /// The names of the secrets that it needs.
    public var secretNames: Set<Recipe.SecretName> {
        switch step {
        case .write(_, .text(let text), _), .run(.script(let text, _), _), .firstboot(_, _, let text):
            Set(SecretToken.names(in: text).map { Recipe.SecretName($0) })
        case .write(_, .secret(let name), _): [name]
        case .user(let user): Set([user.password].compactMap { $0 })
        case .password(_, let secret): Set([secret].compactMap { $0 })
        default: []
        }
    }
}

extension Recipe {
    /// The secrets that steps write into the image on purpose.
    public var writtenSecretNames: Set<SecretName> {
        customize.reduce(into: Set()) { names, step in
            switch step.step {
            case .write, .firstboot: names.formUnion(step.secretNames)
            default: break
            }
        }
    }

    /// The secrets that only customising needs: a change of theirs does not touch the install.
    public var customizingSecretNames: Set<SecretName> {
        var installing = Set(secretNames)
        for script in install.pre + install.post + install.onError {
            installing.formUnion(SecretToken.names(in: script.body).map { SecretName($0) })
        }
        if case .secret(let name) = system.rootPassword { installing.insert(name) }
        return customize.reduce(into: Set()) { $0.formUnion($1.secretNames) }.subtracting(installing)
    }
}
