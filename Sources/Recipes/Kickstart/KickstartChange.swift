/// A command or an option of kickstart that came to its end.
///
/// The table is that of pykickstart 3.78; a test asks ksvalidator about every row.
struct KickstartChange: Sendable {
    /// What an installer does with it.
    enum State: Sendable {
        case known, deprecated, removed
    }

    /// The command.
    let command: String

    /// The option; nil where it is the command itself.
    var option: String?

    /// The dialects that ignore it, or say that they will not take it for long.
    var deprecated: Set<KickstartDialect> = []

    /// The dialects that stop at it.
    let removed: Set<KickstartDialect>

    /// What to do.
    let instead: String

    /// What the installer of a dialect does with it.
    func state(in dialect: KickstartDialect) -> State {
        removed.contains(dialect) ? .removed : deprecated.contains(dialect) ? .deprecated : .known
    }

    /// Whether its whole command is gone.
    func isCommandGone(in dialect: KickstartDialect) -> Bool {
        Self.table.contains { $0.command == command && $0.option == nil && $0.removed.contains(dialect) }
    }
}

extension KickstartChange {
    private static let fromEL7: Set<KickstartDialect> = [.el7, .el8, .el9, .el10, .fedora]
    private static let fromEL8: Set<KickstartDialect> = [.el8, .el9, .el10, .fedora]
    private static let fromEL9: Set<KickstartDialect> = [.el9, .el10, .fedora]
    private static let fromEL10: Set<KickstartDialect> = [.el10, .fedora]

    /// What has changed since Enterprise Linux 6.
    static let table: [KickstartChange] = [
        KickstartChange(
            command: "install",
            deprecated: [.el8],
            removed: fromEL9,
            instead: "remove the line; installing is all there is"
        ),
        KickstartChange(
            command: "upgrade",
            deprecated: [.el7],
            removed: fromEL8,
            instead: "remove the line; leapp upgrades systems"
        ),
        KickstartChange(command: "interactive", removed: fromEL7, instead: "remove the line"),
        KickstartChange(command: "key", removed: fromEL7, instead: "remove the line; see 'system.subscription'"),
        KickstartChange(command: "monitor", removed: fromEL7, instead: "remove the line"),
        KickstartChange(command: "unsupported_hardware", removed: fromEL8, instead: "remove the line"),
        KickstartChange(command: "autostep", deprecated: [.el9], removed: fromEL10, instead: "remove the line"),
        KickstartChange(command: "auth", deprecated: [.el8, .el9], removed: fromEL10, instead: "write 'authselect'"),
        KickstartChange(
            command: "authconfig",
            deprecated: [.el8, .el9],
            removed: fromEL10,
            instead: "write 'authselect'"
        ),
        KickstartChange(
            command: "device",
            deprecated: [.el8],
            removed: fromEL9,
            instead: "give the module on the kernel's command line"
        ),
        KickstartChange(command: "deviceprobe", deprecated: [.el8], removed: fromEL9, instead: "remove the line"),
        KickstartChange(
            command: "dmraid",
            deprecated: [.el8],
            removed: fromEL9,
            instead: "remove the line; use 'raid'"
        ),
        KickstartChange(
            command: "multipath",
            deprecated: [.el8],
            removed: fromEL9,
            instead: "remove the line; it is found by itself"
        ),
        KickstartChange(
            command: "btrfs",
            deprecated: [.el8, .el9],
            removed: [.el10],
            instead: "use xfs or ext4, or Fedora"
        ),
        KickstartChange(
            command: "module",
            deprecated: [.el10, .fedora],
            removed: [.el7],
            instead: "name the packages; only EL8 and EL9 have modules"
        ),
        KickstartChange(command: "nvdimm", deprecated: [.fedora], removed: [.el10], instead: "remove the line"),
        KickstartChange(command: "vnc", deprecated: [.el10, .fedora], removed: [], instead: "write 'rdp'"),
        KickstartChange(
            command: "timezone",
            option: "--isUtc",
            deprecated: [.el9, .fedora],
            removed: [.el10],
            instead: "write --utc"
        ),
        KickstartChange(
            command: "timezone",
            option: "--ntpservers",
            deprecated: [.el9, .fedora],
            removed: [.el10],
            instead: "write 'timesource --ntp-server=NAME', one line a server"
        ),
        KickstartChange(
            command: "timezone",
            option: "--nontp",
            deprecated: [.el9, .fedora],
            removed: [.el10],
            instead: "write 'timesource --ntp-disable'"
        ),
        KickstartChange(
            command: "logging",
            option: "--level",
            deprecated: [.el9],
            removed: fromEL10,
            instead: "remove the option"
        ),
        KickstartChange(
            command: "repo",
            option: "--ignoregroups",
            deprecated: [.el9],
            removed: fromEL10,
            instead: "remove the option"
        ),
        KickstartChange(
            command: "bootloader",
            option: "--upgrade",
            deprecated: [.el8],
            removed: fromEL9,
            instead: "remove the option"
        ),
        KickstartChange(command: "bootloader", option: "--lba32", removed: fromEL7, instead: "remove the option"),
        KickstartChange(
            command: "ignoredisk",
            option: "--interactive",
            deprecated: [.el8],
            removed: fromEL9,
            instead: "name the disks"
        ),
        KickstartChange(command: "harddrive", option: "--biospart", removed: fromEL9, instead: "write --partition"),
        KickstartChange(
            command: "part",
            option: "--active",
            deprecated: [.el8],
            removed: fromEL9,
            instead: "remove the option"
        ),
        KickstartChange(command: "part", option: "--start", removed: fromEL7, instead: "remove the option"),
        KickstartChange(command: "part", option: "--end", removed: fromEL7, instead: "remove the option"),
        KickstartChange(
            command: "part",
            option: "--bytes-per-inode",
            removed: fromEL7,
            instead: "write --mkfsoptions or --fsprofile"
        ),
        KickstartChange(
            command: "partition",
            option: "--active",
            deprecated: [.el8],
            removed: fromEL9,
            instead: "remove the option"
        ),
        KickstartChange(
            command: "logvol",
            option: "--bytes-per-inode",
            removed: fromEL7,
            instead: "write --mkfsoptions or --fsprofile"
        ),
        KickstartChange(command: "firewall", option: "--telnet", removed: fromEL7, instead: "remove the option"),
        KickstartChange(command: "xconfig", option: "--driver", removed: fromEL7, instead: "remove the option"),
        KickstartChange(command: "xconfig", option: "--depth", removed: fromEL7, instead: "remove the option"),
        KickstartChange(command: "xconfig", option: "--resolution", removed: fromEL7, instead: "remove the option"),
        KickstartChange(command: "xconfig", option: "--videoram", removed: fromEL7, instead: "remove the option"),
        KickstartChange(
            command: "network",
            option: "--teamslaves",
            deprecated: [.el10],
            removed: [],
            instead: "write --bondslaves"
        ),
        KickstartChange(
            command: "network",
            option: "--teamconfig",
            deprecated: [.el10],
            removed: [],
            instead: "write --bondopts"
        ),
    ]
}
