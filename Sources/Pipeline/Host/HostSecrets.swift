import Foundation
import Recipes
import SystemPackage

/// The key under which secrets enter fingerprints, so that a fingerprint does not let anybody try passwords.
struct HostSecrets {
    let home: Home

    /// Finds the values of the secrets that a recipe uses, and hashes root's password.
    ///
    /// - Parameters:
    ///   - recipe: The recipe.
    ///   - bakeID: The bake that renders it, on which the hashes of the accounts' passwords depend; nil where nothing is rendered.
    func resolve(_ recipe: Recipe, bakeID: String? = nil) async throws -> BakeSecrets {
        let key = try key()
        let secrets = try await SecretResolver().resolve(
            recipe.secrets,
            customizing: recipe.customizingSecretNames,
            key: key
        )
        let rootPassword = try RootPasswordHasher(secrets: secrets.values).hash(recipe.system.rootPassword, key: key)
        var hashes: [String] = []
        if let bakeID {
            let values = RenderValues(
                rootPasswordHash: rootPassword.hash,
                location: "cdrom",
                bakeID: bakeID,
                nonce: "",
                secrets: secrets.values
            )
            hashes = try values.passwordHashes(for: recipe)
            let customizing = CustomizationSecrets(secrets.values, bakeID: bakeID)
            hashes += try customizing.passwordHashes(of: recipe.customize)
        }
        return BakeSecrets(secrets: secrets, rootPassword: rootPassword, hashes: hashes)
    }

    /// Finds the values of secrets.
    func resolve(_ secrets: [Recipe.Secret]) async throws -> ResolvedSecrets {
        try await SecretResolver().resolve(secrets, key: key())
    }

    /// Hashes root's password, and reads no other secret.
    func rootPassword(of recipe: Recipe) async throws -> HashedRootPassword {
        var recipe = recipe
        recipe.secrets.removeAll { recipe.system.rootPassword != .secret($0.name) }
        return try await resolve(recipe).rootPassword
    }

    private func key() throws(Failure) -> [UInt8] {
        let file = home.state.appending("secret.key")
        if let data = try? Data(contentsOf: URL(filePath: file.string)), data.count == 32 { return Array(data) }
        // Of two bakes that find none one makes it: with two keys they would never agree on a fingerprint.
        let lock = try FileLock(home.locks.appending("secret-key.lock"), waits: true)
        defer { lock?.giveUp() }
        if let data = try? Data(contentsOf: URL(filePath: file.string)), data.count == 32 { return Array(data) }
        var generator = SystemRandomNumberGenerator()
        let key = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        try Files.makeDirectory(home.state)
        try Files.write(Data(key), to: file, mode: [.ownerReadWrite])
        return key
    }
}
