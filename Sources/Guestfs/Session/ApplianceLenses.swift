import SystemPackage

/// The parts of Augeas that our appliance does without.
///
/// Inspecting a guest makes libguestfs load every lens (parser) of Augeas, some 230, to read fstab: 2.8 s under emulation,
/// 0.1 s with those that it needs. `supermin` takes the names of files to leave out from such a list.
enum ApplianceLenses {
    /// What libguestfs' inspection parses, and what those lenses are made of.
    ///
    /// Without the others it does not find a host name that is in `/etc/sysconfig/network` only; nothing here asks.
    static let needed: Set<String> = ["build", "fstab", "mdadm_conf", "quote", "rx", "sep", "util"]

    /// The list for `supermin`.
    static func excludes(lenses: FilePath = "/usr/share/augeas/lenses/dist") -> [UInt8] {
        let unneeded = HostFiles.names(in: lenses).filter { name in
            name.hasSuffix(".aug") && !needed.contains(String(name.dropLast(4)))
        }
        // An empty file would be no list of excludes to supermin.
        let names = unneeded.isEmpty ? ["no-such-lens"] : unneeded.sorted()
        return Array(names.map { "-\(lenses.appending($0))\n" }.joined().utf8)
    }
}
