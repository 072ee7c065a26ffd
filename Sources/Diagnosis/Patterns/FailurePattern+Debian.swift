extension FailurePattern {
    static let debian: [FailurePattern] = [
        FailurePattern(
            "debian-packages",
            .general,
            .packages,
            from: [.console],
            ["^imagebake-installer: error: these packages could not be installed: {packages}"],
            says: "these packages could not be installed: {packages}",
            next: "read apt's words above this line; correct 'system.packages' in the recipe",
            means: "apt, run in the new system, could not install what the kickstart's %packages adds.",
            why: "A mistyped name, a mirror that is not reached, or packages that exclude each other.",
            seen: .program(
                "imagebake-installer: error: these packages could not be installed: ntpp",
                "installer/lib/packages.sh"
            )
        ),
        FailurePattern(
            "debian-checksum",
            .cause,
            .source,
            from: [.console],
            ["^imagebake-installer: error: {}the payload {payload:word} has the checksum {}, not {}"],
            says: "the payload {payload} does not have the checksum that the kickstart gives",
            next: "build the tree again: 'imagebake build --refresh tree'",
            means: "What was fetched is not what the kickstart vouches for.",
            why:
                "A tree that was built anew after the kickstart was rendered, or a payload that was changed on its way.",
            seen: .program(
                "imagebake-installer: error: the payload rootfs.tar has the checksum 0f1e, not 2d3c",
                "installer/lib/source.sh"
            )
        ),
        FailurePattern(
            "debian-disk-too-small",
            .cause,
            .storage,
            from: [.console],
            [
                "^imagebake-installer: error: the partitions need {need:digits} MiB; the disk {disk:word} has {size:digits} MiB"
            ],
            says: "the partitions need {need} MiB and the disk {disk} has {size} MiB",
            next: "make 'machine.disk' in the recipe larger, or the partitions smaller",
            means: "The sizes in the kickstart are more than the disk.",
            why: "A disk that is too small for its partitions.",
            seen: .program(
                "imagebake-installer: error: the partitions need 12288 MiB; the disk vda has 10240 MiB",
                "installer/lib/storage.sh"
            )
        ),
        FailurePattern(
            "debian-no-network",
            .cause,
            .network,
            from: [.console],
            ["^imagebake-installer: error: no network: {problem}"],
            says: "the installer has no network: {problem}",
            next: "see that the guest's network gives out addresses by DHCP",
            means: "The installer needs the network, for packages or for a payload over http, and got no address.",
            why: "A network without DHCP, or a card for which the installer has no driver.",
            seen: .program(
                "imagebake-installer: error: no network: no card has a link",
                "installer/lib/source.sh"
            )
        ),
        FailurePattern(
            "debian-script",
            .hint,
            .script,
            from: [.console],
            [
                "^imagebake-installer: warning: {file:word} line {ksline:digits}: %{section:word} failed with status {status:digits}"
            ],
            says: "the script %{section} failed with status {status}",
            next: "read what it printed above this line",
            means: "A script without --erroronfail failed; the install goes on.",
            why: "A command in it failed.",
            seen: .program(
                "imagebake-installer: warning: ks.cfg line 23: %post failed with status 1",
                "installer/lib/scripts.sh"
            )
        ),
        FailurePattern(
            "debian-stopped",
            .symptom,
            .installer,
            from: [.console],
            ["^imagebake-installer: error: the installer itself stopped with status {status:digits}"],
            says: "the installer for Debian stopped with status {status}",
            next: "look at the lines before; if there is nothing, it is a defect of imagebake: please report it",
            means: "The installer ended without having said why.",
            why: "The kernel ended it for want of memory, or it has a defect.",
            seen: .program(
                "imagebake-installer: error: the installer itself stopped with status 137",
                "installer/init"
            )
        ),
        FailurePattern(
            "debian-script-fatal",
            .cause,
            .script,
            from: [.console],
            [
                "^imagebake-installer: error: {file:word} line {ksline:digits}: %{section:word} failed with status {status:digits}"
            ],
            says: "the script %{section} failed with status {status}",
            next: "read what it printed above this line, and correct it in the recipe",
            means: "A script with --erroronfail failed, which ends the install.",
            why: "A command in it failed.",
            seen: .program(
                "imagebake-installer: error: ks.cfg line 23: %post failed with status 1",
                "installer/lib/scripts.sh"
            )
        ),
        FailurePattern(
            "debian-kickstart",
            .cause,
            .kickstart,
            from: [.console],
            ["^imagebake-installer: error: {file:word} line {ksline:digits}: {problem}"],
            unless: ["%pre failed with", "%pre-install failed with", "%post failed with"],
            says: "{problem}",
            next: "look at that line in the output of 'imagebake render', and correct the recipe",
            means: "The installer for Debian stopped at a line of the kickstart.",
            why: "A command that it does not know, or a value that is wrong.",
            seen: .program(
                "imagebake-installer: error: ks.cfg line 12: there is no disk 'sdb'",
                "installer/lib/log.sh"
            )
        ),
        FailurePattern(
            "debian-error",
            .cause,
            .installer,
            from: [.console],
            ["^imagebake-installer: error: {problem}"],
            unless: [
                "these packages could not be installed", "the installer itself stopped", "no network:",
                "the partitions need",
                "has the checksum", "%pre failed with", "%pre-install failed with", "%post failed with",
            ],
            says: "{problem}",
            next: "installer/README.md says what the installer for Debian can do",
            means: "The installer for Debian stopped, and says why in its own words.",
            why: "It differs from case to case.",
            seen: .program(
                "imagebake-installer: error: there is no disk to install on",
                "installer/lib/storage.sh"
            )
        ),
    ]
}
