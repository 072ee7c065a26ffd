extension Recipe {
    /// The network of the installed system.
    public struct GuestNetwork: Sendable, Equatable {
        /// The device, such as `eth0`; nil is the one that the installer uses.
        public var device: String?

        /// How it gets its address.
        public var addressing: Addressing

        /// Whether it comes up at boot.
        public var onBoot: Bool

        /// Whether IPv6 is used.
        public var ipv6: Bool

        /// The host name.
        public var hostname: String?

        /// Whether the route to 169.254.0.0/16 is left out (`NOZEROCONF=yes`), so that the metadata service can be reached.
        public var noZeroconf: Bool
    }
}

extension Recipe.GuestNetwork {
    /// How a device gets its IPv4 address.
    public enum Addressing: Sendable, Equatable {
        /// By DHCP.
        case dhcp

        /// As given: dotted quads.
        case fixed(ip: String, netmask: String, gateway: String?, nameservers: [String])
    }
}
