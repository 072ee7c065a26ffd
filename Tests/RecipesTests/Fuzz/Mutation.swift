import TestSupport

/// Bytes changed at random, with a liking for what means something.
enum Mutation {
    static let yaml = [
        ": ", "- ", "\n", "\n  ", "\n    ", "\t", "#", " #", "[", "]", "{", "}", ",", "\"", "'", "|", "|-", ">", "|2",
        "&a ", "*a", "!append ",
        "!replace ", "!!str ", "~", "null", "true", "yes", "0", "-1", "9223372036854775808", "1e9", "0x1f", "1:30",
        "${{ a }}", "${{", "}}", "<<: ",
        "? ", "---\n", "...\n", "%YAML 1.1\n", "é", "\u{202E}", "\u{FEFF}", "\u{2028}", "10 GiB", "999999999999 TiB",
        "45m", "..", "/", "http://",
        "extends: rocky9\n", "variables: {a: 1}\n", "secrets: {a: {env: A}}\n", "\r\n", "\u{0}", "os: rocky9\n",
        "version: 1\n", "name: web\n",
    ]

    static let kickstart = [
        "\n%end\n", "\n%post\n", "\n%pre --log=/x\n", "%packages", "%include /x\n", "\"", "'", "\\", "#", "--", "=",
        "{{x}}", "{{> kickstart/disk}}",
        "{{", "@{stamp}", "@{", "\nrootpw x\n", "\npoweroff\n", "\npart / --size=1\n", "\u{0}", "é", "\t", "\r\n", "\n",
        " ", "\u{85}", "%ksappend x",
    ]

    static func mutated(_ bytes: [UInt8], words: [String], _ random: inout Noise) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...8, using: &random) {
            let at = Int.random(in: 0...bytes.count, using: &random)
            switch Int.random(in: 0..<8, using: &random) {
            case 0...2: bytes.insert(contentsOf: (words.randomElement(using: &random) ?? "").utf8, at: at)
            case 3: bytes.insert(.random(in: .min ... .max, using: &random), at: at)
            case 4 where at < bytes.count: bytes[at] = .random(in: .min ... .max, using: &random)
            case 5: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 0..<30, using: &random)))
            case 6:
                let from = Int.random(in: 0...bytes.count, using: &random)
                bytes.insert(contentsOf: bytes[from..<min(bytes.count, from + 60)], at: at)
            default:
                let word = Array((words.randomElement(using: &random) ?? "").utf8)
                for _ in 0..<Int.random(in: 1...200, using: &random) {
                    bytes.insert(contentsOf: word, at: min(at, bytes.count))
                }
            }
        }
        return bytes
    }
}
