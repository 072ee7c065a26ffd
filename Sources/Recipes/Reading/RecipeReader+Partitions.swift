import Yams

extension RecipeReader {
    /// Reads `system.partitions` and checks that they fit on the disk.
    func partitions(for os: OperatingSystem, disk: ByteCount) -> ValueReader<[Recipe.Partition]> {
        let list = ValueReader.list(partition(for: os), atMost: 64)
        return ValueReader(standIn: []) { node, path, context in
            let before = context.diagnostics.count
            let partitions = list.read(node, at: path, context)
            guard context.diagnostics.count == before else { return partitions }
            for (index, partition) in partitions.enumerated() where partition.mount != "swap" {
                guard partitions[..<index].contains(where: { $0.mount == partition.mount }) else { continue }
                context.report("two partitions are mounted at \(Quoted(partition.mount))", at: node.element(index))
            }
            if !partitions.contains(where: { $0.mount == "/" }) {
                context.report("'\(path)' has no partition for /", at: node)
            }
            if let limit = os.installer.partitionLimit, partitions.count > limit {
                let message =
                    "the installer of \(os.rawValue) makes at most \(limit) partitions, not \(partitions.count)"
                context.report(message, at: node)
            }
            if partitions.count(where: \.grow) > 1 {
                context.report("more than one partition grows", at: node, hint: "'grow' takes all the rest of the disk")
            }
            // The partition table and the boot loader take the first and the last mebibyte.
            let needed = partitions.reduce(Int64(2)) { $0 + min($1.size.mebibytes, 1 << 30) }
            if needed > disk.mebibytes {
                let hint = "'machine.disk' is \(disk)"
                context.report("the partitions need \(ByteCount(mebibytes: needed))", at: node, hint: hint)
            }
            return partitions
        }
    }

    private func partition(for os: OperatingSystem) -> ValueReader<Recipe.Partition> {
        let least = ByteCount(mebibytes: 1)
        let standIn = Recipe.Partition(
            mount: "/",
            fileSystem: .ext4,
            size: least,
            grow: false,
            asPrimary: false,
            label: nil
        )
        let sizes = ValueReader<ByteCount>.size(in: least...ByteCount(mebibytes: 16 << 20), multipleOf: least)
        return .mapping(standIn: standIn) { section in
            let partition = Recipe.Partition(
                mount: section.required("mount", .text(.mountPoint)),
                fileSystem: section.required("fstype", .choice(among: os.installer.fileSystems, standIn: .ext4)),
                size: section.required("size", sizes),
                grow: section.value("grow", .flag, default: false),
                asPrimary: section.value("asprimary", .flag, default: false),
                label: section.optional("label", .text(.fileSystemLabel))
            )
            if !partition.mount.isEmpty, !os.installer.takes(mountPoint: partition.mount) {
                let known = os.installer.mountPoints ?? []
                section.report(
                    "the installer of \(os.rawValue) takes no partition for \(Quoted(partition.mount))",
                    at: "mount",
                    hint: "it takes " + known.joined(separator: ", ")
                )
            }
            if !partition.mount.isEmpty, (partition.mount == "swap") != (partition.fileSystem == .swap) {
                section.report("'mount: swap' and 'fstype: swap' go together", at: "fstype")
            }
            return partition
        }
    }
}
