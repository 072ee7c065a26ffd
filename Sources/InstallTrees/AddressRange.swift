import Glibc

/// A range of IP addresses in CIDR form, as `10.0.0.0/8` or `fd00::/8`.
struct AddressRange {
    private let address: [UInt8]
    private let bits: Int

    /// Reads a range; nil for what has no prefix length or no address.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let bits = Int(parts[1]), let address = Self.bytes(String(parts[0])),
            (0...(address.count * 8)).contains(bits)
        else { return nil }
        (self.address, self.bits) = (address, bits)
    }

    /// Whether a host is an address of the range; a name never is.
    func contains(_ host: String) -> Bool {
        guard let other = Self.bytes(host), other.count == address.count else { return false }
        let whole = bits / 8
        guard other[..<whole] == address[..<whole] else { return false }
        let rest = bits % 8
        return rest == 0 || other[whole] >> (8 - rest) == address[whole] >> (8 - rest)
    }

    private static func bytes(_ text: String) -> [UInt8]? {
        var name = text[...]
        if name.hasPrefix("["), name.hasSuffix("]") { name = name.dropFirst().dropLast() }
        var v4 = in_addr()
        if inet_pton(AF_INET, String(name), &v4) == 1 { return withUnsafeBytes(of: v4) { Array($0) } }
        var v6 = in6_addr()
        if inet_pton(AF_INET6, String(name), &v6) == 1 { return withUnsafeBytes(of: v6) { Array($0) } }
        return nil
    }
}
