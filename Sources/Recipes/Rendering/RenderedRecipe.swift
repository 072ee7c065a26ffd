/// The files and arguments that a recipe was rendered to.
public struct RenderedRecipe: Sendable, Equatable {
    /// The kickstart for the installer.
    ///
    /// It has the hashes of passwords and other secrets: not for logs or for other people's eyes.
    public let kickstart: String

    /// The kickstart with another text in place of everything that is secret.
    public let scrubbedKickstart: String

    /// The image's /etc/cloud/cloud.cfg.
    public let cloudConfig: String

    /// The arguments of the installer's kernel, in their order.
    public let kernelArguments: [String]

    /// The files that are added to the initrd beside the kickstart.
    public let files: [File]
}

extension RenderedRecipe {
    /// A file that is added to the initrd.
    public struct File: Sendable, Equatable {
        /// Its path, relative to the initrd's root.
        public let name: String

        /// What is in it.
        public let contents: [UInt8]

        /// Its permission bits.
        public let mode: UInt16
    }
}
