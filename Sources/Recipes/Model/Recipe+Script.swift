extension Recipe {
    /// A script that the installer runs.
    public struct Script: Sendable, Equatable {
        /// The program that runs it, an absolute path; nil is the installer's shell.
        public var interpreter: String?

        /// Whether a `%post` script runs in the installer's own system, with the installed one below /mnt/sysimage.
        public var noChroot: Bool

        /// The file for its output, an absolute path in the system in which it runs.
        public var log: String?

        /// Whether its failure fails the install.
        ///
        /// Kickstart's own default is no; here it is yes.
        public var errorOnFail: Bool

        /// The script; ends in a newline, has no line that would end its kickstart section.
        public var body: String
    }
}
