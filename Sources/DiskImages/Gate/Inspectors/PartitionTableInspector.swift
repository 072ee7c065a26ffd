/// A disk with a partition table: `GPTInspector` of oslo.utils, which looks at the first sector alone.
///
/// The protective MBR of a GPT must be UEFI's to the letter (UEFI 2.10, 5.2.3), because Glance 33 refuses any other.
enum PartitionTableInspector: FormatInspector {
    static let format = ContentFormat.gpt

    private static let table = 446
    private static let protective: UInt8 = 0xee

    static func matches(_ image: ImageBytes) -> Bool {
        // The first sector of a FAT file system has the same signature: two tables, on a fixed disk.
        image.has([0x55, 0xaa], at: 510) && !(image.head[0x10] == 2 && image.head[0x15] == 0xf8)
    }

    static func findings(_ image: ImageBytes) -> FormatFindings {
        let publish =
            "write the partition table anew with sfdisk, or publish it as qcow2, of which Glance sees no partition"
        var refusals: [GateRefusal] = []
        var used: [Int] = []
        var protectiveEntry: Int?
        for number in 0..<4 {
            let start = table + 16 * number
            let offset = Int64(start)
            let entry = Array(image.head[start..<start + 16])
            if entry[0] != 0, entry[0] != 0x80 {
                let flag = "0x" + String(entry[0], radix: 16)
                let what = "has the signature of an MBR, and the boot flag \(flag) in entry \(number + 1)"
                refusals.append(image.refusal(.bootFlag, at: offset, what, publish))
            }
            if entry[4] != 0 { used.append(number) }
            guard entry[4] == protective else { continue }
            protectiveEntry = number
            if Array(entry[1...3]) != [0, 2, 0] {
                let what = "has a protective MBR that does not begin at cylinder 0, head 0, sector 2"
                refusals.append(image.refusal(.protectiveMBR, at: offset + 1, what, publish))
            }
            if entry.little(8, as: UInt32.self) != 1 {
                refusals.append(
                    image.refusal(
                        .protectiveMBR,
                        at: offset + 8,
                        "has a protective MBR that does not begin at block 1",
                        publish
                    )
                )
            }
        }
        if protectiveEntry != nil, used != [0] {
            let what = "has a GPT, and entries in its protective MBR besides the first"
            refusals.append(image.refusal(.protectiveMBR, at: Int64(table), what, publish))
        }
        if used.isEmpty {
            let what = "has the signature of an MBR, and no partition in it"
            refusals.append(image.refusal(.noPartition, at: Int64(table), what, publish))
        }
        return FormatFindings(virtualSize: image.size, refusals: refusals)
    }
}
