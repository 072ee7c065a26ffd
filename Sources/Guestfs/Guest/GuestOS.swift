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
}
