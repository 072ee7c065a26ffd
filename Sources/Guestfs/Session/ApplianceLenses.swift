import Glibc
import SystemPackage

/// The parts of Augeas that our appliance does without.
///
/// Inspecting a guest makes libguestfs load every lens (parser) of Augeas, some 230, to read fstab: 2.8 s under emulation,
/// 0.9 s with those that it needs. `supermin` takes the names of files to leave out from such a list.
enum ApplianceLenses {
    /// What libguestfs' inspection parses, and what those lenses are made of.
    static let needed: Set<String> = [
        "build", "fstab", "hostname", "hosts", "inifile", "mdadm_conf", "quote", "rx", "sep", "shellvars",
        "simplelines", "simplevars", "sysconfig", "util",
    ]

    /// Writes the list for `supermin` unless it stands: a newer file would have the appliance built again.
    static func writeExcludes(to file: FilePath, lenses: FilePath = "/usr/share/augeas/lenses/dist") throws {
        let unneeded = HostFiles.names(in: lenses).filter { name in
            name.hasSuffix(".aug") && !needed.contains(String(name.dropLast(4)))
        }
        let list = unneeded.sorted().map { "-\(lenses.appending($0))\n" }.joined()
        // An empty file would be no list of excludes to supermin.
        let content = Array((list.isEmpty ? "-\(lenses.appending("no-such-lens"))\n" : list).utf8)
        if HostFiles.read(file) == content { return }
        let temporary = FilePath(file.string + ".\(getpid())")
        let descriptor = try FileDescriptor.open(
            temporary,
            .writeOnly,
            options: [.create, .truncate],
            permissions: [.ownerReadWrite, .groupRead, .otherRead]
        )
        try descriptor.closeAfter { _ = try descriptor.writeAll(content) }
        if rename(temporary.string, file.string) != 0 { throw Errno(rawValue: errno) }
    }
}
