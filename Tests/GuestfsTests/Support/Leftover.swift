@testable import Guestfs

/// Something machine-specific that is planted in a guest, and what hygiene must say of it.
struct Leftover: Sendable {
    /// The operation that takes it away.
    let operation: String
    let path: GuestPath
    let content: String
    /// What the operation's check must name.
    let finding: String

    init(
        _ operation: String,
        _ path: GuestPath,
        _ content: String = "left over\n",
        line: Int? = nil,
        finding: String? = nil
    ) {
        self.operation = operation
        self.path = path
        self.content = content
        self.finding = finding ?? path.description + (line.map { ":\($0)" } ?? "")
    }

    /// At least one for every operation that says something about any guest.
    static let common: [Leftover] = [
        Leftover("abrt-data", "/var/spool/abrt/crash-1/backtrace", finding: "/var/spool/abrt/crash-1"),
        Leftover("backup-files", "/etc/hosts~"),
        Leftover("backup-files", "/etc/ssh/deep/down/sshd.bak"),
        Leftover("bash-history", "/root/.bash_history"),
        Leftover("bash-history", "/home/admin/.bash_history"),
        Leftover("blkid-tab", "/etc/blkid/blkid.tab"),
        Leftover("cloud-init-state", "/var/lib/cloud/instances/i-1/user-data.txt", finding: "/var/lib/cloud/instances"),
        Leftover(
            "cloud-init-state",
            "/etc/netplan/50-cloud-init.yaml",
            "# This file is generated from information provided by the datasource.\nnetwork: {}\n"
        ),
        Leftover("crash-data", "/var/crash/127.0.0.1/vmcore", finding: "/var/crash/127.0.0.1"),
        Leftover("cron-spool", "/var/spool/cron/root"),
        Leftover("cron-spool", "/var/spool/cron/atjobs/a0000101a2b3c4"),
        Leftover("cron-spool", "/var/spool/cron/atjobs/.SEQ", "0001f\n"),
        Leftover("dhcp-client-state", "/var/lib/dhcp/dhclient.eth0.leases"),
        Leftover("dhcp-client-state", "/var/lib/dhclient/dhclient-1234-eth0.lease"),
        Leftover("dhcp-server-state", "/var/lib/dhcpd/dhcpd.leases"),
        Leftover("dovecot-data", "/var/lib/dovecot/instances"),
        Leftover("installer-files", "/root/anaconda-ks.cfg"),
        Leftover("installer-files", "/ks.cfg"),
        Leftover("ipa-client", "/etc/ipa/default.conf"),
        Leftover("kerberos-hostkeytab", "/etc/krb5.keytab"),
        Leftover("logfiles", "/var/log/messages"),
        Leftover("logfiles", "/var/log/wtmp"),
        Leftover("logfiles", "/var/log/wtmp-20240101"),
        Leftover("logfiles", "/var/log/apache2/access.log"),
        Leftover("logfiles", "/var/log/journal/0123456789abcdef0123456789abcdef/system.journal"),
        Leftover("logfiles", "/var/log/anaconda/ks-script.log"),
        Leftover("logfiles", "/var/log/installer/original-ks.cfg"),
        Leftover("logfiles", "/var/log/cloud-init-output.log"),
        Leftover("lvm-system-devices", "/etc/lvm/devices/system.devices"),
        Leftover("machine-id", "/etc/machine-id", "0123456789abcdef0123456789abcdef\n"),
        Leftover("mail-spool", "/var/spool/mail/root"),
        Leftover("net-hwaddr", ifcfg, ifcfgContent, line: 2),
        Leftover("net-hwaddr", ifcfg, ifcfgContent, line: 6),
        Leftover("net-nmconn", "/etc/NetworkManager/system-connections/eth0.nmconnection", keyfile, line: 3),
        Leftover("net-nmconn", "/etc/NetworkManager/system-connections/eth0.nmconnection", keyfile, line: 7),
        Leftover("network-manager-state", "/var/lib/NetworkManager/secret_key"),
        Leftover("pacct-log", "/var/account/pacct"),
        Leftover("package-manager-cache", "/var/cache/apt/archives/hello_1.0_amd64.deb"),
        Leftover("package-manager-cache", "/var/lib/apt/lists/deb.debian.org_Packages"),
        Leftover("package-manager-cache", "/var/cache/yum/x86_64/7/base/repomd.xml", finding: "/var/cache/yum/x86_64"),
        Leftover("pam-data", "/var/lib/faillock/root"),
        Leftover("passwd-backups", "/etc/shadow-"),
        Leftover("puppet-data-log", "/var/lib/puppet/ssl/key.pem"),
        Leftover("random-seed", "/var/lib/systemd/random-seed"),
        Leftover("resolv-conf", "/etc/resolv.conf", "search lan\nnameserver 10.0.2.3\nnameserver 192.0.2.1\n", line: 2),
        Leftover("root-password", "/etc/shadow", shadow, line: 2),
        Leftover("run-files", "/run/lock/subsys/network", finding: "/run/lock"),
        Leftover("samba-db-log", "/var/lib/samba/private/secrets.tdb"),
        Leftover("shell-history", "/home/admin/.local/share/fish/fish_history"),
        Leftover("smolt-uuid", "/etc/smolt/uuid"),
        Leftover("ssh-authorized-keys", "/root/.ssh/authorized_keys", "ssh-ed25519 AAAA somebody\n"),
        Leftover("ssh-hostkeys", "/etc/ssh/ssh_host_ed25519_key"),
        Leftover("ssh-hostkeys", "/etc/ssh/ssh_host_ed25519_key.pub"),
        Leftover("ssh-userdir", "/home/admin/.ssh/id_ed25519"),
        Leftover("sssd-db-log", "/var/lib/sss/db/cache_lan.ldb"),
        Leftover("storage-identity", "/etc/nvme/hostid"),
        Leftover("systemd-state", "/var/lib/systemd/credential.secret"),
        Leftover("tmp-files", "/var/tmp/left/behind", finding: "/var/tmp/left"),
        Leftover("udev-persistent-net", "/etc/udev/rules.d/70-persistent-net.rules"),
        Leftover("udev-persistent-net", "/etc/udev/rules.d/75-persistent-cd.rules"),
        Leftover("utmp", "/var/run/utmp"),
        Leftover("zsh-history", "/root/.zsh_history"),
        Leftover("install-stamp", "/etc/imagebake-stamp", "imagebake 01HXYZ\n"),
        Leftover("cloud-config", "/etc/cloud/cloud.cfg", "users: [default]\n"),
    ]

    /// Those of operations that look at the Red Hat family only, and what that family has elsewhere.
    static let redhat: [Leftover] = [
        Leftover("machine-id", "/var/lib/dbus/machine-id", "0123456789abcdef0123456789abcdef\n"),
        Leftover("net-hostname", ifcfg, ifcfgContent, line: 7),
        Leftover("rh-subscription-manager", "/etc/pki/consumer/key.pem"),
        Leftover("rhn-systemid", "/etc/sysconfig/rhn/systemid"),
        Leftover("rpm-db", "/var/lib/rpm/__db.001"),
        Leftover("tmp-files", "/tmp/yum.log"),
        Leftover("yum-uuid", "/var/lib/yum/uuid"),
    ]

    static let debian: [Leftover] = [
        Leftover("storage-identity", "/etc/iscsi/initiatorname.iscsi", "InitiatorName=iqn.1993-08.org.debian:01:ab\n"),
        Leftover("passwd-backups", "/var/backups/shadow.bak"),
        Leftover("resolv-conf", "/etc/resolv.conf", "search lan\nnameserver 10.0.2.3\nnameserver 192.0.2.1\n", line: 2),
    ]

    static let ifcfg: GuestPath = "/etc/sysconfig/network-scripts/ifcfg-eth0"
    static let ifcfgContent = """
        TYPE=Ethernet
        HWADDR=52:54:00:12:34:56
        BOOTPROTO=dhcp
        # HWADDR=00:00:00:00:00:00 is a comment
        NAME=eth0
          UUID="b3c9d1f0-0000-4000-8000-000000000000"
        DHCP_HOSTNAME=builder
        ONBOOT=yes

        """
    static let keyfile = """
        [connection]
        id=eth0
        uuid=b3c9d1f0-0000-4000-8000-000000000000
        type=ethernet

        [ethernet]
        mac-address=52:54:00:12:34:56

        """
    static let shadow = """
        daemon:*:19000:0:99999:7:::
        root:$6$salt$hash:19000:0:99999:7:::
        admin:$6$salt$hash:19000:0:99999:7:::

        """
}
