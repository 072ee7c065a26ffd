/// What virt-sysprep has, for comparison.
enum VirtSysprep {
    /// Its operations and whether each runs by default, as of guestfs-tools 1.55 (commit 58a50b30,
    /// `sysprep/sysprep_operation_*.ml`).
    static let operations: [String: Bool] = [
        "abrt-data": true, "backup-files": true, "bash-history": true, "blkid-tab": true, "ca-certificates": false,
        "crash-data": true, "cron-spool": true, "customize": true, "dhcp-client-state": true,
        "dhcp-server-state": true, "dovecot-data": true, "firewall-rules": false, "flag-reconfiguration": false,
        "fs-uuids": false, "ipa-client": true, "kerberos-data": false, "kerberos-hostkeytab": true, "logfiles": true,
        "lvm-system-devices": true, "lvm-uuids": true, "machine-id": true, "mail-spool": true, "net-hostname": true,
        "net-hwaddr": true, "net-nmconn": true, "pacct-log": true, "package-manager-cache": true, "pam-data": true,
        "passwd-backups": true, "puppet-data-log": true, "rh-subscription-manager": true, "rhn-systemid": true,
        "rpm-db": true, "samba-db-log": true, "script": true, "smolt-uuid": true, "ssh-hostkeys": true,
        "ssh-userdir": true, "sssd-db-log": true, "tmp-files": true, "udev-persistent-net": true,
        "user-account": false, "utmp": true, "yum-uuid": true, "zsh-history": true,
    ]
}
