public import Inventory

/// What `imagebake inspect` shows of an image: read from the disk, which is not started.
public struct GuestFacts: Sendable, Codable, Equatable {
    /// The operating system.
    public let os: GuestOS
    /// The kind of partition table, `gpt` or `msdos`; nil where the disk has none.
    public let partitionTable: String?
    /// The size of the disk in bytes.
    public let diskSize: Int64
    /// The partitions, in the table's order.
    public let partitions: [GuestPartition]
    /// The file systems and swap spaces, sorted by device.
    public let filesystems: [GuestFilesystem]
    /// The kernels, sorted by version.
    public let kernels: [GuestKernel]
    /// The boot loaders whose files are there.
    public let bootLoaders: [GuestBootLoader]
    /// What the boot loaders' menus offer.
    public let bootEntries: [GuestBootEntry]
    /// The users, in the order of `/etc/passwd`.
    public let users: [GuestUser]
    /// The services and sockets that start by themselves, sorted by name.
    public let services: [GuestService]
    /// The packages, with the system that has them.
    public let inventory: PackageInventory
    /// What could not be read.
    public let warnings: [String]
}
