extension RecipeReader {
    /// Directories that must be where / is: the system boots from them, or the kernel mounts something else there.
    private static let unmountable: Set<String> = ["/etc", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"]

    /// Directories in which the kernel or systemd shows something of its own.
    private static let virtual = ["/dev", "/proc", "/sys", "/run"]

    /// Reports a file system that cannot be where or as it is asked for.
    func checkFileSystem(_ section: MappingReader, _ partition: Recipe.Partition, _ os: OperatingSystem) {
        let mount = partition.mount
        let fileSystem = partition.fileSystem
        if Self.unmountable.contains(mount)
            || Self.virtual.contains(where: { mount == $0 || mount.hasPrefix($0 + "/") })
        {
            section.report("\(Quoted(mount)) cannot be a file system of its own", at: "mount")
        }
        if fileSystem == .efi, !mount.isEmpty, mount != "/boot/efi" {
            section.report("'fstype: efi' is for /boot/efi only", at: "fstype", hint: "'vfat' is the file system alone")
        }
        if fileSystem == .vfat, ["/", "/usr", "/var"].contains(mount) {
            section.report("vfat has no owners and no links, so it cannot be \(mount)", at: "fstype")
        }
        if fileSystem == .biosboot {
            for key in ["grow", "maxsize", "asprimary", "label", "fsoptions"] where section.node(for: key) != nil {
                section.report("'fstype: biosboot' is no file system and takes no '\(key)'", at: key)
            }
        }
        if let label = partition.label, let limit = fileSystem.labelLimit, label.utf8.count > limit {
            let message = "a label of \(fileSystem.rawValue) has at most \(limit) characters, not \(label.utf8.count)"
            section.report(message, at: "label")
        }
        if let least = fileSystem.leastSize(for: os), partition.size < least, section.node(for: "size") != nil {
            section.report(
                "a file system '\(fileSystem.rawValue)' needs at least \(least) with \(os.rawValue)",
                at: "size"
            )
        }
    }
}

extension Recipe.FileSystem {
    /// The bytes that a label has at most: mkfs.xfs(8), e2label(8), mkfs.fat(8), mkfs.btrfs(8), mkswap(8); nil where there is none.
    fileprivate var labelLimit: Int? {
        switch self {
        case .xfs: 12
        case .ext2, .ext3, .ext4, .swap: 16
        case .vfat, .efi: 11
        case .btrfs: 255
        case .biosboot: nil
        }
    }

    /// The size below which the installer makes no such file system.
    ///
    /// blivet's `EFIFS` has at least 50 MiB, its `XFS` 16 MiB; mkfs.xfs makes none below 300 MiB since xfsprogs 5.19, which EL9 has.
    fileprivate func leastSize(for os: OperatingSystem) -> ByteCount? {
        switch (self, os.dialect) {
        case (.efi, _): ByteCount(mebibytes: 50)
        case (.xfs, .el7), (.xfs, .el8): ByteCount(mebibytes: 16)
        case (.xfs, .el9), (.xfs, .el10), (.xfs, .fedora): ByteCount(mebibytes: 300)
        default: nil
        }
    }
}
