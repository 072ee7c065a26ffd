extension DomainDefinition {
    /// A virtio network card.
    public struct Network: Equatable, Sendable {
        /// What the card is plugged into.
        public enum Source: Equatable, Sendable {
            /// QEMU's user network: no privilege needed, no way in.
            case user
            /// A network of libvirt's, by its name.
            case network(String)
            /// A bridge of the host, by its name.
            case bridge(String)
        }

        /// What it is plugged into.
        public var source: Source
        /// Its MAC address, six octets in hexadecimal with colons, not a multicast one; nil lets libvirt choose one.
        public var macAddress: String?

        /// Creates a card.
        public init(_ source: Source, macAddress: String? = nil) {
            self.source = source
            self.macAddress = macAddress
        }
    }
}
