import Guestfs
import Inventory
import Pipeline

/// What is in an image, as it is printed.
struct InspectReport {
    let facts: GuestFacts

    private var system: [[String]] {
        [
            ["system", facts.os.productName],
            ["distribution", facts.inventory.distribution?.qualifier ?? facts.os.distro],
            ["architecture", facts.os.architecture],
            ["disk", ByteText.text(facts.diskSize)],
            ["partition table", facts.partitionTable ?? "none"],
            ["boot loaders", facts.bootLoaders.map { "\($0.kind.rawValue) (\($0.path))" }.joined(separator: ", ")],
            ["package database", facts.inventory.database ?? "none"],
        ]
    }

    /// Key and value in a line each, for `--format value`.
    var values: [[String]] {
        system + facts.kernels.map { ["kernel", $0.version] }
            + facts.users.map { ["user", $0.name, String($0.uid), $0.shell, $0.password.rawValue] }
            + facts.services.map { ["service", $0.name, $0.state.rawValue] }
            + facts.inventory.packages.map { ["package", $0.description] }
    }

    /// For people: a heading, then the lines below it.
    var text: String {
        let sections: [(String, [[String]])] = [
            ("system", system),
            (
                "partitions",
                facts.partitions.map { partition in
                    [
                        partition.device, ByteText.text(partition.size), partition.type ?? "",
                        partition.isBootable ? "bootable" : "",
                    ]
                }
            ),
            (
                "file systems",
                facts.filesystems.map { item in
                    let used = item.used.map(ByteText.text).flatMap { used in
                        item.size.map { "\(used) of \(ByteText.text($0)) used" }
                    }
                    return [
                        item.device, item.type, item.mountpoint ?? "", used ?? "", item.label ?? "", item.uuid ?? "",
                    ]
                }
            ),
            (
                "kernels",
                facts.kernels.map { kernel in
                    [
                        kernel.version, kernel.image ?? "no image", kernel.initrd ?? "no initrd",
                        kernel.hasModules ? "" : "no modules",
                    ]
                }
            ),
            ("boot entries", facts.bootEntries.map { [$0.title, $0.kernel, $0.arguments] }),
            (
                "users",
                facts.users.map { user in
                    [
                        user.name, String(user.uid), user.shell, "password \(user.password.rawValue)",
                        user.authorizedKeys == 0 ? "" : "SSH keys: \(user.authorizedKeys)",
                    ]
                }
            ),
            (
                "services that start by themselves",
                facts.services.map { [$0.name, $0.state.rawValue, $0.listens.joined(separator: ", ")] }
            ),
            (
                "packages (\(facts.inventory.packages.count))",
                facts.inventory.packages.map {
                    [$0.name, $0.version, $0.architecture ?? "", $0.licenses.joined(separator: "; ")]
                }
            ),
        ]
        return sections.filter { !$0.1.isEmpty }.map { heading, rows in
            let table = AlignedColumns.text(rows).split(separator: "\n", omittingEmptySubsequences: false)
            return ([heading] + table.map { "  \($0)" }).map { line in
                var line = line[...]
                while line.last == " " { line.removeLast() }
                return String(line)
            }.joined(separator: "\n")
        }.joined(separator: "\n\n")
    }
}
