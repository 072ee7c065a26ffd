/// The partitions, groups and volumes that the file systems of a recipe lie on, in kickstart's terms.
struct StorageLayout {
    /// A partition: a file system's own, or one that holds a volume group or a btrfs volume.
    struct Part: Equatable {
        /// The mount point, or kickstart's name for a partition without one: `pv.01`, `btrfs.01`.
        let name: String

        /// The file system, or what kickstart calls one: `lvmpv`.
        let fileSystem: String

        /// Its size, or its least size when it grows, in mebibytes.
        let size: Int64

        let grow: Bool
        var maximumSize: Int64?
        var asPrimary = false
        var label: String?
        var mountOptions: String?
    }

    /// A volume group on its one physical volume.
    struct Group: Equatable {
        let name: String
        let physicalVolume: String
    }

    /// A logical volume.
    struct LogicalVolume: Equatable {
        let group: String
        let name: String
        let fileSystem: Recipe.Partition
    }

    /// A btrfs volume on its one partition.
    struct Volume: Equatable {
        let label: String
        let partition: String
    }

    /// A subvolume of a btrfs volume.
    struct Subvolume: Equatable {
        let mount: String
        let name: String
        let volume: String
    }

    private(set) var parts: [Part] = []
    private(set) var groups: [Group] = []
    private(set) var logicalVolumes: [LogicalVolume] = []
    private(set) var volumes: [Volume] = []
    private(set) var subvolumes: [Subvolume] = []

    /// What LVM takes of a physical volume for itself: a header, and an extent (4 MiB) for what does not fill one.
    private static let groupOverhead: Int64 = 16

    /// LVM gives out space in extents of this many mebibytes.
    private static let extent: Int64 = 4

    /// Lays out file systems; partitions that hold several stand where the first of these does.
    init(_ partitions: [Recipe.Partition]) {
        for partition in partitions {
            switch partition.container {
            case .partition:
                parts.append(
                    Part(
                        name: partition.mount,
                        fileSystem: partition.fileSystem.rawValue,
                        size: partition.size.mebibytes,
                        grow: partition.grow,
                        maximumSize: partition.maximumSize?.mebibytes,
                        asPrimary: partition.asPrimary,
                        label: partition.label,
                        mountOptions: partition.mountOptions
                    )
                )
            case .volumeGroup(let group, let name):
                if !groups.contains(where: { $0.name == group }) {
                    let members = partitions.filter { $0.container.group == group }
                    let extents = members.reduce(Int64(0)) {
                        $0 + min(($1.size.mebibytes + Self.extent - 1) / Self.extent, 1 << 30)
                    }
                    let holder = Self.holder("pv", groups.count)
                    groups.append(Group(name: group, physicalVolume: holder))
                    parts.append(
                        Part(
                            name: holder,
                            fileSystem: "lvmpv",
                            size: extents * Self.extent + Self.groupOverhead,
                            // Where nothing grows the group has what is left of the disk, for volumes to come.
                            grow: members.contains(where: \.grow) || !partitions.contains(where: \.grow)
                        )
                    )
                }
                logicalVolumes.append(LogicalVolume(group: group, name: name, fileSystem: partition))
            case .btrfs(let label, let name):
                if !volumes.contains(where: { $0.label == label }) {
                    let members = partitions.filter { $0.container.btrfsVolume == label }
                    let holder = Self.holder("btrfs", volumes.count)
                    volumes.append(Volume(label: label, partition: holder))
                    parts.append(
                        Part(
                            name: holder,
                            fileSystem: "btrfs",
                            size: members.reduce(Int64(0)) { $0 + min($1.size.mebibytes, 1 << 30) },
                            grow: members.contains(where: \.grow)
                        )
                    )
                }
                subvolumes.append(Subvolume(mount: partition.mount, name: name, volume: label))
            }
        }
    }

    /// The size of the disk that they need, in mebibytes: the partition table and the boot loader take the first and the last one.
    var needed: Int64 { parts.reduce(2) { $0 + min($1.size, 1 << 30) } }

    private static func holder(_ kind: String, _ count: Int) -> String {
        "\(kind)." + (count < 9 ? "0" : "") + "\(count + 1)"
    }
}

extension Recipe.Partition.Container {
    /// The volume group; nil for anything else.
    fileprivate var group: String? {
        if case .volumeGroup(let group, _) = self { group } else { nil }
    }

    /// The label of the btrfs volume; nil for anything else.
    fileprivate var btrfsVolume: String? {
        if case .btrfs(let label, _) = self { label } else { nil }
    }
}
