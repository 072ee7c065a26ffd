import CGuestfs

/// An installed package.
public struct GuestPackage: Sendable, Codable, Equatable, Comparable, CustomStringConvertible {
    /// The package's name.
    public let name: String
    /// The version as the package manager prints it: `epoch:version-release`, the epoch left out when it is 0.
    public let version: String
    /// The architecture, where the package manager gives one.
    public let architecture: String?

    init(name: String, version: String, architecture: String?) {
        self.name = name
        self.version = version
        self.architecture = architecture
    }

    init(_ application: guestfs_application2) {
        func text(_ pointer: UnsafeMutablePointer<CChar>?) -> String {
            pointer.map { String(cString: $0) } ?? ""
        }
        var version = text(application.app2_version)
        let release = text(application.app2_release)
        if !release.isEmpty { version += "-\(release)" }
        if application.app2_epoch > 0 { version = "\(application.app2_epoch):\(version)" }
        let architecture = text(application.app2_arch)
        self.init(
            name: text(application.app2_name),
            version: version,
            architecture: architecture.isEmpty ? nil : architecture
        )
    }

    /// Name, version and architecture in one line.
    public var description: String {
        [name, version, architecture].compactMap(\.self).joined(separator: " ")
    }

    /// By name, then architecture, then version.
    public static func < (left: GuestPackage, right: GuestPackage) -> Bool {
        (left.name, left.architecture ?? "", left.version) < (right.name, right.architecture ?? "", right.version)
    }
}
