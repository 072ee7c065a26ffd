/// A CD or DVD: `ISOInspector` of oslo.utils, which checks nothing.
enum ISOInspector: FormatInspector {
    static let format = ContentFormat.iso

    /// The first volume descriptor comes after 16 sectors that belong to the system (ECMA-119, 6.2.1).
    private static let descriptor = 32 * 1024

    static func matches(_ image: ImageBytes) -> Bool {
        ["CD001", "NSR02", "NSR03"].contains { image.has(Array($0.utf8), at: descriptor + 1) }
    }

    static func findings(_ image: ImageBytes) -> FormatFindings {
        guard image.head.count >= descriptor + 2048 else {
            return FormatFindings(refusals: [image.truncated(.iso, needs: Int64(descriptor) + 2048)])
        }
        // Only the primary volume descriptor tells the number of blocks and the size of one.
        guard
            image.head[descriptor] == 1,
            let blocks = image.head.little(descriptor + 80, as: UInt32.self),
            let blockSize = image.head.little(descriptor + 128, as: UInt16.self)
        else { return FormatFindings() }
        return FormatFindings(virtualSize: Int64(blocks) * Int64(blockSize))
    }
}
