/// A package that the system's own package manager has installed.
public struct InstalledPackage: Sendable, Codable, Hashable, Comparable, CustomStringConvertible {
    /// The package managers whose databases are read.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// RPM.
        case rpm
        /// dpkg, of Debian and what is made of it.
        case deb
        /// apk-tools, of Alpine Linux.
        case apk
    }

    /// The package manager.
    public let kind: Kind
    /// The package's name.
    public let name: String
    /// The version as the package manager prints it: rpm's `epoch:version-release`, the epoch left out when it is 0 or not given.
    public let version: String
    /// The architecture, where the database has one.
    public let architecture: String?
    /// What the database says of its licence, one statement each: an SPDX expression or any other text.
    public let licenses: [String]
    /// Who made the package: rpm's vendor, dpkg's maintainer, apk's maintainer.
    public let vendor: String?
    /// The source that it was built from: rpm's source package file, dpkg's source name, apk's origin.
    public let source: String?
    /// The source's version, where that is not the package's own.
    public let sourceVersion: String?

    /// Creates a package.
    public init(
        kind: Kind,
        name: String,
        version: String,
        architecture: String? = nil,
        licenses: [String] = [],
        vendor: String? = nil,
        source: String? = nil,
        sourceVersion: String? = nil
    ) {
        self.kind = kind
        self.name = name
        self.version = version
        self.architecture = architecture
        self.licenses = licenses
        self.vendor = vendor
        self.source = source
        self.sourceVersion = sourceVersion
    }

    /// The epoch, where the version has one.
    public var epoch: String? {
        version.firstIndex(of: ":").map { String(version[..<$0]) }
    }

    /// Whether it holds software: rpm keeps the keys that it trusts in its database as packages too.
    public var isSoftware: Bool {
        !(kind == .rpm && name == "gpg-pubkey" && architecture == nil)
    }

    /// Name, version and architecture in one line.
    public var description: String {
        [name, version, architecture].compactMap(\.self).joined(separator: " ")
    }

    /// By name, then architecture, then version, each bytewise.
    public static func < (left: InstalledPackage, right: InstalledPackage) -> Bool {
        func key(_ package: InstalledPackage) -> [String] {
            [package.name, package.architecture ?? "", package.version]
        }
        for (one, other) in zip(key(left), key(right)) where one != other {
            return one.utf8.lexicographicallyPrecedes(other.utf8)
        }
        return false
    }
}
