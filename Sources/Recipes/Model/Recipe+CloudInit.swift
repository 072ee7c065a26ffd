extension Recipe {
    /// The cloud.cfg of the image.
    public struct CloudInit: Sendable, Equatable {
        /// The user that cloud-init makes on first boot.
        public var defaultUser: DefaultUser

        /// Whether root cannot log in with the keys of the cloud.
        public var disableRoot: Bool

        /// Whether sshd takes passwords.
        public var sshPasswordAuthentication: Bool

        /// Whether cloud-init deletes host keys on first boot before it makes new ones.
        public var sshDeleteKeys: Bool

        /// The data sources that are tried; nil leaves them to cloud-init.
        public var datasources: [String]?

        /// The modules of its three stages.
        public var modules: Modules

        /// A cloud.cfg template in place of the one for the operating system.
        public var template: Template?
    }
}

extension Recipe.CloudInit {
    /// The user that cloud-init makes on first boot.
    public struct DefaultUser: Sendable, Equatable {
        /// The account's name.
        public var name: String

        /// The full name.
        public var gecos: String?

        /// Groups beside its own.
        public var groups: [String]

        /// The login shell.
        public var shell: String

        /// Rules for sudoers, without the user's name.
        public var sudo: [String]

        /// Whether its password is locked.
        public var lockPassword: Bool

        /// Public keys that every clone of the image lets in.
        public var sshAuthorizedKeys: [String]
    }

    /// The modules of cloud-init's three stages.
    public struct Modules: Sendable, Equatable {
        /// `cloud_init_modules`.
        public var initial: [String]

        /// `cloud_config_modules`.
        public var config: [String]

        /// `cloud_final_modules`.
        public var final: [String]
    }
}
