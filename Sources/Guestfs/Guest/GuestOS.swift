/// What libguestfs found out about the operating system on a disk.
public struct GuestOS: Sendable, Codable, Equatable {
    /// The distribution in libguestfs' words, `debian`, `centos` and so on; `unknown` where it knows none.
    public let distro: String
    /// The family that the distribution belongs to.
    public let family: GuestFamily
    /// The name and release as the distribution writes them, for people.
    public let productName: String
    /// The first number of the release; 0 where unknown.
    public let majorVersion: Int
    /// The second number of the release; 0 where unknown or not used.
    public let minorVersion: Int
    /// The processor, in libguestfs' words: `x86_64`, `aarch64` ...
    public let architecture: String
    /// The package format, `deb`, `rpm` and so on; `unknown` where there is none.
    public let packageFormat: String

    init(
        distro: String,
        productName: String,
        majorVersion: Int,
        minorVersion: Int,
        architecture: String,
        packageFormat: String
    ) {
        self.distro = distro
        self.family = GuestFamily(distro: distro)
        self.productName = productName
        self.majorVersion = majorVersion
        self.minorVersion = minorVersion
        self.architecture = architecture
        self.packageFormat = packageFormat
    }

    /// The same with the name that os-release(5) gives for people; libguestfs takes older files, and from Debian a number.
    func named(from osRelease: [UInt8]?) -> GuestOS {
        let lines = String(decoding: osRelease ?? [], as: UTF8.self).split(separator: "\n")
        guard var name = lines.first(where: { $0.hasPrefix("PRETTY_NAME=") })?.dropFirst("PRETTY_NAME=".count) else {
            return self
        }
        if let quote = name.first, quote == "\"" || quote == "'", name.count > 1, name.last == quote {
            name = name.dropFirst().dropLast()
        }
        // The guest chose it, and it is printed.
        let shown = GuestPath.printable(Array(name.utf8.prefix(100)))
        return GuestOS(
            distro: distro,
            productName: shown,
            majorVersion: majorVersion,
            minorVersion: minorVersion,
            architecture: architecture,
            packageFormat: packageFormat
        )
    }
}
