/// Arguments of the kernel that tie a system to one machine.
enum KernelArguments {
    /// Takes them out of a line wherever they stand in it: a boot entry, a grub.cfg, a quoted shell variable.
    ///
    /// `ifname=` and `BOOTIF=` name a card by its address, `ip=` may end in one (dracut.cmdline(7)); the others give the machine
    /// its identity (systemd(1), dracut.cmdline(7)).
    static let edit = TextEdit.lines { line in
        let result = cleaned(line)
        return result.keys.isEmpty ? nil : (result.line, result.keys)
    }

    private static let identities: Set<String> = [
        "ifname", "BOOTIF", "systemd.machine_id", "rd.iscsi.initiator", "iscsi_initiator", "rd.nvmf.hostnqn",
        "rd.nvmf.hostid",
    ]

    static func cleaned(_ line: ArraySlice<UInt8>) -> (line: [UInt8], keys: [String]) {
        var kept: [UInt8] = []
        var keys: [String] = []
        var rest = line
        while let byte = rest.first {
            if isSeparator(byte) {
                kept.append(byte)
                rest = rest.dropFirst()
                continue
            }
            let token = rest.prefix { !isSeparator($0) }
            rest = rest[token.endIndex...]
            guard let equals = token.firstIndex(of: UInt8(ascii: "=")) else {
                kept += token
                continue
            }
            let key = String(decoding: token[..<equals], as: UTF8.self)
            let value = token[(equals + 1)...]
            if identities.contains(key), !value.isEmpty {
                keys.append(key)
                // One blank of the two around it goes as well.
                if let last = kept.last, last == 0x20 || last == 0x09 {
                    kept.removeLast()
                } else if rest.first == 0x20 || rest.first == 0x09 {
                    rest = rest.dropFirst()
                }
            } else if key == "ip", let cut = withoutAddress(value) {
                keys.append("ip")
                kept += token[...equals] + cut
            } else {
                kept += token
            }
        }
        return (kept, keys)
    }

    /// The value of `ip=` without a card's address at its end; nil where there is none.
    ///
    /// Six or more fields come before it: the six groups of an address alone are one as well, of IPv6.
    private static func withoutAddress(_ value: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        let length = 17
        guard value.count > length, HardwareAddress.isOne(value.suffix(length)) else { return nil }
        let rest = value.dropLast(length)
        guard rest.last == UInt8(ascii: ":"), rest.count(where: { $0 == UInt8(ascii: ":") }) >= 3 else { return nil }
        return rest.dropLast()
    }

    private static func isSeparator(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'")
    }
}
