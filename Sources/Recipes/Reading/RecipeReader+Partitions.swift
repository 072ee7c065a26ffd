import Yams

extension RecipeReader {
    /// Reads `system.partitions` and checks that they fit on the disk and that the machine boots from them.
    func partitions(for target: InstallTarget, _ label: Recipe.DiskLabel?) -> ValueReader<[Recipe.Partition]> {
        let list = ValueReader.list(partition(for: target.os), atMost: 64)
        return ValueReader(standIn: [], schema: list.schema) { node, path, context in
            let before = context.diagnostics.count
            let partitions = list.read(node, at: path, context)
            guard context.diagnostics.count == before else { return partitions }
            checkNames(partitions, node, context)
            if !partitions.contains(where: { $0.mount == "/" }) {
                context.report("'\(path)' has no partition for /", at: node)
            }
            let label = label ?? target.standardDiskLabel
            if label == .mbr, let limit = target.os.installer.mbrPartitionLimit, partitions.count > limit {
                let message =
                    "the installer of \(target.os.rawValue) makes at most \(limit) partitions in an MBR, not \(partitions.count)"
                context.report(message, at: node, hint: "'disk_label: gpt' has room for more")
            }
            if partitions.count(where: \.grow) > 1 {
                context.report("more than one partition grows", at: node, hint: "'grow' takes all the rest of the disk")
            }
            checkSize(StorageLayout(partitions), target, node, context)
            checkBoot(partitions, target, label, node, context)
            return partitions
        }
    }

    /// Reports partitions that need more than there is.
    func checkSize(_ layout: StorageLayout, _ target: InstallTarget, _ node: Node, _ context: ReadingContext) {
        guard layout.needed > target.machine.disk.mebibytes else { return }
        let hint = "'machine.disk' is \(target.machine.disk)"
        context.report("the partitions need \(ByteCount(mebibytes: layout.needed))", at: node, hint: hint)
    }

    /// Reports what stands twice: a mount point, a volume of a group, a subvolume of a volume.
    private func checkNames(_ partitions: [Recipe.Partition], _ node: Node, _ context: ReadingContext) {
        for (index, partition) in partitions.enumerated() {
            let earlier = partitions[..<index]
            if partition.mount != "swap", earlier.contains(where: { $0.mount == partition.mount }) {
                context.report("two partitions are mounted at \(Quoted(partition.mount))", at: node.element(index))
            }
            guard partition.container != .partition, earlier.contains(where: { $0.container == partition.container })
            else { continue }
            switch partition.container {
            case .partition: break
            case .volumeGroup(let group, let name):
                context.report("group \(Quoted(group)) has two volumes \(Quoted(name))", at: node.element(index))
            case .btrfs(let label, let name):
                context.report("volume \(Quoted(label)) has two subvolumes \(Quoted(name))", at: node.element(index))
            }
        }
    }

    /// Reports what keeps firmware and boot loader from finding what they need.
    private func checkBoot(
        _ partitions: [Recipe.Partition],
        _ target: InstallTarget,
        _ label: Recipe.DiskLabel,
        _ node: Node,
        _ context: ReadingContext
    ) {
        checkPrimaries(partitions, label, node, context)
        let hasSystemPartition = partitions.contains { $0.fileSystem == .efi && $0.mount == "/boot/efi" }
        let hasBootSpace = partitions.contains { $0.fileSystem == .biosboot }
        if hasBootSpace, target.machine.firmware != .bios || label != .gpt {
            let index = partitions.firstIndex { $0.fileSystem == .biosboot } ?? 0
            let why = "only a BIOS that boots from a GPT disk has a use for 'fstype: biosboot'"
            context.report(why, at: node.element(index), hint: "remove it")
        }
        if hasSystemPartition, target.machine.firmware == .bios, !target.os.installer.can(.idleSystemPartition) {
            let index = partitions.firstIndex { $0.fileSystem == .efi } ?? 0
            context.report("a BIOS has no use for 'fstype: efi'", at: node.element(index), hint: "remove it")
        }
        if target.machine.firmware != .bios {
            if !hasSystemPartition {
                context.report(
                    "firmware '\(target.machine.firmware.rawValue)' boots from a partition for /boot/efi with 'fstype: efi'",
                    at: node,
                    hint: "add {mount: /boot/efi, fstype: efi, size: 200 MiB}"
                )
            }
        } else if label == .gpt, !hasBootSpace {
            context.report(
                "a BIOS boots from a GPT disk through a partition with 'fstype: biosboot'",
                at: node,
                hint: "add {mount: biosboot, fstype: biosboot, size: 1 MiB}, or 'disk_label: mbr'"
            )
        }
        let holder = partitions.first { $0.mount == "/boot" } ?? partitions.first { $0.mount == "/" }
        if case .volumeGroup = holder?.container {
            context.report(
                "Anaconda puts no kernel on a logical volume",
                at: node,
                hint: "add a partition of its own for /boot"
            )
        }
    }

    /// Reports more primary partitions than an MBR has room for: four, or three and an extended one for all others.
    private func checkPrimaries(
        _ partitions: [Recipe.Partition],
        _ label: Recipe.DiskLabel,
        _ node: Node,
        _ context: ReadingContext
    ) {
        guard label == .mbr else { return }
        let limit = StorageLayout(partitions).parts.count > 4 ? 3 : 4
        let primaries = partitions.indices.filter { partitions[$0].asPrimary }
        guard primaries.count > limit else { return }
        context.report(
            "an MBR disk with these partitions has at most \(limit) primary ones, not \(primaries.count)",
            at: node.element(primaries[limit]),
            hint: "leave 'asprimary' out, or 'disk_label: gpt'"
        )
    }

    private func partition(for os: OperatingSystem) -> ValueReader<Recipe.Partition> {
        let least = ByteCount(mebibytes: 1)
        let standIn = Recipe.Partition(mount: "/", fileSystem: .ext4, size: least)
        let sizes = ValueReader<ByteCount>.size(in: least...ByteCount(mebibytes: 16 << 20), multipleOf: least)
        let installer = os.installer
        return .mapping(standIn: standIn) { section in
            let container = container(for: os, section)
            let isSubvolume = if case .btrfs = container { true } else { false }
            let fileSystem = ValueReader<Recipe.FileSystem>.choice(among: installer.fileSystems, standIn: .ext4)
            let partition = Recipe.Partition(
                mount: section.required("mount", .text(.mountPoint)),
                fileSystem: isSubvolume
                    ? section.value("fstype", fileSystem, default: .btrfs) : section.required("fstype", fileSystem),
                size: section.required("size", sizes),
                grow: section.value("grow", .flag, default: false),
                maximumSize: section.optional("maxsize", sizes),
                asPrimary: section.value("asprimary", .flag, default: false),
                label: section.optional("label", .text(.fileSystemLabel)),
                mountOptions: section.optional("fsoptions", .text(.mountOptions)),
                container: container
            )
            check(section, partition, os)
            return partition
        }
    }

    /// Reads `lvm` or `btrfs`, or finds neither.
    private func container(for os: OperatingSystem, _ section: MappingReader) -> Recipe.Partition.Container {
        let group = section.optional(
            "lvm",
            ValueReader.mapping(standIn: Recipe.Partition.Container.partition) { lvm in
                .volumeGroup(
                    lvm.required("group", .text(.volumeName)),
                    volume: lvm.required("name", .text(.volumeName))
                )
            }
        )
        let volume = section.optional(
            "btrfs",
            ValueReader.mapping(standIn: Recipe.Partition.Container.partition) { btrfs in
                .btrfs(
                    btrfs.required("volume", .text(.fileSystemLabel)),
                    subvolume: btrfs.required("name", .text(.volumeName))
                )
            }
        )
        if group != nil, volume != nil {
            section.report("a file system lies in 'lvm' or in 'btrfs', not in both", at: "btrfs")
        }
        if group != nil, !os.installer.can(.lvm) {
            section.report("the installer of \(os.rawValue) makes no logical volumes", at: "lvm")
        }
        if volume != nil, !os.installer.can(.btrfs) {
            section.report("the installer of \(os.rawValue) makes no btrfs volumes", at: "btrfs")
        }
        return group ?? volume ?? .partition
    }

    private func check(_ section: MappingReader, _ partition: Recipe.Partition, _ os: OperatingSystem) {
        if !partition.mount.isEmpty, !os.installer.takes(mountPoint: partition.mount) {
            let known = os.installer.mountPoints ?? []
            section.report(
                "the installer of \(os.rawValue) takes no partition for \(Quoted(partition.mount))",
                at: "mount",
                hint: "it takes " + known.joined(separator: ", ")
            )
        }
        for (word, fileSystem) in [("swap", Recipe.FileSystem.swap), ("biosboot", .biosboot)]
        where !partition.mount.isEmpty && (partition.mount == word) != (partition.fileSystem == fileSystem) {
            section.report("'mount: \(word)' and 'fstype: \(word)' go together", at: "fstype")
        }
        checkFileSystem(section, partition, os)
        if partition.maximumSize != nil, !partition.grow {
            section.report("'\(section.path(of: "maxsize"))' needs grow: true", at: "maxsize")
        } else if let most = partition.maximumSize, most < partition.size {
            section.report("'\(section.path(of: "maxsize"))' is smaller than 'size'", at: "maxsize")
        }
        switch partition.container {
        case .partition:
            if partition.fileSystem == .btrfs {
                section.report(
                    "btrfs is made of subvolumes",
                    at: "fstype",
                    hint: "add btrfs: {volume: LABEL, name: NAME}"
                )
            }
        case .volumeGroup:
            for fileSystem in [Recipe.FileSystem.efi, .biosboot, .btrfs] where partition.fileSystem == fileSystem {
                section.report("'fstype: \(fileSystem.rawValue)' cannot be on a logical volume", at: "fstype")
            }
            if partition.asPrimary { section.report("a logical volume is no primary partition", at: "asprimary") }
        case .btrfs:
            if partition.fileSystem != .btrfs {
                section.report("the file system of a subvolume is btrfs", at: "fstype", hint: "leave 'fstype' out")
            }
            for key in ["asprimary", "label", "fsoptions", "maxsize"] where section.node(for: key) != nil {
                section.report("a subvolume takes no '\(key)'", at: key)
            }
        }
    }
}
