/// The files and arguments that a recipe was rendered to.
public struct RenderedRecipe: Sendable, Equatable {
    /// The kickstart for the installer.
    ///
    /// It has the hash of root's password: not for logs or for other people's eyes.
    public let kickstart: String

    /// The kickstart with another text in place of that hash.
    public let scrubbedKickstart: String

    /// The image's /etc/cloud/cloud.cfg.
    public let cloudConfig: String

    /// The arguments of the installer's kernel, in their order.
    public let kernelArguments: [String]
}
