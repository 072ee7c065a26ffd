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

        /// What cloud-init does with the network.
        public var network: Network

        /// A complete cloud.cfg in place of a rendered one.
        public var file: Template?

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

    /// What cloud-init does with the network.
    public struct Network: Sendable, Equatable {
        /// The configuration that the image brings along; nil leaves it to the data source.
        public var configuration: Configuration?

        /// Ways to write it, the preferred one first; nil leaves them to cloud-init.
        public var renderers: [Renderer]?
    }

    /// A way to write network configuration, in cloud-init's words.
    public enum Renderer: String, CaseIterable, Sendable {
        /// /etc/network/interfaces.
        case eni

        /// netplan.
        case netplan

        /// NetworkManager's keyfiles.
        case networkManager = "network-manager"

        /// systemd-networkd.
        case networkd

        /// The files of Red Hat's network scripts, which NetworkManager reads up to EL9.
        case sysconfig
    }
}

extension Recipe.CloudInit.Network {
    /// A configuration that the image brings along.
    public enum Configuration: String, CaseIterable, Sendable {
        /// cloud-init leaves the network alone.
        case disabled

        /// Every Ethernet card gets its address by DHCP, whatever the data source says.
        case dhcp
    }
}
