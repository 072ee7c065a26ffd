import Glibc

@testable import Guestfs

/// Tar archives in memory, as far as a guest's tree needs them: what goes in with one call, and what comes out with one.
enum TarArchive {
    /// An archive of these entries, in this order; directories above them are the reader's business.
    static func bytes(of entries: [TreeEntry]) -> [UInt8] {
        var archive: [UInt8] = []
        for entry in entries {
            let name = Array(entry.path.bytes.dropFirst())
            if name.count > 100 { archive += record(Array("././@LongLink".utf8), "L", content: name + [0]) }
            archive += record(
                Array(name.prefix(100)),
                entry.kind.tarType,
                entry,
                content: entry.kind == .regular ? entry.content : []
            )
        }
        return archive + [UInt8](repeating: 0, count: 1024)
    }

    private static func record(
        _ name: [UInt8],
        _ type: Character,
        _ entry: TreeEntry? = nil,
        content: [UInt8]
    ) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ bytes: some Sequence<UInt8>, at offset: Int) {
            for (index, byte) in bytes.enumerated() { header[offset + index] = byte }
        }
        func octal(_ number: Int, _ width: Int) -> [UInt8] {
            let digits = Array(String(number, radix: 8).utf8)
            return [UInt8](repeating: UInt8(ascii: "0"), count: max(0, width - digits.count)) + digits
        }
        put(name, at: 0)
        put(octal(entry?.permissions ?? 0o644, 7), at: 100)
        put(octal(entry?.uid ?? 0, 7), at: 108)
        put(octal(entry?.gid ?? 0, 7), at: 116)
        put(octal(content.count, 11), at: 124)
        put(octal(1_700_000_000, 11), at: 136)
        put(String(type).utf8, at: 156)
        if entry?.kind == .symlink { put(entry?.content ?? [], at: 157) }
        put("ustar  \0".utf8, at: 257)
        if entry?.kind == .block {
            put(octal(8, 7), at: 329)
            put(octal(0, 7), at: 337)
        }
        put([UInt8](repeating: 0x20, count: 8), at: 148)
        let sum = header.reduce(0) { $0 + Int($1) }
        put(octal(sum, 6) + [0, 0x20], at: 148)
        return header + content + [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
    }

    /// The entries of an archive that GNU tar wrote, by their paths.
    static func entries(of archive: [UInt8]) -> [GuestPath: TreeEntry] {
        var entries: [GuestPath: TreeEntry] = [:]
        var offset = 0
        var longName: [UInt8]?
        var longLink: [UInt8]?
        while offset + 512 <= archive.count {
            let header = Array(archive[offset..<(offset + 512)])
            func field(_ start: Int, _ length: Int) -> [UInt8] {
                Array(header[start..<(start + length)].prefix { $0 != 0 })
            }
            func number(_ start: Int, _ length: Int) -> Int {
                Int(String(decoding: field(start, length).filter { $0 != 0x20 }, as: UTF8.self), radix: 8) ?? 0
            }
            let name = field(0, 100)
            if name.isEmpty { break }
            let size = number(124, 12)
            let type = Character(Unicode.Scalar(header[156]))
            let content = Array(archive[min(offset + 512, archive.count)..<min(offset + 512 + size, archive.count)])
            offset += 512 + (size + 511) / 512 * 512
            if type == "L" {
                longName = Array(content.prefix { $0 != 0 })
                continue
            }
            if type == "K" {
                longLink = Array(content.prefix { $0 != 0 })
                continue
            }
            var path = longName ?? name
            if path.starts(with: Array("./".utf8)) { path.removeFirst(2) }
            while path.last == UInt8(ascii: "/") { path.removeLast() }
            let kind = TreeEntry.Kind(tarType: type)
            let entry = TreeEntry(
                GuestPath([UInt8(ascii: "/")] + path),
                kind,
                kind == .symlink ? longLink ?? field(157, 100) : content,
                permissions: number(100, 8) & 0o7777,
                uid: number(108, 8),
                gid: number(116, 8)
            )
            entries[entry.path] = entry
            longName = nil
            longLink = nil
        }
        return entries
    }
}
