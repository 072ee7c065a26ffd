import Glibc

/// systemd.preset(5): which units are enabled at the first boot of a machine.
struct UnitPresets {
    private var rules: [(enables: Bool, pattern: String)] = []

    /// Adds the rules of a file; files have to come sorted by name, one of `/etc` in the place of another of its name.
    mutating func add(_ content: [UInt8]) {
        for line in String(decoding: content, as: UTF8.self).split(whereSeparator: \.isNewline) {
            let words = line.split { $0 == " " || $0 == "\t" }
            guard words.count >= 2, rules.count < 10_000 else { continue }
            switch words[0] {
            case "enable": rules.append((true, String(words[1])))
            case "disable": rules.append((false, String(words[1])))
            default: continue
            }
        }
    }

    /// Whether a unit is enabled: the first rule that matches says so, and where there is none it is.
    func enables(_ unit: String) -> Bool {
        rules.first { fnmatch($0.pattern, unit, FNM_NOESCAPE) == 0 }?.enables ?? true
    }
}
