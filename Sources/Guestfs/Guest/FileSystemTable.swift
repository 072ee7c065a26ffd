/// A guest's fstab(5), as far as it can be read without doubt.
enum FileSystemTable {
    /// What is mounted.
    enum Source: Equatable {
        case uuid(String)
        case label(String)
        /// By its name below `/dev`.
        case device(String)
        /// Nothing on a disk of the guest: memory, a server, a medium that is not in.
        case other
        /// Something on a disk that only a longer look finds.
        case unclear
    }

    /// A line.
    struct Entry: Equatable {
        let source: Source
        let mountpoint: String
        /// The file system; `swap` for swap space.
        let type: String
        /// The options of the mount.
        var options: [String] = []

        /// Whether the system comes up without it: nothing waits for what has one of these (systemd.mount(5)).
        var isDispensable: Bool { options.contains("nofail") || options.contains("noauto") }
    }

    /// The lines, or nil where one of them is not as fstab(5) has them, or escapes a character.
    static func entries(_ content: [UInt8]) -> [Entry]? {
        var entries: [Entry] = []
        for line in content.split(separator: UInt8(ascii: "\n")) {
            let fields = line.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            guard let first = fields.first, first.first != UInt8(ascii: "#") else { continue }
            guard (3...6).contains(fields.count), fields.allSatisfy({ $0.allSatisfy(isPlain) }) else { return nil }
            let words = fields.map { String(decoding: $0, as: UTF8.self) }
            let options = words.count > 3 ? words[3].split(separator: ",").map(String.init) : []
            entries.append(Entry(source: source(words[0]), mountpoint: words[1], type: words[2], options: options))
        }
        return entries
    }

    /// What needs no unescaping and no unquoting.
    private static func isPlain(_ byte: UInt8) -> Bool {
        (0x21...0x7e).contains(byte)
            && ![UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "#")].contains(byte)
    }

    private static func source(_ text: String) -> Source {
        if text.hasPrefix("UUID=") { return .uuid(String(text.dropFirst(5))) }
        if text.hasPrefix("LABEL=") { return .label(String(text.dropFirst(6))) }
        if ["/dev/sr", "/dev/cdrom", "/dev/fd", "/dev/floppy"].contains(where: text.hasPrefix) { return .other }
        if text.hasPrefix("/dev/") { return .device(text) }
        return text.contains("=") ? .unclear : .other
    }
}
