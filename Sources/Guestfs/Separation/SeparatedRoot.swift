/// A root file system that starts without the rest of its disk, by a kernel and an initrd from outside.
public struct SeparatedRoot: Sendable, Codable, Equatable {
    /// Where it begins on the disk, in bytes.
    public let offset: Int64
    /// Its partition's length in bytes.
    public let length: Int64
    /// Its type, `ext4` for example.
    public let type: String
    /// The version of the kernel that the disk's boot loader would start.
    public let kernel: String
    /// What that kernel has to be told: `root=` with the file system's UUID, then what the boot loader says.
    public let commandLine: String
}
