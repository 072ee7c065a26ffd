import Glibc

extension RecipeReader {
    /// Reports addresses that no machine can have, or that do not go together.
    func checkAddresses(_ section: MappingReader, ip: String?, netmask: String?, gateway: String?) {
        guard let ip, let address = Self.number(ip) else { return }
        let top = address >> 24
        if top == 0 || top == 127 || top >= 224 {
            section.report("\(Quoted(ip)) cannot be the address of a machine", at: "ip")
            return
        }
        guard let netmask, let mask = Self.number(netmask) else { return }
        // Of 31 bits the other address is the other end (RFC 3021), of 32 there is none.
        let hasEnds = ~mask > 1
        if hasEnds, address & ~mask == 0 {
            section.report("\(Quoted(ip)) is the address of the network itself", at: "ip")
        } else if hasEnds, address | mask == .max {
            section.report("\(Quoted(ip)) is the broadcast address of its network", at: "ip")
        }
        guard let gateway, let router = Self.number(gateway) else { return }
        if mask == .max {
            section.report("with this netmask there is no other machine in the network, and no gateway", at: "netmask")
        } else if router & mask != address & mask {
            section.report("\(Quoted(gateway)) is not in the network of 'ip' and 'netmask'", at: "gateway")
        } else if router == address {
            section.report("the gateway is the machine itself", at: "gateway")
        } else if hasEnds, router & ~mask == 0 || router | mask == .max {
            section.report("\(Quoted(gateway)) is the address of the network or its broadcast address", at: "gateway")
        }
    }

    private static func number(_ text: String) -> UInt32? {
        var address = in_addr()
        return inet_pton(AF_INET, text, &address) == 1 ? UInt32(bigEndian: address.s_addr) : nil
    }
}
