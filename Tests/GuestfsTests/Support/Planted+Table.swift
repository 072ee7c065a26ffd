@testable import Guestfs

/// The table that drives the tests of the operations: for each, what it takes away and what it must leave.
extension Planted {
    static let redhat: Set<PhonyGuest.Name> = [.el7, .el8, .el9, .fedora]
    static let debians: Set<PhonyGuest.Name> = [.debian, .ubuntu]

    static let all: [Planted] = services + identities + people + packages + boot + network + cloud + onRequest

    private static let services: [Planted] = [
        .artefact("abrt-data", "/var/spool/abrt/crash-1/backtrace", finding: "/var/spool/abrt/crash-1"),
        .neighbour("abrt-data", "/etc/abrt/abrt.conf"),
        .artefact("backup-files", "/etc/hosts~"),
        .artefact("backup-files", "/etc/ssh/deep/down/sshd.bak"),
        .artefact("backup-files", "/srv/www/index.html~"),
        .neighbour("backup-files", "/opt/app/data.bak"),
        .neighbour("backup-files", "/etc/bakery.conf"),
        .artefact("blkid-tab", "/etc/blkid/blkid.tab"),
        .neighbour("blkid-tab", "/etc/blkid.conf"),
        .artefact("crash-data", "/var/crash/127.0.0.1/vmcore", finding: "/var/crash/127.0.0.1"),
        .artefact("crash-data", "/var/lib/systemd/coredump/core.sshd.0.zst"),
        .artefact("crash-data", "/core.4711"),
        .neighbour("crash-data", "/etc/kdump.conf"),
        .neighbour("crash-data", "/root/core-values.txt"),
        .artefact("cron-spool", "/var/spool/cron/root"),
        .artefact("cron-spool", "/var/spool/cron/atjobs/a0000101a2b3c4"),
        .artefact("cron-spool", "/var/spool/cron/atjobs/.SEQ", "0001f\n", becomes: .content("00000\n")),
        .artefact("cron-spool", "/var/spool/cron/tabs/root", in: [.opensuse]),
        .neighbour("cron-spool", "/etc/cron.d/job"),
        .artefact("dhcp-server-state", "/var/lib/dhcpd/dhcpd.leases"),
        .neighbour("dhcp-server-state", "/etc/dhcp/dhcpd.conf"),
        .artefact("dovecot-data", "/var/lib/dovecot/instances"),
        .neighbour("dovecot-data", "/etc/dovecot/dovecot.conf"),
        .artefact("ipa-client", "/etc/ipa/default.conf"),
        .artefact("ipa-client", "/etc/ipa/ca.crt"),
        .neighbour("ipa-client", "/etc/ipa/epn.conf"),
        .artefact("kerberos-hostkeytab", "/etc/krb5.keytab"),
        .neighbour("kerberos-hostkeytab", "/etc/krb5.conf"),
        .artefact("logfiles", "/var/log/messages"),
        .artefact("logfiles", "/var/log/wtmp", becomes: .content("")),
        .artefact("logfiles", "/var/log/daemon-own.log", becomes: .content(""), uid: 108),
        .artefact("logfiles", "/var/log/wtmp-20240101"),
        .artefact("logfiles", "/var/log/apache2/access.log"),
        .artefact("logfiles", "/var/log/journal/0123456789abcdef0123456789abcdef/system.journal"),
        .artefact("logfiles", "/var/log/anaconda/ks-script.log", in: redhat),
        .artefact("logfiles", "/var/log/installer/original-ks.cfg"),
        .artefact("logfiles", "/var/log/installer/autoinstall-user-data", in: [.ubuntu]),
        .artefact("logfiles", "/var/log/cloud-init-output.log"),
        .artefact("logfiles", "/var/log/apt/history.log", in: debians),
        .artefact("logfiles", "/var/log/zypp/history", in: [.opensuse]),
        .artefact("logfiles", "/var/log/YaST2/y2log", in: [.opensuse]),
        .artefact("logfiles", "/var/lib/logrotate/logrotate.status"),
        .neighbour("logfiles", "/etc/logrotate.d/syslog"),
        .neighbour("logfiles", "/var/lib/rsyslog/rsyslog.conf"),
        .artefact("mail-spool", "/var/spool/mail/root"),
        .neighbour("mail-spool", "/etc/aliases"),
        .artefact("pacct-log", "/var/account/pacct", becomes: .content("")),
        .artefact("pacct-log", "/var/account/pacct.1"),
        .neighbour("pacct-log", "/var/account/README"),
        .artefact("pam-data", "/var/lib/faillock/root"),
        .neighbour("pam-data", "/etc/security/faillock.conf"),
        .artefact("puppet-data-log", "/var/lib/puppet/ssl/key.pem"),
        .artefact("puppet-data-log", "/etc/puppetlabs/puppet/ssl/private_keys.pem"),
        .neighbour("puppet-data-log", "/etc/puppetlabs/puppet/puppet.conf"),
        .artefact("run-files", "/run/lock/subsys/network", finding: "/run/lock"),
        .neighbour("run-files", "/etc/tmpfiles.d/run.conf"),
        .artefact("samba-db-log", "/var/lib/samba/private/secrets.tdb"),
        .neighbour("samba-db-log", "/etc/samba/smb.conf"),
        .artefact("sssd-db-log", "/var/lib/sss/db/cache_lan.ldb"),
        .neighbour("sssd-db-log", "/etc/sssd/sssd.conf"),
        .artefact("tmp-files", "/var/tmp/left/behind", finding: "/var/tmp/left"),
        .artefact("tmp-files", "/tmp/yum.log"),
        .neighbour("tmp-files", "/srv/tmp/kept"),
        .artefact("utmp", "/var/run/utmp"),
        .neighbour("utmp", "/var/run/keep.conf"),
    ]

    private static let identities: [Planted] = [
        .artefact("machine-id", "/etc/machine-id", "0123456789abcdef0123456789abcdef\n", becomes: .content("")),
        .artefact("machine-id", "/var/lib/dbus/machine-id", "0123456789abcdef0123456789abcdef\n"),
        .neighbour("machine-id", "/etc/machine-info"),
        .artefact("random-seed", "/var/lib/systemd/random-seed"),
        .artefact("random-seed", "/boot/loader/random-seed"),
        .neighbour("random-seed", "/boot/loader/loader.conf"),
        .artefact("systemd-state", "/var/lib/systemd/credential.secret"),
        .artefact("systemd-state", "/var/lib/systemd/timers/stamp-fstrim.timer"),
        .neighbour("systemd-state", "/var/lib/systemd/linger/deploy"),
        .artefact("smolt-uuid", "/etc/smolt/uuid"),
        .neighbour("smolt-uuid", "/etc/smolt/config.py"),
        .artefact("ssh-hostkeys", "/etc/ssh/ssh_host_ed25519_key"),
        .artefact("ssh-hostkeys", "/etc/ssh/ssh_host_ed25519_key.pub"),
        .neighbour("ssh-hostkeys", "/etc/ssh/ssh_config"),
        .artefact("storage-identity", "/etc/nvme/hostid"),
        .artefact("storage-identity", "/etc/nvme/hostnqn"),
        .artefact("storage-identity", "/etc/multipath/wwids"),
        .artefact(
            "storage-identity",
            "/etc/iscsi/initiatorname.iscsi",
            "InitiatorName=iqn.1993-08.org.debian:01:ab\n",
            becomes: .content("GenerateName=yes\n"),
            in: debians
        ),
        .artefact(
            "storage-identity",
            "/etc/iscsi/initiatorname.iscsi",
            "InitiatorName=iqn.1994-05.com.redhat:ab\n",
            in: redhat.union([.opensuse])
        ),
        .neighbour("storage-identity", "/etc/iscsi/iscsid.conf"),
        .neighbour("storage-identity", "/etc/nvme/discovery.conf"),
        .neighbour("storage-identity", "/etc/multipath.conf"),
        .artefact("lvm-system-devices", "/etc/lvm/devices/system.devices"),
        .neighbour("lvm-system-devices", "/etc/lvm/lvm.conf"),
        .artefact("lvm-uuids", "/etc/lvm/backup/rhel"),
        .artefact("lvm-uuids", "/etc/lvm/archive/rhel_00000-1.vg"),
        .neighbour("lvm-uuids", "/etc/lvm/profile/default.profile"),
        .artefact("rh-subscription-manager", "/etc/pki/consumer/key.pem", in: redhat),
        .artefact("rh-subscription-manager", "/etc/insights-client/machine-id", in: redhat),
        .neighbour("rh-subscription-manager", "/etc/rhsm/rhsm.conf", in: redhat),
        .neighbour("rh-subscription-manager", "/etc/pki/consumer/key.pem", in: [.debian]),
        .artefact("rhn-systemid", "/etc/sysconfig/rhn/systemid", in: redhat),
        .neighbour("rhn-systemid", "/etc/sysconfig/rhn/up2date", in: redhat),
        .artefact("suse-registration", "/etc/zypp/credentials.d/SCCcredentials", in: [.opensuse]),
        .artefact("suse-registration", "/var/lib/zypp/AnonymousUniqueId", in: [.opensuse]),
        .neighbour("suse-registration", "/etc/SUSEConnect", in: [.opensuse]),
        .artefact("ubuntu-pro", "/var/lib/ubuntu-advantage/private/machine-token.json", in: debians),
        .artefact("ubuntu-pro", "/etc/apt/auth.conf.d/90ubuntu-advantage", in: debians),
        .neighbour("ubuntu-pro", "/etc/ubuntu-advantage/uaclient.conf", in: debians),
        .artefact("yum-uuid", "/var/lib/yum/uuid", in: redhat),
        .neighbour("yum-uuid", "/var/lib/yum/yumdb/b/bash/reason", in: redhat),
    ]

    private static let people: [Planted] = [
        .artefact("bash-history", "/root/.bash_history"),
        .artefact("bash-history", "/home/admin/.bash_history"),
        .neighbour("bash-history", "/root/.bashrc"),
        .artefact("zsh-history", "/root/.zsh_history"),
        .neighbour("zsh-history", "/root/.zshrc"),
        .artefact("shell-history", "/home/admin/.local/share/fish/fish_history"),
        .artefact("shell-history", "/root/.viminfo"),
        .artefact("shell-history", "/root/.lesshst"),
        .artefact("shell-history", "/root/.wget-hsts"),
        .neighbour("shell-history", "/root/.vimrc"),
        .neighbour("shell-history", "/home/admin/.wget-hsts-not"),
        .artefact("ssh-userdir", "/home/admin/.ssh/id_ed25519"),
        .artefact("ssh-userdir", "/root/.ssh/known_hosts"),
        .neighbour("ssh-userdir", "/root/.ssh/config"),
        .artefact("passwd-backups", "/etc/shadow-"),
        .artefact("passwd-backups", "/var/backups/shadow.bak", in: debians),
        .neighbour("passwd-backups", "/var/backups/dpkg.status.0"),
        .artefact("root-password", "/etc/shadow", shadow, becomes: .content(lockedShadow), lines: [2]),
        .neighbour("root-password", "/etc/login.defs", "UID_MIN 1000\nUID_MAX 60000\n"),
    ]

    private static let packages: [Planted] = [
        .artefact("package-manager-cache", "/var/cache/apt/archives/hello_1.0_amd64.deb"),
        .artefact("package-manager-cache", "/var/lib/apt/lists/deb.debian.org_Packages"),
        .artefact(
            "package-manager-cache",
            "/var/cache/dnf/base-1/repodata/repomd.xml",
            finding: "/var/cache/dnf/base-1"
        ),
        .artefact("package-manager-cache", "/var/cache/zypp/packages/a.rpm", finding: "/var/cache/zypp/packages"),
        .artefact("package-manager-cache", "/var/cache/yum/x86_64/7/base/repomd.xml", finding: "/var/cache/yum/x86_64"),
        .neighbour("package-manager-cache", "/var/cache/ldconfig/aux-cache"),
        .neighbour("package-manager-cache", "/etc/apt/apt.conf.d/01proxy"),
        .artefact("package-manager-history", "/var/lib/dnf/history.sqlite"),
        .artefact("package-manager-history", "/var/lib/yum/history/history-2024-01-01.sqlite"),
        .artefact("package-manager-history", "/usr/lib/sysimage/libdnf5/transaction_history.sqlite-wal", in: [.fedora]),
        .neighbour("package-manager-history", "/usr/lib/sysimage/libdnf5/packages.toml", in: [.fedora]),
        .neighbour("package-manager-history", "/var/lib/dnf/groups.json"),
        .neighbour("package-manager-history", "/var/lib/apt/extended_states", in: debians),
        .artefact("rpm-db", "/var/lib/rpm/__db.001", in: redhat.union([.opensuse])),
        .neighbour("rpm-db", "/var/lib/rpm/macros.keep", in: redhat.union([.opensuse])),
    ]

    private static let boot: [Planted] = [
        .artefact(
            "boot-environment",
            "/boot/grub2/grubenv",
            grubenv(
                "saved_entry=0123456789abcdef0123456789abcdef-5.14.0",
                kernelOptions + " ifname=e0:52:54:00:12:34:56"
            ),
            becomes: .content(grubenv(kernelOptions)),
            lines: [2],
            in: redhat.union([.opensuse])
        ),
        .artefact(
            "kernel-arguments",
            "/etc/default/grub",
            "GRUB_CMDLINE_LINUX=\"quiet ifname=e0:52:54:00:12:34:56 BOOTIF=01-52-54-00-12-34-56\"\n",
            becomes: .content("GRUB_CMDLINE_LINUX=\"quiet\"\n"),
            lines: [1]
        ),
        .artefact(
            "kernel-arguments",
            "/boot/loader/entries/0123456789abcdef0123456789abcdef-5.14.0.conf",
            "title EL\noptions root=/dev/sda1 ip=192.0.2.1::192.0.2.254:24:h:e0:none:1500:52:54:00:12:34:56 ro\n",
            becomes: .content("title EL\noptions root=/dev/sda1 ip=192.0.2.1::192.0.2.254:24:h:e0:none:1500 ro\n"),
            lines: [2],
            in: [.el8, .el9, .fedora]
        ),
        .artefact(
            "boot-environment",
            "/boot/grub/grubenv",
            grubenv("recordfail=1", "next_entry=Old"),
            becomes: .content(grubenv()),
            lines: [2, 3],
            in: debians
        ),
        .neighbour("boot-environment", "/boot/grub/unicode.pf2"),
        .neighbour("boot-environment", "/boot/grub2/device.map"),
        .neighbour("kernel-arguments", "/boot/grub/custom.cfg", "linux /vmlinuz root=LABEL=root quiet\n"),
        .artefact("installer-files", "/root/anaconda-ks.cfg"),
        .artefact("installer-files", "/ks.cfg"),
        .artefact("installer-files", "/autoinstall.yaml", in: [.ubuntu]),
        .artefact("installer-files", "/root/autoinst.xml", in: [.opensuse]),
        .artefact("installer-files", "/var/cache/debconf/passwords.dat", becomes: .content(""), in: debians),
        .artefact(
            "installer-files",
            "/etc/apt/sources.list",
            "deb cdrom:[Debian 12]/ bookworm main\n# deb cdrom:[old]/\ndeb https://deb.debian.org/debian bookworm main\n",
            becomes: .content("# deb cdrom:[old]/\ndeb https://deb.debian.org/debian bookworm main\n"),
            lines: [1],
            in: debians
        ),
        .neighbour("installer-files", "/root/kickstart-notes.txt"),
        .artefact("install-stamp", "/etc/imagebake-stamp", "imagebake 01HXYZ\n"),
        .neighbour("install-stamp", "/etc/issue"),
    ]

    private static let network: [Planted] = [
        .artefact("dhcp-client-state", "/var/lib/dhcp/dhclient.eth0.leases"),
        .artefact("dhcp-client-state", "/var/lib/dhclient/dhclient-1234-eth0.lease"),
        .artefact("dhcp-client-state", "/var/lib/dhcpcd/duid"),
        .artefact("dhcp-client-state", "/var/lib/dhcpv6/dhcp6c_duid"),
        .artefact("dhcp-client-state", "/var/lib/wicked/duid.xml", in: [.opensuse]),
        .neighbour("dhcp-client-state", "/etc/dhcp/dhclient.conf"),
        .neighbour("dhcp-client-state", "/var/lib/wicked/README"),
        .artefact(
            "net-hostname",
            ifcfg,
            ifcfgContent,
            becomes: .content(ifcfgClean),
            lines: [7],
            in: redhat
        ),
        .artefact(
            "net-hwaddr",
            "/etc/sysconfig/network-scripts/ifcfg-eth1",
            "HWADDR=52:54:00:12:34:57\nUUID=1\nONBOOT=yes\n",
            becomes: .content("ONBOOT=yes\n"),
            lines: [1, 2]
        ),
        .artefact(
            "net-hwaddr",
            "/etc/network/interfaces",
            "iface eth0 inet dhcp\n    hwaddress ether 52:54:00:12:34:56\n",
            becomes: .content("iface eth0 inet dhcp\n"),
            lines: [2],
            in: debians
        ),
        .neighbour("net-hwaddr", "/etc/sysconfig/network", "UUID=kept\n"),
        .neighbour("net-hostname", "/etc/hostname", "HOSTNAME=kept\n"),
        .artefact(
            "net-nmconn",
            "/etc/NetworkManager/system-connections/eth0.nmconnection",
            keyfile,
            becomes: .content(keyfileClean),
            lines: [3, 7, 8]
        ),
        .artefact(
            "net-nmconn",
            "/etc/NetworkManager/system-connections/port.nmconnection",
            "[connection]\nuuid=22222222-0000-4000-8000-000000000000\nmaster=33333333-0000-4000-8000-000000000000\n",
            becomes: .content("[connection]\nmaster=33333333-0000-4000-8000-000000000000\n"),
            lines: [2]
        ),
        .neighbour(
            "net-nmconn",
            "/etc/NetworkManager/system-connections/bond0.nmconnection",
            "[connection]\nuuid=33333333-0000-4000-8000-000000000000\ntype=bond\n"
        ),
        .artefact("network-manager-state", "/var/lib/NetworkManager/secret_key"),
        .artefact("network-manager-state", "/var/lib/NetworkManager/internal-1-eth0.lease"),
        .artefact("network-manager-state", "/var/lib/NetworkManager/timestamps"),
        .neighbour("network-manager-state", "/etc/NetworkManager/NetworkManager.conf"),
        .artefact(
            "netplan",
            "/etc/netplan/00-installer-config.yaml",
            netplan,
            becomes: .content(netplanClean),
            lines: [6, 12, 13],
            in: debians
        ),
        .neighbour("netplan", "/etc/netplan/01-static.yaml", "network:\n  ethernets:\n    eth1: {dhcp4: true}\n"),
        .artefact(
            "networkd",
            "/etc/systemd/network/20-wired.network",
            "[Match]\nMACAddress=52:54:00:12:34:56\n\n[Network]\nDHCP=yes\n\n[DHCPv6]\nDUIDRawData=00:01\n",
            becomes: .content("[Match]\nName=en* eth*\n\n[Network]\nDHCP=yes\n\n[DHCPv6]\n"),
            lines: [2, 8]
        ),
        .artefact(
            "networkd",
            "/etc/systemd/network/10-eth0.link",
            "[Match]\nMACAddress=52:54:00:12:34:56\n[Link]\nName=eth0\n"
        ),
        .neighbour("networkd", "/etc/systemd/network/99-default.link", "[Match]\nOriginalName=*\n"),
        .artefact("udev-persistent-net", "/etc/udev/rules.d/70-persistent-net.rules"),
        .artefact("udev-persistent-net", "/etc/udev/rules.d/75-persistent-cd.rules"),
        .neighbour("udev-persistent-net", "/etc/udev/rules.d/70-persistent-ipoib.rules"),
        .artefact(
            "resolv-conf",
            "/etc/resolv.conf",
            "search lan\nnameserver 10.0.2.3\nnameserver 192.0.2.1\n",
            becomes: .content("search lan\nnameserver 192.0.2.1\n"),
            lines: [2],
            in: [.el7, .debian, .ubuntu, .opensuse]
        ),
        .artefact(
            "resolv-conf",
            "/etc/resolv.conf",
            "# Generated by NetworkManager\nnameserver 192.0.2.1\n",
            becomes: .content(""),
            in: [.el8, .el9, .fedora]
        ),
        .neighbour("resolv-conf", "/etc/resolvconf/resolv.conf.d/base", "nameserver 10.0.2.3\n"),
    ]

    private static let cloud: [Planted] = [
        .artefact(
            "cloud-init-state",
            "/var/lib/cloud/instances/i-1/user-data.txt",
            finding: "/var/lib/cloud/instances"
        ),
        .artefact(
            "cloud-init-state",
            "/etc/netplan/50-cloud-init.yaml",
            "# This file is generated from information provided by the datasource.\nnetwork: {}\n"
        ),
        .artefact("cloud-init-state", "/etc/cloud/cloud.cfg.d/99-installer.cfg", in: [.ubuntu]),
        .neighbour("cloud-init-state", "/var/lib/cloud/seed/nocloud/meta-data"),
        .neighbour("cloud-init-state", "/etc/cloud/cloud.cfg.d/10-own.cfg"),
        .artefact(
            "cloud-config",
            "/etc/cloud/cloud.cfg",
            "users: [default]\n",
            becomes: .content(GuestTests.cloudConfig),
            in: [.el7]
        ),
        .neighbour("cloud-config", "/etc/cloud/templates/hosts.tmpl"),
    ]

    /// Of operations that run only on request, after the others.
    private static let onRequest: [Planted] = [
        .artefact("ssh-authorized-keys", "/root/.ssh/authorized_keys", "ssh-ed25519 AAAA somebody\n"),
        .neighbour("ssh-authorized-keys", "/root/.ssh/config.d/own"),
        .artefact("ca-certificates", "/etc/pki/tls/certs/host.crt"),
        .artefact("ca-certificates", "/etc/pki/tls/private/host.key"),
        .neighbour("ca-certificates", "/etc/pki/tls/certs/ca-bundle.crt"),
        .artefact("firewall-rules", "/etc/sysconfig/iptables"),
        .artefact("firewall-rules", "/etc/firewalld/zones/public.xml"),
        .neighbour("firewall-rules", "/etc/firewalld/firewalld.conf"),
        .neighbour("flag-reconfiguration", "/.configured"),
        .artefact("kerberos-data", "/var/kerberos/krb5kdc/principal"),
        .neighbour("kerberos-data", "/var/kerberos/krb5kdc/kdc.conf"),
        .neighbour("user-account", "/srv/people/shared"),
        .artefact("user-account", "/home/ada/notes.txt", finding: "/etc/passwd:4", uid: 1001),
        .artefact("user-account", "/etc/passwd", passwd, becomes: .content(passwdClean), lines: [4]),
        .artefact("user-account", "/etc/group", group, becomes: .content(groupClean), finding: "/etc/passwd:4"),
        .artefact("hostname", "/etc/hosts", hosts, becomes: .content(hostsClean), lines: [2]),
        .neighbour("hostname", "/etc/nsswitch.conf"),
    ]

    // MARK: contents

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
    static let ifcfgClean = """
        TYPE=Ethernet
        BOOTPROTO=dhcp
        # HWADDR=00:00:00:00:00:00 is a comment
        NAME=eth0
        ONBOOT=yes

        """
    static let keyfile = """
        [connection]
        id=eth0
        uuid=b3c9d1f0-0000-4000-8000-000000000000
        type=ethernet

        [ethernet]
        mac-address=52:54:00:12:34:56
        cloned-mac-address=52:54:00:12:34:56
        mac-address-blacklist=

        [ipv4]
        address1=192.0.2.10/24
        dhcp-client-id=mac

        """
    static let keyfileClean = """
        [connection]
        id=eth0
        type=ethernet

        [ethernet]
        mac-address-blacklist=

        [ipv4]
        address1=192.0.2.10/24
        dhcp-client-id=mac

        """
    static let netplan = """
        # Written by an installer
        network:
          ethernets:
            id0:
              match:
                macaddress: "52:54:00:12:34:56"
              set-name: ens3
              dhcp4: true
            ens4:
              match:
                driver: virtio_net
                macaddress: 52:54:00:12:34:57
              macaddress: 52:54:00:12:34:58
          version: 2

        """
    static let netplanClean = """
        # Written by an installer
        network:
          ethernets:
            id0:
              match:
                name: ens3
              set-name: ens3
              dhcp4: true
            ens4:
              match:
                driver: virtio_net
          version: 2

        """
    static let shadow = """
        daemon:*:19000:0:99999:7:::
        root:$6$salt$hash:19000:0:99999:7:::
        admin:$6$salt$hash:19000:0:99999:7:::

        """
    static let lockedShadow = shadow.replacing("root:$6$salt$hash", with: "root:!*")
    static let passwd = """
        root:x:0:0:root:/root:/bin/bash
        daemon:x:2:2::/:/sbin/nologin
        admin:x:990:990::/home/admin:/bin/bash
        ada:x:1001:1001:Ada:/home/ada:/bin/bash

        """
    static let passwdClean = passwd.replacing("ada:x:1001:1001:Ada:/home/ada:/bin/bash\n", with: "")
    static let group = "root:x:0:\nwheel:x:10:admin,ada\nada:x:1001:\n"
    static let groupClean = "root:x:0:\nwheel:x:10:admin\n"
    static let hosts = "127.0.0.1 localhost\n127.0.1.1 builder.lan builder\n192.0.2.1 mirror\n"
    static let hostsClean = "127.0.0.1 localhost\n192.0.2.1 mirror\n"
    static let kernelOptions = "kernelopts=root=/dev/sda1 ro crashkernel=auto"

    /// GRUB's block of 1024 bytes with these variables.
    static func grubenv(_ variables: String...) -> String {
        let text = "# GRUB Environment Block\n" + variables.map { "\($0)\n" }.joined()
        return text + String(repeating: "#", count: 1024 - text.utf8.count)
    }
}
