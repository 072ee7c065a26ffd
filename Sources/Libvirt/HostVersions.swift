/// What runs guests on a hypervisor's host, as libvirt tells it over a connection.
public struct HostVersions: Equatable, Sendable {
    /// The host's own name.
    public let hostname: String
    /// The version of its libvirt, such as `9.0.0`.
    public let libvirt: String
    /// The version of its QEMU, such as `7.2.22`.
    public let qemu: String
    /// The architecture of its processor, such as `x86_64`.
    public let architecture: String
    /// Whether it offers KVM; that it works is another matter, which a probe tells.
    public let offersKVM: Bool

    /// Creates a value.
    public init(hostname: String, libvirt: String, qemu: String, architecture: String, offersKVM: Bool) {
        (self.hostname, self.libvirt, self.qemu) = (hostname, libvirt, qemu)
        (self.architecture, self.offersKVM) = (architecture, offersKVM)
    }
}
