/// A package's header as rpm keeps it in its database: `lib/header.c` of rpm, "headerImport".
///
/// Two counts, the index of 16 bytes an entry, then the data; all numbers in network order. What the package brought is the
/// region at the beginning; what the database added follows, and wins.
struct RPMHeader {
    /// The tags that are read (rpm's `rpmtag.h`).
    enum Tag: UInt32 {
        case name = 1000
        case version = 1001
        case release = 1002
        case epoch = 1003
        case vendor = 1011
        case license = 1014
        case arch = 1022
        case sourceRPM = 1044
    }

    // Of rpm itself: headerMaxbytes and hdrchkTags (lib/header_internal.h).
    static let maximumSize = 256 << 20
    private static let maximumEntries = 0xFFFF
    // No name or licence is near that.
    private static let maximumString = 64 << 10

    private var strings: [Tag: String] = [:]
    private var epoch: UInt32?

    init(_ blob: [UInt8]) throws(InventoryError) {
        let fields = ByteFields(blob, .big)
        let entries = Int(try fields.uint32(0))
        let size = Int(try fields.uint32(4))
        guard entries > 0, entries <= Self.maximumEntries, size <= Self.maximumSize else {
            throw InventoryError(.tooLarge, "a package's header has \(entries) entries and \(size) bytes of data")
        }
        let start = 8 + entries * 16
        guard blob.count >= start, blob.count - start >= size else {
            throw InventoryError(.corrupt, "a package's header is cut off")
        }
        let end = start + size
        for index in 0..<entries {
            let entry = 8 + index * 16
            guard let tag = Tag(rawValue: try fields.uint32(entry)) else { continue }
            let type = try fields.uint32(entry + 4)
            let offset = Int(try fields.uint32(entry + 8))
            guard offset < size, try fields.uint32(entry + 12) > 0 else {
                throw InventoryError(.corrupt, "an entry of a package's header lies outside of its data")
            }
            switch (tag, type) {
            case (.epoch, 4):
                guard offset + 4 <= size else {
                    throw InventoryError(.corrupt, "a number of a package's header lies outside of its data")
                }
                epoch = try fields.uint32(start + offset)
            case (.epoch, _):
                throw InventoryError(.corrupt, "the epoch of a package is no number")
            // STRING, STRING_ARRAY and I18NSTRING; of the latter two the first is the one of the C locale.
            case (_, 6), (_, 8), (_, 9):
                let rest = blob[(start + offset)..<end].prefix(Self.maximumString + 1)
                guard let nul = rest.firstIndex(of: 0) else {
                    throw InventoryError(.corrupt, "a text of a package's header has no end")
                }
                strings[tag] = CleanText.line(rest[..<nul])
            default:
                throw InventoryError(.corrupt, "a text of a package's header has type \(type)")
            }
        }
    }

    /// The package that it describes.
    func package() throws(InventoryError) -> InstalledPackage {
        guard let name = strings[.name], let version = strings[.version], !name.isEmpty else {
            throw InventoryError(.corrupt, "a package's header has no name or no version")
        }
        func optional(_ tag: Tag) -> String? {
            strings[tag].flatMap { $0.isEmpty || $0 == "(none)" ? nil : $0 }
        }
        var text = version
        if let release = optional(.release) { text += "-\(release)" }
        if let epoch, epoch > 0 { text = "\(epoch):\(text)" }
        return InstalledPackage(
            kind: .rpm,
            name: name,
            version: text,
            architecture: optional(.arch),
            licenses: optional(.license).map { [$0] } ?? [],
            vendor: optional(.vendor),
            source: optional(.sourceRPM)
        )
    }
}
