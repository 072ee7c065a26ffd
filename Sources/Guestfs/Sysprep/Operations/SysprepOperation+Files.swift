/// The operations that are nothing but patterns, in alphabetical order.
extension SysprepOperation {
    static let abrtData = SysprepOperation(
        "abrt-data",
        "remove the crash reports of ABRT",
        rules: [.remove("/var/spool/abrt/*"), .remove("/var/tmp/abrt/*")]
    )

    static let backupFiles = SysprepOperation(
        "backup-files",
        "remove editors' backups (*~, *.bak)",
        difference: "empty files stay",
        rules: [
            .removeFiles("/etc/**~"), .removeFiles("/etc/**.bak"), .removeFiles("/root/**~"),
            .removeFiles("/root/**.bak"),
            .removeFiles("/srv/**~"), .removeFiles("/srv/**.bak"), .removeFiles("/var/**~"),
            .removeFiles("/var/**.bak"),
        ]
    )

    static let bashHistory = SysprepOperation(
        "bash-history",
        "remove the histories of bash",
        rules: [.remove("/root/.bash_history"), .remove("/home/*/.bash_history")]
    )

    static let blkidTab = SysprepOperation(
        "blkid-tab",
        "remove the cache of blkid",
        rules: [
            .removeFiles("/etc/blkid/blkid.tab*"), .removeFiles("/etc/blkid.tab*"), .removeFiles("/dev/.blkid.tab*"),
        ]
    )

    static let caCertificates = SysprepOperation(
        "ca-certificates",
        "remove certificates and keys from /etc/pki, but the bundles of the system's own",
        enabledByDefault: false,
        difference:
            "the system's store is made of other files and is not built anew: no program of the guest runs here",
        rules: [
            .remove("/etc/pki/CA/certs/*.crt"), .remove("/etc/pki/CA/crl/*.crt"), .remove("/etc/pki/CA/newcerts/*.crt"),
            .remove("/etc/pki/CA/private/*.key"), .remove("/etc/pki/tls/private/*.key"),
            .removeExcept("/etc/pki/tls/certs/*.crt", ["ca-bundle.crt", "ca-bundle.trust.crt"]),
        ]
    )

    static let crashData = SysprepOperation(
        "crash-data",
        "remove kernel and core dumps",
        rules: [
            .remove("/var/crash/*"), .remove("/var/log/dump/*"), .remove("/var/lib/systemd/coredump/*"),
            .remove("/var/lib/apport/coredump/*"), .removeFiles("/core"), .removeFiles("/core.[0-9]*"),
            .removeFiles("/root/core"), .removeFiles("/root/core.[0-9]*"),
        ]
    )

    static let dhcpServerState = SysprepOperation(
        "dhcp-server-state",
        "remove the leases that a DHCP server gave",
        rules: [.remove("/var/lib/dhcpd/*")]
    )

    static let dovecotData = SysprepOperation(
        "dovecot-data",
        "remove the state of Dovecot",
        rules: [.remove("/var/lib/dovecot/*")]
    )

    static let firewallRules = SysprepOperation(
        "firewall-rules",
        "remove the firewall's rules",
        enabledByDefault: false,
        difference: "the rules of ip6tables and Debian's iptables-persistent go too",
        rules: [
            .remove("/etc/sysconfig/iptables"), .remove("/etc/sysconfig/ip6tables"), .remove("/etc/iptables/rules.v*"),
            .remove("/etc/firewalld/services/*"), .remove("/etc/firewalld/zones/*"),
        ]
    )

    static let ipaClient = SysprepOperation(
        "ipa-client",
        "remove the enrolment in an IPA domain",
        difference: "the system's store of certificates is not built anew: no program of the guest runs here",
        rules: [
            .remove("/etc/ipa/ca.crt"), .remove("/etc/ipa/default.conf"), .remove("/var/lib/ipa-client/sysrestore/*"),
            .remove("/var/lib/ipa-client/pki/*"), .remove("/etc/pki/ca-trust/source/ipa.p11-kit"),
            .remove("/etc/pki/ca-trust/source/anchors/ipa-ca.crt"),
        ]
    )

    static let kerberosData = SysprepOperation(
        "kerberos-data",
        "remove the database of a Kerberos server",
        enabledByDefault: false,
        rules: [.removeExcept("/var/kerberos/krb5kdc/*", ["kadm5.acl", "kdc.conf"])]
    )

    static let kerberosHostkeytab = SysprepOperation(
        "kerberos-hostkeytab",
        "remove the host's Kerberos keys",
        rules: [.remove("/etc/krb5.keytab")]
    )

    static let lvmSystemDevices = SysprepOperation(
        "lvm-system-devices",
        "remove LVM's list of this machine's devices",
        rules: [.remove("/etc/lvm/devices/system.devices"), .remove("/etc/lvm/devices/backup/*")]
    )

    static let mailSpool = SysprepOperation(
        "mail-spool",
        "remove mail",
        rules: [.remove("/var/spool/mail/*"), .remove("/var/mail/*")]
    )

    static let pacctLog = SysprepOperation(
        "pacct-log",
        "remove the process accounts",
        difference: "the current file is emptied, which keeps its owner and mode, where virt-sysprep makes a new one",
        rules: [
            .empty("/var/account/pacct"), .remove("/var/account/pacct-*"), .remove("/var/account/pacct.*"),
            .empty("/var/log/account/pacct"), .remove("/var/log/account/pacct.*"),
        ]
    )

    /// Both the archives and the lists: the lists are tens of megabytes that are stale when a clone starts.
    static let packageManagerCache = SysprepOperation(
        "package-manager-cache",
        "remove downloaded packages and package lists",
        difference: "the lists of available packages go too: they are stale when a clone starts",
        rules: [
            .removeFiles("/var/cache/apt/archives/*"), .removeFiles("/var/cache/apt/archives/partial/*"),
            .removeFiles("/var/cache/apt/*.bin"), .removeFiles("/var/lib/apt/lists/*"),
            .removeFiles("/var/lib/apt/lists/*/*"), .remove("/var/cache/dnf/*"), .remove("/var/cache/yum/*"),
            .remove("/var/cache/libdnf5/*"), .remove("/var/cache/PackageKit/*"), .remove("/var/cache/zypp/*"),
            .removeFiles("/var/cache/pacman/pkg/*"), .removeFiles("/var/cache/apk/*"),
        ]
    )

    /// The logs among it are removed with the other logs.
    ///
    /// What says why a package is there stays where it is kept apart: yum's yumdb,
    /// dnf5's packages.toml, APT's extended_states. dnf 4 then takes every package for one that was asked for.
    static let packageManagerHistory = SysprepOperation(
        "package-manager-history",
        "remove the package managers' records of past transactions",
        rules: [
            .removeFiles("/var/lib/dnf/history.sqlite*"), .remove("/var/lib/yum/history/*"),
            .removeFiles("/var/lib/PackageKit/transactions.db*"),
        ],
        touching: ["\(dnf5)/transaction_history.sqlite*"],
        apply: { guest in try guest.remove(dnf5History(guest)) },
        check: { guest in try dnf5History(guest).map(\.path.description) }
    )

    private static let dnf5: GuestPath = "/usr/lib/sysimage/libdnf5"

    /// Looked up by name: nothing else needs a list of all that is in /usr.
    private static func dnf5History(_ guest: Guest) throws -> [(path: GuestPath, status: FileStatus)] {
        guard try guest.session.status(dnf5)?.kind == .directory else { return [] }
        try guest.checkPlain(dnf5)
        return try guest.status(
            of: ["", "-shm", "-wal", "-journal"].map { dnf5.appending("transaction_history.sqlite\($0)".utf8) }
        ).filter { $0.status.kind == .regular }
    }

    static let pamData = SysprepOperation(
        "pam-data",
        "remove the state of PAM modules",
        difference: "faillock's counters are in /var/lib/faillock where /run does not hold them",
        rules: [
            .remove("/var/run/console/*"), .remove("/var/run/faillock/*"), .remove("/var/run/sepermit/*"),
            .remove("/var/lib/faillock/*"),
        ]
    )

    /// Debian keeps daily copies as well, hashes included.
    static let passwdBackups = SysprepOperation(
        "passwd-backups",
        "remove the backups of passwd, shadow and their like",
        difference: "Debian's daily copies in /var/backups go too, hashes included",
        rules: [
            .remove("/etc/passwd-"), .remove("/etc/shadow-"), .remove("/etc/group-"), .remove("/etc/gshadow-"),
            .remove("/etc/subuid-"), .remove("/etc/subgid-"), .remove("/var/backups/passwd.bak"),
            .remove("/var/backups/shadow.bak"), .remove("/var/backups/group.bak"), .remove("/var/backups/gshadow.bak"),
        ]
    )

    static let puppetDataLog = SysprepOperation(
        "puppet-data-log",
        "remove the state of Puppet",
        difference: "its logs go with the other logs; the keys of Puppet's own packages go too",
        rules: [.remove("/var/lib/puppet/*/*"), .remove("/etc/puppetlabs/puppet/ssl/*")]
    )

    /// A seed that is the same in every clone is worse than none: without one the kernel waits for real entropy.
    static let randomSeed = SysprepOperation(
        "random-seed",
        "remove the saved random seeds",
        rules: [
            .remove("/var/lib/systemd/random-seed"), .remove("/var/lib/urandom/random-seed"),
            .remove("/var/lib/random-seed"), .remove("/var/lib/misc/random-seed"),
            .remove("/boot/efi/loader/random-seed"), .remove("/boot/loader/random-seed"),
            .remove("/efi/loader/random-seed"), .remove("/var/lib/seedrng/*"), .remove("/etc/random-seed"),
        ]
    )

    static let rhSubscriptionManager = SysprepOperation(
        "rh-subscription-manager",
        "remove the subscription of RHEL and the identity at Insights",
        families: [.redhat],
        rules: [
            .remove("/etc/pki/consumer/*"), .remove("/etc/pki/entitlement/*"), .remove("/var/lib/rhsm/cache/*"),
            .remove("/var/lib/rhsm/facts/*"), .remove("/etc/insights-client/machine-id"),
            .remove("/etc/insights-client/.registered"), .remove("/etc/insights-client/.unregistered"),
        ]
    )

    static let rhnSystemid = SysprepOperation(
        "rhn-systemid",
        "remove the identity at the Red Hat Network",
        families: [.redhat],
        rules: [.remove("/etc/sysconfig/rhn/systemid"), .remove("/etc/sysconfig/rhn/osad-auth.conf")]
    )

    static let rpmDB = SysprepOperation(
        "rpm-db",
        "remove the host-specific files of the RPM database",
        families: [.redhat, .suse],
        rules: [.remove("/var/lib/rpm/__db.*")]
    )

    /// On a running system `/run` is a memory file system, so what is on the disk below it serves nothing.
    static let runFiles = SysprepOperation(
        "run-files",
        "remove what was left under /run",
        rules: [.remove("/run/*")]
    )

    static let sambaDBLog = SysprepOperation(
        "samba-db-log",
        "remove the databases of Samba",
        difference: "its logs go with the other logs",
        rules: [.removeFiles("/var/lib/samba/*"), .removeFiles("/var/lib/samba/*/*")]
    )

    /// Not bash's and zsh's, which have operations of their own for virt-sysprep's sake.
    static let shellHistory = SysprepOperation(
        "shell-history",
        "remove the histories of other shells, editors and clients",
        rules: [
            ".ash_history", ".sh_history", ".ksh_history", ".lesshst", ".viminfo", ".python_history", ".mysql_history",
            ".psql_history", ".sqlite_history", ".rediscli_history", ".wget-hsts", ".local/share/fish/fish_history",
            ".local/state/bash_history", ".local/share/nano/search_history", ".node_repl_history", ".lua_history",
            ".cache/motd.legal-displayed", ".sudo_as_admin_successful",
        ].flatMap { [.remove(GuestGlob("/root/\($0)")), .remove(GuestGlob("/home/*/\($0)"))] }
    )

    static let smoltUUID = SysprepOperation(
        "smolt-uuid",
        "remove the hardware UUID of Smolt",
        rules: [.remove("/etc/sysconfig/hw-uuid"), .remove("/etc/smolt/uuid"), .remove("/etc/smolt/hw-uuid")]
    )

    /// Whoever is to come in by key is the recipe's or cloud-init's word.
    static let sshAuthorizedKeys = SysprepOperation(
        "ssh-authorized-keys",
        "remove the SSH keys that may log in",
        enabledByDefault: false,
        difference: "off: such a file can only be what a recipe asked for. virt-sysprep removes it with all of .ssh",
        rules: [.remove("/root/.ssh/authorized_keys*"), .remove("/home/*/.ssh/authorized_keys*")]
    )

    /// `authorized_keys` stays: the installs here use no SSH, so such a file can only be what the recipe asked for.
    static let sshUserdir = SysprepOperation(
        "ssh-userdir",
        "remove users' private SSH keys and known hosts",
        difference:
            "virt-sysprep removes .ssh whole; here authorized_keys and config stay, which nobody but a recipe writes, and "
            + "`ssh-authorized-keys` removes the former on request",
        rules: ["/root", "/home/*"].flatMap { home -> [SysprepRule] in
            [
                .remove(GuestGlob("\(home)/.ssh/known_hosts*")), .remove(GuestGlob("\(home)/.ssh/id_*")),
                .remove(GuestGlob("\(home)/.ssh/agent*")), .remove(GuestGlob("\(home)/.ssh/cm-*")),
            ]
        }
    )

    static let sssdDBLog = SysprepOperation(
        "sssd-db-log",
        "remove the caches of SSSD",
        difference: "its logs go with the other logs; the caches in mc and pubconf go too",
        rules: [
            .remove("/var/lib/sss/db/*"), .removeFiles("/var/lib/sss/mc/*"), .removeFiles("/var/lib/sss/pubconf/*"),
        ]
    )

    /// The URL in /etc/SUSEConnect stays: it says where to register, not who.
    static let suseRegistration = SysprepOperation(
        "suse-registration",
        "remove the credentials at the SUSE Customer Center",
        families: [.suse],
        rules: [.remove("/etc/zypp/credentials.d/*"), .remove("/var/lib/zypp/AnonymousUniqueId")]
    )

    static let systemdState = SysprepOperation(
        "systemd-state",
        "remove the secrets and time stamps of systemd",
        rules: [
            .remove("/var/lib/systemd/credential.secret"), .remove("/var/lib/systemd/timers/stamp-*"),
            .remove("/var/lib/systemd/pstore/*"), .remove("/var/lib/systemd/rfkill/*"),
            .remove("/var/lib/systemd/backlight/*"), .remove("/etc/systemd/tpm2-srk-public-key*"),
            .remove("/var/lib/systemd/tpm2-srk-public-key*"),
        ]
    )

    static let tmpFiles = SysprepOperation(
        "tmp-files",
        "empty /tmp and /var/tmp",
        rules: [.remove("/tmp/*"), .remove("/var/tmp/*")]
    )

    static let ubuntuPro = SysprepOperation(
        "ubuntu-pro",
        "remove the subscription to Ubuntu Pro and the identity at Landscape",
        families: [.debian],
        rules: [
            .remove("/var/lib/ubuntu-advantage/private/*"), .remove("/var/lib/ubuntu-advantage/machine-token.json"),
            .remove("/var/lib/ubuntu-advantage/machine-access-*"), .remove("/var/lib/ubuntu-advantage/marker-*"),
            .remove("/etc/apt/auth.conf.d/90ubuntu-advantage"), .remove("/var/lib/landscape/client/broker.bpickle*"),
        ]
    )

    static let utmp = SysprepOperation(
        "utmp",
        "remove the record of who is logged in",
        rules: [.remove("/var/run/utmp")]
    )

    static let yumUUID = SysprepOperation(
        "yum-uuid",
        "remove yum's UUID",
        families: [.redhat],
        difference: "dnf's count of the weeks since the install goes too",
        rules: [.remove("/var/lib/yum/uuid"), .remove("/var/lib/dnf/countme")]
    )

    static let zshHistory = SysprepOperation(
        "zsh-history",
        "remove the histories of zsh",
        rules: [.remove("/root/.zsh_history"), .remove("/home/*/.zsh_history")]
    )
}
