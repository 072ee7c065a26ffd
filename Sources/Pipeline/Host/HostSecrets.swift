import Foundation
import Recipes
import SystemPackage

/// The key under which secrets enter fingerprints, so that a fingerprint does not let anybody try passwords.
struct HostSecrets {
    let home: Home

    /// Hashes the root password of a recipe.
    func hash(_ source: RootPassword) throws -> HashedRootPassword {
        try RootPasswordHasher().hash(source, key: try key())
    }

    private func key() throws(Failure) -> [UInt8] {
        let file = home.state.appending("secret.key")
        if let data = try? Data(contentsOf: URL(filePath: file.string)), data.count == 32 { return Array(data) }
        var generator = SystemRandomNumberGenerator()
        let key = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        try Files.makeDirectory(home.state)
        try Files.write(Data(key), to: file, mode: [.ownerReadWrite])
        return key
    }
}
