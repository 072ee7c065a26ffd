/// One step of customising a guest.
///
/// What it says has been checked by whoever made it: paths are absolute and without `..`, names are names. What the guest has in its
/// place is looked at when the step runs.
public struct Customization: Sendable, Equatable {
    /// The kind of step, in the recipe's word: `write`, `run`, `install` ...
    public var name: String
    /// What it is about, in half a line, for people: a path, a package.
    public var subject: String
    /// Where it is asked for, `file:line:column`, for messages.
    public var place: String
    /// How long its commands may take.
    public var limit: Duration
    /// What is done.
    public var action: Action

    /// A step.
    public init(name: String, subject: String, place: String, limit: Duration, action: Action) {
        (self.name, self.subject, self.place, self.limit, self.action) = (name, subject, place, limit, action)
    }

    /// How long the commands of a step may take where nobody says: under emulation a package manager needs minutes.
    public static let standardLimit: Duration = .seconds(1800)
}

extension Customization {
    /// What a step does.
    public enum Action: Sendable, Equatable {
        /// Writes a file whole.
        case write(path: String, contents: [UInt8], access: Access)
        /// Puts a tree of files below a directory.
        case copy(entries: [TreeEntry], to: String, access: Access)
        /// Changes the lines of a file.
        case edit(path: String, edit: LineEdit)
        /// Removes what patterns match, directories with all that is in them.
        case delete([String])
        /// Makes a directory and those above it.
        case makeDirectory(path: String, access: Access)
        /// Sets permissions or owners.
        case setAccess(path: String, access: Access, isRecursive: Bool)
        /// Makes a symbolic link.
        case link(path: String, target: String)
        /// Makes a file where there is none.
        case touch(path: String)
        /// Empties a file.
        case truncate(path: String)
        /// Runs a script through an interpreter; nil is the guest's shell, which stops at the first command that fails.
        case script(contents: [UInt8], interpreter: String?, network: Bool)
        /// Runs a program.
        case command(words: [String], network: Bool)
        /// Installs packages by name and from files.
        case install(packages: [String], files: [PackageFile], network: Bool)
        /// Removes packages.
        case remove(packages: [String])
        /// Updates packages; all where none is named.
        case update(packages: [String], network: Bool)
        /// Makes a group.
        case group(name: String, gid: Int?, isSystem: Bool)
        /// Makes an account, or changes one.
        case user(User)
        /// Sets an account's password to a hash of crypt(5); nil locks it.
        case password(user: String, hash: String?)
        /// Lets public keys log in to an account.
        case keys(user: String, keys: [String])
        /// Sets the host's name.
        case hostname(String)
        /// Sets the time zone.
        case timezone(String)
        /// Switches services on and off.
        case services(enabled: [String], disabled: [String], masked: [String])
        /// Has a script run once when the guest boots first.
        case firstBoot(name: String, contents: [UInt8], interpreter: String?)
        /// Gives files the labels of the guest's SELinux policy.
        case relabel(all: Bool)
    }

    /// Permissions and owners; nil leaves them, or takes what a new file has: 0644, 0755 for directories, owned by root.
    public struct Access: Sendable, Equatable {
        /// The permission bits, 0 to 0o7777.
        public var mode: UInt16?
        /// The owner, a name or a number.
        public var owner: String?
        /// The group, a name or a number.
        public var group: String?

        /// Permissions and owners.
        public init(mode: UInt16? = nil, owner: String? = nil, group: String? = nil) {
            (self.mode, self.owner, self.group) = (mode, owner, group)
        }
    }

    /// Something in a tree that is copied.
    public struct TreeEntry: Sendable, Equatable {
        /// The kinds of entry.
        public enum Kind: Sendable, Equatable {
            /// A directory.
            case directory
            /// A file with this content.
            case file([UInt8])
        }

        /// Its path below the directory that it is copied to.
        public var path: String
        /// Its permission bits.
        public var mode: UInt16
        /// What it is.
        public var kind: Kind

        /// An entry.
        public init(path: String, mode: UInt16, kind: Kind) {
            (self.path, self.mode, self.kind) = (path, mode, kind)
        }
    }

    /// A package that is installed from a file.
    public struct PackageFile: Sendable, Equatable {
        /// The file's name, letters, digits and `+-._~:` only.
        public var name: String
        /// The package.
        public var contents: [UInt8]

        /// A package's file.
        public init(name: String, contents: [UInt8]) {
            (self.name, self.contents) = (name, contents)
        }
    }

    /// An account.
    public struct User: Sendable, Equatable {
        /// Its name.
        public var name: String
        /// Its number.
        public var uid: Int?
        /// The full name.
        public var gecos: String?
        /// Its own group; nil takes what useradd(8) does.
        public var group: String?
        /// Groups beside its own.
        public var groups: [String]
        /// The home directory.
        public var home: String?
        /// The login shell.
        public var shell: String?
        /// Whether it is one of the system's own.
        public var isSystem: Bool
        /// The hash of its password; nil leaves it as it is, locked where it is new.
        public var passwordHash: String?
        /// Public keys with which it can log in.
        public var keys: [String]
        /// Whether it may become root without a password.
        public var mayBecomeRoot: Bool

        /// An account.
        public init(
            name: String,
            uid: Int? = nil,
            gecos: String? = nil,
            group: String? = nil,
            groups: [String] = [],
            home: String? = nil,
            shell: String? = nil,
            isSystem: Bool = false,
            passwordHash: String? = nil,
            keys: [String] = [],
            mayBecomeRoot: Bool = false
        ) {
            self.name = name
            self.uid = uid
            self.gecos = gecos
            self.group = group
            self.groups = groups
            self.home = home
            self.shell = shell
            self.isSystem = isSystem
            self.passwordHash = passwordHash
            self.keys = keys
            self.mayBecomeRoot = mayBecomeRoot
        }
    }
}

extension Customization.Action {
    /// Whether its commands may use the network.
    var usesNetwork: Bool {
        switch self {
        case .script(_, _, let network), .command(_, let network), .install(_, _, let network), .update(_, let network):
            network
        default: false
        }
    }

    /// Whether it runs programs of the guest.
    var runsPrograms: Bool {
        switch self {
        case .script, .command, .install, .remove, .update, .group, .user, .services: true
        default: false
        }
    }
}
