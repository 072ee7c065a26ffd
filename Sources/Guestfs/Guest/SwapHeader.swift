/// The first page of a swap area, as mkswap(8) writes it; the kernel's `union swap_header` (linux/swap.h), version 1.
struct SwapHeader: Equatable {
    /// The bytes of a page of the machine that the area is for; the signature ends the first one.
    static let pageSizes = [4096, 8192, 16384, 65536]
    private static let signature = Array("SWAPSPACE2".utf8)
    /// Where version, last page and number of bad pages stand.
    private static let info = 1024
    /// Where UUID and label stand, 16 bytes each.
    private static let identity = 1036..<1068

    /// A fresh first page: UUID and label as they were, no list of bad pages, nothing else.
    let page: [UInt8]

    /// Reads the first bytes of an area; nil where they are no header that is understood.
    init?(_ bytes: [UInt8]) {
        guard
            let size = Self.pageSizes.first(where: {
                bytes.count >= $0 && bytes[($0 - Self.signature.count)..<$0].elementsEqual(Self.signature)
            }),
            // Version 1, in either byte order.
            [[1, 0, 0, 0], [0, 0, 0, 1]].contains(Array(bytes[Self.info..<Self.info + 4]))
        else { return nil }
        var page = [UInt8](repeating: 0, count: size)
        page.replaceSubrange(Self.info..<Self.info + 8, with: bytes[Self.info..<Self.info + 8])
        page.replaceSubrange(Self.identity, with: bytes[Self.identity])
        page.replaceSubrange((size - Self.signature.count)..<size, with: Self.signature)
        self.page = page
    }
}
