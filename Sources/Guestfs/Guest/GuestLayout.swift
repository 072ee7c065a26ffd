/// What an inspection found: the operating system and which file system it has where.
///
/// Looking for it takes libguestfs several seconds under emulation; a later start for the same disk need not look again.
public struct GuestLayout: Sendable, Codable, Equatable {
    /// A file system of the guest.
    public struct Filesystem: Sendable, Codable, Equatable {
        /// Its device in the appliance, with this disk as the only one.
        public let device: String
        /// Where the guest mounts it.
        public let mountpoint: String
    }

    /// The operating system.
    public let os: GuestOS
    /// Its root, in libguestfs' words.
    public let root: String
    /// Its file systems, the root first.
    public let filesystems: [Filesystem]

    /// The layout of a disk that is the root file system of this one and nothing else, without a partition table.
    public var ofRootAlone: GuestLayout {
        let disk = "/dev/sda"
        return GuestLayout(os: os, root: disk, filesystems: [Filesystem(device: disk, mountpoint: "/")])
    }
}
