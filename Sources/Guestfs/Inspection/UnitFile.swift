/// What is read of a unit of systemd.
struct UnitFile {
    /// Where a socket listens.
    private(set) var listens: [String] = []
    /// Whether enabling it makes links.
    private(set) var isInstallable = false

    init(_ content: [UInt8]) {
        var section = ""
        for line in String(decoding: content, as: UTF8.self).split(whereSeparator: \.isNewline) {
            let line = line.trimmed
            if line.hasPrefix("[") {
                section = line
                continue
            }
            guard let equals = line.firstIndex(of: "="), !line.hasPrefix("#"), !line.hasPrefix(";") else { continue }
            let key = line[..<equals].trimmed
            let value = line[line.index(after: equals)...].trimmed
            switch (section, key) {
            case ("[Install]", "WantedBy"), ("[Install]", "RequiredBy"), ("[Install]", "UpheldBy"),
                ("[Install]", "Also"), ("[Install]", "Alias"):
                isInstallable = isInstallable || !value.isEmpty
            case ("[Socket]", "ListenStream"), ("[Socket]", "ListenDatagram"),
                ("[Socket]", "ListenSequentialPacket"), ("[Socket]", "ListenFIFO"), ("[Socket]", "ListenNetlink"):
                // An empty value takes back what came before.
                if value.isEmpty {
                    listens = []
                } else if listens.count < 50 {
                    listens.append(GuestPath.printable(value.utf8))
                }
            default: continue
            }
        }
    }
}
