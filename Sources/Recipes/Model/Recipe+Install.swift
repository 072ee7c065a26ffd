extension Recipe {
    /// Where the installer comes from and how it is run.
    public struct Install: Sendable, Equatable {
        /// The install tree.
        public var location: Location

        /// What the install tree must be; nil takes what comes.
        public var pin: Pin?

        /// Arguments for the installer's kernel, after those that imagebake gives it.
        public var kernelArguments: [String]

        /// The URL of the proxy through which the installer fetches, http or https.
        public var proxy: String?

        /// The time after which an install that is still running is given up.
        public var deadline: Duration

        /// For how long the guest may do nothing; nil for 5 minutes under KVM and 15 under TCG.
        public var watchdog: Duration?

        /// A complete kickstart in place of a rendered one.
        public var kickstart: OwnKickstart?

        /// A kickstart template in place of the one for the operating system.
        public var kickstartTemplate: Template?

        /// Package repositories beside the install tree.
        public var repositories: [Repository]

        /// Scripts that run before anything is written to the disk.
        public var pre: [Script]

        /// Scripts that run in the installed system.
        public var post: [Script]

        /// Scripts that run when the installer fails.
        public var onError: [Script]

        /// Files that the installer finds in its own environment.
        public var files: [InjectedFile]
    }
}
