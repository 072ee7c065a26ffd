extension Recipe {
    /// One step of customising the installed disk, before sysprep cleans it.
    public struct Customization: Sendable, Equatable {
        /// The key by which the recipe asks for it: `write`, `run`, `install` ...
        public var key: Key

        /// What it is about, in half a line, for people; never a secret.
        public var subject: String

        /// Where it is asked for: file, line and column.
        ///
        /// It says nothing of what the recipe means, so it does not make two steps differ.
        public var place: String

        /// How long its commands may take; nil for the default.
        public var limit: Duration?

        /// What is done.
        public var step: Step

        /// Whether both do the same.
        public static func == (left: Self, right: Self) -> Bool {
            left.key == right.key && left.limit == right.limit && left.step == right.step
        }
    }
}

extension Recipe.Customization {
    /// What a step does.
    public enum Step: Sendable, Equatable {
        /// Writes a text to a file.
        case write(path: String, content: Content, access: Access)

        /// Puts a file that lies beside the recipe into the guest.
        case upload(path: String, contents: FileContents, access: Access)

        /// Puts a directory's tree that lies beside the recipe below a directory of the guest.
        case copyIn(entries: [TreeEntry], to: String, access: Access)

        /// Changes the lines of a file that a regular expression matches.
        case edit(path: String, match: String, replace: String, missing: Missing)

        /// Removes files and directories, by patterns.
        case delete([String])

        /// Makes a directory.
        case mkdir(path: String, access: Access)

        /// Sets permissions.
        case chmod(path: String, mode: UInt16, isRecursive: Bool)

        /// Sets owner and group.
        case chown(path: String, access: Access, isRecursive: Bool)

        /// Makes a symbolic link.
        case link(path: String, target: String)

        /// Makes a file where there is none.
        case touch(String)

        /// Empties a file.
        case truncate(String)

        /// Runs a script or a program in the guest.
        case run(Program, network: Bool)

        /// Installs packages.
        case install(packages: [String], files: [PackageFile], network: Bool)

        /// Removes packages.
        case remove([String])

        /// Updates packages; all where none is named.
        case update([String], network: Bool)

        /// Makes a group.
        case group(name: String, gid: Int?, isSystem: Bool)

        /// Makes or changes an account.
        case user(Account)

        /// Sets an account's password; nil locks it.
        case password(user: String, secret: Recipe.SecretName?)

        /// Lets public keys log in.
        case sshKey(user: String, keys: [String])

        /// Sets the host's name.
        case hostname(String)

        /// Sets the time zone.
        case timezone(String)

        /// Switches services on and off.
        case service(enable: [String], disable: [String], mask: [String])

        /// Has a script run once at the first boot.
        case firstboot(name: String, interpreter: String?, script: String)

        /// Gives files their SELinux labels.
        case relabel(all: Bool)
    }

    /// The keys of steps.
    public enum Key: String, Sendable, CaseIterable {
        case write
        case upload
        case copyIn = "copy_in"
        case edit
        case delete
        case mkdir
        case chmod
        case chown
        case link
        case touch
        case truncate
        case run
        case install
        case remove
        case update
        case group
        case user
        case password
        case sshKey = "ssh_key"
        case hostname
        case timezone
        case service
        case firstboot
        case relabel
    }

    /// The text of a file.
    public enum Content: Sendable, Equatable {
        /// A text, in which secrets may be referred to.
        case text(String)

        /// The value of a secret.
        case secret(Recipe.SecretName)
    }

    /// What is in a file beside the recipe, read when the recipe was; printed as its digest.
    public struct FileContents: Sendable, Equatable {
        /// The bytes.
        public var bytes: [UInt8]
    }

    /// Permissions and owners; nil leaves them as they are, or as those of a new file.
    public struct Access: Sendable, Equatable {
        /// The permission bits, 0 to 0o7777.
        public var mode: UInt16?

        /// The owner, a name or a number.
        public var owner: String?

        /// The group, a name or a number.
        public var group: String?
    }

    /// Something in a tree beside the recipe.
    public struct TreeEntry: Sendable, Equatable {
        /// Its path below the tree's top.
        public var path: String

        /// Its permission bits.
        public var mode: UInt16

        /// What is in it; nil for a directory.
        public var contents: FileContents?
    }

    /// What happens where no line matches.
    public enum Missing: String, Sendable, CaseIterable {
        case fail
        case append
        case ignore
    }

    /// What is run.
    public enum Program: Sendable, Equatable {
        /// A script; without an interpreter it is the guest's shell, which stops at the first command that fails.
        case script(String, interpreter: String?)

        /// A program and its arguments.
        case command([String])
    }

    /// A package's file that lies beside the recipe.
    public struct PackageFile: Sendable, Equatable {
        /// Its name, without a directory.
        public var name: String

        /// What is in it.
        public var contents: FileContents
    }

    /// An account.
    public struct Account: Sendable, Equatable {
        /// The account's name.
        public var name: String

        /// Its number.
        public var uid: Int?

        /// The full name.
        public var gecos: String?

        /// Its own group.
        public var group: String?

        /// Groups beside its own.
        public var groups: [String]

        /// The home directory.
        public var home: String?

        /// The login shell.
        public var shell: String?

        /// Whether it is one of the system's own.
        public var isSystem: Bool

        /// Public keys in the form of authorized_keys.
        public var sshKeys: [String]

        /// The secret that is its password; nil leaves it locked.
        public var password: Recipe.SecretName?

        /// Whether it may run everything through sudo without a password.
        public var sudo: Bool
    }
}
