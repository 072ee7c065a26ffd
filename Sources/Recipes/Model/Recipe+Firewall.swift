extension Recipe {
    /// A firewall.
    public struct Firewall: Sendable, Equatable {
        /// Whether it is on.
        public var enabled: Bool

        /// Services that it lets in, by firewalld's names.
        public var services: [String]

        /// Ports that it lets in.
        public var ports: [Port]

        /// A firewall that lets in what the distribution does.
        public init(enabled: Bool, services: [String] = [], ports: [Port] = []) {
            (self.enabled, self.services, self.ports) = (enabled, services, ports)
        }
    }
}

extension Recipe.Firewall {
    /// A port, or a range of them.
    public struct Port: Sendable, Hashable {
        /// The first and the last one, 1 to 65535.
        public var numbers: ClosedRange<Int>

        /// The protocol: tcp, udp, sctp or dccp.
        public var transport: String
    }
}

extension Recipe.Firewall.Port {
    static let transports = ["tcp", "udp", "sctp", "dccp"]

    /// Reads a port as a recipe spells it: `443/tcp` or `6000-6010/udp`.
    init?(parsing text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, Self.transports.contains(String(parts[1])) else { return nil }
        let ends = parts[0].split(separator: "-", omittingEmptySubsequences: false).map { digits in
            digits.allSatisfy { $0.isASCII && $0.isNumber } ? Int(digits) ?? 0 : 0
        }
        guard let first = ends.first, let last = ends.last, ends.count <= 2, first <= last else { return nil }
        guard ends.allSatisfy((1...65535).contains) else { return nil }
        self.init(numbers: first...last, transport: String(parts[1]))
    }

    /// The port in kickstart's form, `443:tcp`.
    var kickstartForm: String {
        let range = numbers.count == 1 ? "\(numbers.lowerBound)" : "\(numbers.lowerBound)-\(numbers.upperBound)"
        return "\(range):\(transport)"
    }
}
