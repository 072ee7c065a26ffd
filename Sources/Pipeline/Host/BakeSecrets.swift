import Recipes

/// The secrets of one bake: what its kickstart needs, and what keeps them out of everything else.
struct BakeSecrets: Sendable {
    let secrets: ResolvedSecrets
    let rootPassword: HashedRootPassword
    /// What keeps the secrets out of all that is said.
    let masker: SecretMasker

    /// What finds whole secrets; a line of one may well be a line of anything.
    private let finder: SecretMasker

    /// Gathers the secrets.
    ///
    /// - Parameter hashes: The hashes of the accounts' passwords.
    init(secrets: ResolvedSecrets, rootPassword: HashedRootPassword, hashes: [String] = []) {
        self.secrets = secrets
        self.rootPassword = rootPassword
        let texts = secrets.values.map(\.value) + rootPassword.texts + hashes
        masker = SecretMasker(texts)
        finder = SecretMasker(texts, byLine: false)
    }

    /// What should be seen to, such as a file that others can read.
    var warnings: [String] { secrets.warnings + rootPassword.warnings }

    /// Refuses a text with a secret in it where other processes and other users can read it.
    ///
    /// - Parameter what: What the text is, to follow "stands in".
    func require(absentFrom text: String, what: String) throws(Failure) {
        guard finder.finds(in: text) else { return }
        throw Failure(
            .badRecipe,
            "a secret of the recipe stands in \(what), which everybody on this machine can read",
            [
                "next":
                    "a secret goes into scripts and into the keys that take one; where it is a common word, take another"
            ]
        )
    }
}
