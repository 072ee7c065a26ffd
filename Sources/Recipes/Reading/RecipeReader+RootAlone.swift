import Yams

extension RecipeReader {
    /// Reports what keeps a root file system from starting without the rest of its disk, where an output is to be one; and a publication of
    /// what no output is.
    ///
    /// Nothing is changed on the disk after the seal, so that /etc/fstab goes on naming what the installer made beside the root. What only
    /// the finished disk shows is refused when it is converted.
    func checkRootAlone(of recipe: Recipe, in top: MappingReader) {
        let outputs = recipe.outputs.map(\.format)
        checkFormats(of: recipe, in: top)
        guard let index = outputs.firstIndex(of: .ami) else { return }
        for (index, publication) in recipe.publish.enumerated() where publication.format ?? .ami == .ami {
            for name in ["kernel_id", "ramdisk_id"] where publication.properties[name] != nil {
                context.report(
                    "'publish[\(index)].properties.\(name)' is set by imagebake for an ami",
                    at: top.node(for: "publish")?.element(index) ?? top.node,
                    hint: "remove it"
                )
            }
        }
        // What a kickstart of one's own makes is not known before it has run.
        guard recipe.install.kickstart == nil else { return }
        let node = (top.node(for: "outputs") ?? top.node).element(index)
        for partition in recipe.system.partitions {
            guard let (reason, hint) = obstacle(partition, recipe.os) else { continue }
            context.report("'outputs[\(index)]' cannot be an ami: \(reason)", at: node, hint: hint)
        }
    }

    /// Why a root file system would not start for a partition that the disk has, and what to do instead; nil where it would.
    private func obstacle(_ partition: Recipe.Partition, _ os: OperatingSystem) -> (reason: String, hint: String)? {
        let options = partition.mountOptions?.split(separator: ",") ?? []
        let mayBeMissing = options.contains("nofail") || options.contains("noauto")
        switch (partition.mount, partition.container) {
        case ("/", .volumeGroup):
            return ("/ is on a logical volume, and it is a file system without LVM", "leave 'lvm' out")
        case ("/", .btrfs):
            return ("/ is a subvolume of btrfs, which no kernel mounts unasked", "make / ext4 or xfs")
        case ("/", .partition), ("biosboot", _): return nil
        case ("swap", _):
            // Debian's installer writes fstab's line for swap without asking for options.
            if mayBeMissing, os.family != .debian { return nil }
            return (
                "its guests would wait for the swap partition, which they do not have",
                "leave it out" + (os.family == .debian ? "" : ", or add 'fsoptions: nofail'")
            )
        case ("/boot/efi", _):
            if mayBeMissing { return nil }
            return (
                "its guests would wait for the partition of /boot/efi, which they do not have",
                "give that partition 'fsoptions: \"umask=0077,nofail\"'"
            )
        default:
            return (
                "it is the root file system alone, and \(partition.mount) would be missing",
                "leave the partition of \(partition.mount) out"
            )
        }
    }

    /// Reports publications of a format that no output has and nothing can be converted to.
    private func checkFormats(of recipe: Recipe, in top: MappingReader) {
        let outputs = recipe.outputs.map(\.format)
        for (index, publication) in recipe.publish.enumerated() {
            guard let format = publication.format else { continue }
            let node = top.node(for: "publish")?.element(index) ?? top.node
            if format == .ami, !outputs.contains(.ami) {
                context.report(
                    "'publish[\(index)].format' is 'ami', and nothing is converted to that afterwards",
                    at: node,
                    hint: "add {format: ami} to 'outputs'"
                )
            } else if format != .ami, outputs.allSatisfy({ $0 == .ami }) {
                context.report(
                    "'publish[\(index)].format' is '\(format.rawValue)', and an ami is not converted to a disk",
                    at: node,
                    hint: "add {format: \(format.rawValue)} to 'outputs'"
                )
            }
        }
    }
}
