extension Recipe {
    /// The network of the installed system.
    public struct GuestNetwork: Sendable, Equatable {
        /// The device, such as `eth0`; nil is the one that the installer uses.
        public var device: String?

        /// How it gets its address.
        public var addressing: Addressing

        /// Whether it comes up at boot.
        public var onBoot: Bool

        /// What of IPv6 is used.
        public var ipv6: IPv6

        /// The IPv6 address of the router; nil where the router says it itself.
        public var ipv6Gateway: String?

        /// The largest packet, in bytes; nil is the device's own.
        public var mtu: Int?

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

    /// How a device gets its IPv6 address.
    public enum IPv6: Sendable, Equatable {
        /// Not at all.
        case off

        /// As the installer has it.
        case on

        /// From what the router announces.
        case auto

        /// By DHCPv6.
        case dhcp

        /// As given: an address with the length of its prefix, `2001:db8::7/64`.
        case fixed(String)
    }
}
