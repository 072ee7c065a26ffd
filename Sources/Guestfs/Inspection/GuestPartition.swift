/// A partition.
public struct GuestPartition: Sendable, Codable, Equatable {
    /// Its number in the table.
    public let number: Int
    /// Its device in libguestfs' words.
    public let device: String
    /// Where it begins, in bytes from the disk's start.
    public let start: Int64
    /// Its size in bytes.
    public let size: Int64
    /// The type that the table gives: a GUID for GPT, a number in hexadecimal for MBR.
    public let type: String?
    /// Whether the table marks it as the one to boot from (MBR).
    public let isBootable: Bool
}
