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

    static let crashData = SysprepOperation(
        "crash-data",
        "remove kernel and core dumps",
        rules: [.remove("/var/crash/*"), .remove("/var/log/dump/*"), .remove("/var/lib/systemd/coredump/*")]
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

    static let ipaClient = SysprepOperation(
        "ipa-client",
        "remove the enrolment in an IPA domain",
        rules: [
            .remove("/etc/ipa/ca.crt"), .remove("/etc/ipa/default.conf"), .remove("/var/lib/ipa-client/sysrestore/*"),
            .remove("/var/lib/ipa-client/pki/*"), .remove("/etc/pki/ca-trust/source/ipa.p11-kit"),
            .remove("/etc/pki/ca-trust/source/anchors/ipa-ca.crt"),
        ]
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
        rules: [
            .empty("/var/account/pacct"), .remove("/var/account/pacct-*"), .remove("/var/account/pacct.*"),
            .empty("/var/log/account/pacct"), .remove("/var/log/account/pacct.*"),
        ]
    )

    /// Both the archives and the lists: the lists are tens of megabytes that are stale when a clone starts.
    static let packageManagerCache = SysprepOperation(
        "package-manager-cache",
        "remove downloaded packages and package lists",
        rules: [
            .removeFiles("/var/cache/apt/archives/*"), .removeFiles("/var/cache/apt/archives/partial/*"),
            .removeFiles("/var/cache/apt/*.bin"), .removeFiles("/var/lib/apt/lists/*"),
            .removeFiles("/var/lib/apt/lists/*/*"), .remove("/var/cache/dnf/*"), .remove("/var/cache/yum/*"),
            .remove("/var/cache/libdnf5/*"), .remove("/var/cache/PackageKit/*"), .remove("/var/cache/zypp/*"),
        ]
    )

    static let pamData = SysprepOperation(
        "pam-data",
        "remove the state of PAM modules",
        rules: [
            .remove("/var/run/console/*"), .remove("/var/run/faillock/*"), .remove("/var/run/sepermit/*"),
            .remove("/var/lib/faillock/*"),
        ]
    )

    /// Debian keeps daily copies as well, hashes included.
    static let passwdBackups = SysprepOperation(
        "passwd-backups",
        "remove the backups of passwd, shadow and their like",
        rules: [
            .remove("/etc/passwd-"), .remove("/etc/shadow-"), .remove("/etc/group-"), .remove("/etc/gshadow-"),
            .remove("/etc/subuid-"), .remove("/etc/subgid-"), .remove("/var/backups/passwd.bak"),
            .remove("/var/backups/shadow.bak"), .remove("/var/backups/group.bak"), .remove("/var/backups/gshadow.bak"),
        ]
    )

    static let puppetDataLog = SysprepOperation(
        "puppet-data-log",
        "remove the state of Puppet",
        rules: [.remove("/var/lib/puppet/*/*"), .remove("/etc/puppetlabs/puppet/ssl/*")]
    )

    /// A seed that is the same in every clone is worse than none: without one the kernel waits for real entropy.
    static let randomSeed = SysprepOperation(
        "random-seed",
        "remove the saved random seeds",
        rules: [
            .remove("/var/lib/systemd/random-seed"), .remove("/var/lib/urandom/random-seed"),
            .remove("/var/lib/random-seed"), .remove("/var/lib/misc/random-seed"),
            .remove("/boot/efi/loader/random-seed"),
            .remove("/boot/loader/random-seed"),
        ]
    )

    static let rhSubscriptionManager = SysprepOperation(
        "rh-subscription-manager",
        "remove the subscription of RHEL",
        families: [.redhat],
        rules: [.remove("/etc/pki/consumer/*"), .remove("/etc/pki/entitlement/*")]
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
        families: [.redhat],
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
        rules: [.removeFiles("/var/lib/samba/*"), .removeFiles("/var/lib/samba/*/*")]
    )

    /// Not bash's and zsh's, which have operations of their own for virt-sysprep's sake.
    static let shellHistory = SysprepOperation(
        "shell-history",
        "remove the histories of other shells, editors and clients",
        rules: [
            ".ash_history", ".sh_history", ".ksh_history", ".lesshst", ".viminfo", ".python_history", ".mysql_history",
            ".psql_history", ".sqlite_history", ".rediscli_history", ".wget-hsts", ".local/share/fish/fish_history",
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
        rules: [.remove("/root/.ssh/authorized_keys*"), .remove("/home/*/.ssh/authorized_keys*")]
    )

    /// `authorized_keys` stays: the installs here use no SSH, so such a file can only be what the recipe asked for.
    static let sshUserdir = SysprepOperation(
        "ssh-userdir",
        "remove users' private SSH keys and known hosts",
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
        rules: [
            .remove("/var/lib/sss/db/*"), .removeFiles("/var/lib/sss/mc/*"), .removeFiles("/var/lib/sss/pubconf/*"),
        ]
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

    static let utmp = SysprepOperation(
        "utmp",
        "remove the record of who is logged in",
        rules: [.remove("/var/run/utmp")]
    )

    static let yumUUID = SysprepOperation(
        "yum-uuid",
        "remove yum's UUID",
        families: [.redhat],
        rules: [.remove("/var/lib/yum/uuid"), .remove("/var/lib/dnf/countme")]
    )

    static let zshHistory = SysprepOperation(
        "zsh-history",
        "remove the histories of zsh",
        rules: [.remove("/root/.zsh_history"), .remove("/home/*/.zsh_history")]
    )
}
