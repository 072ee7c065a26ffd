@testable import Guestfs

extension MeantDifference {
    /// Every difference between our sysprep and virt-sysprep on the phony guests of the comparison.
    static let all: [MeantDifference] = defects + network + logs + caches + others

    private static let defects: [MeantDifference] = [
        MeantDifference(.content, ["/etc/machine-id"], "D1: virt-sysprep fills the emptied file again"),
        MeantDifference(
            .onlyThere,
            ["/var/lib/dbus/machine-id"],
            "D1: it empties this copy and keeps it; D-Bus takes /etc/machine-id where it has none of its own"
        ),
        MeantDifference(
            .onlyThere,
            ["/var/lib/systemd/random-seed", "/boot/loader/random-seed"],
            "D2: it writes a seed or leaves one; here there is none"
        ),
        MeantDifference(
            .content,
            [
                "/etc/sysconfig/network-scripts/ifcfg-eth0", "/etc/sysconfig/network-scripts/ifcfg-eth1",
                "/etc/network/interfaces",
            ],
            "D3: it leaves UUID, and the files of other families as they are"
        ),
        MeantDifference(
            .onlyThere,
            ["/etc/udev/rules.d/75-persistent-cd.rules"],
            "D4: it knows 70-persistent-net.rules alone"
        ),
        MeantDifference(
            .onlyThere,
            [
                "/var/lib/cloud/instances", "/var/lib/cloud/instances/**", "/etc/netplan/50-cloud-init.yaml",
                "/etc/systemd/network/10-eth0.link", "/var/lib/NetworkManager/secret_key",
                "/var/lib/NetworkManager/internal-1-eth0.lease", "/var/lib/NetworkManager/timestamps",
                "/etc/nvme/host*", "/etc/multipath/wwids", "/etc/iscsi/initiatorname.iscsi", "/ks.cfg",
                "/root/autoinst.xml", "/var/lib/logrotate/logrotate.status", "/autoinstall.yaml",
                "/etc/cloud/cloud.cfg.d/99-installer.cfg",
            ],
            "D5: it has no operation for cloud-init, networkd, NetworkManager's state, names of storage and installers"
        ),
        MeantDifference(
            .content,
            [
                "/etc/iscsi/initiatorname.iscsi", "/etc/netplan/00-installer-config.yaml",
                "/etc/systemd/network/20-wired.network", "/etc/apt/sources.list", "/var/cache/debconf/passwords.dat",
            ],
            "D5: as above, where a file stays"
        ),
        MeantDifference(
            .onlyHere,
            ["/etc/NetworkManager/system-connections/*.nmconnection"],
            "D6: it deletes every profile on the Red Hat family"
        ),
        MeantDifference(
            .content,
            ["/etc/NetworkManager/system-connections/*.nmconnection"],
            "D6: and leaves all of them as they are elsewhere"
        ),
        MeantDifference(
            .onlyHere,
            ["/etc/systemd/system/ssh.service.d", "/etc/systemd/system/ssh.service.d/imagebake-host-keys.conf"],
            "D7: without this sshd would not start on Debian"
        ),
    ]

    private static let network: [MeantDifference] = [
        MeantDifference(
            .content,
            ["/boot/grub*/grubenv", "/etc/default/grub", "/boot/loader/entries/*.conf"],
            "boot-environment, kernel-arguments: it has no such operation"
        ),
        MeantDifference(.content, ["/etc/resolv.conf"], "resolv-conf: it leaves the name servers of the install"),
        MeantDifference(
            .onlyThere,
            ["/var/lib/dhcpcd/duid", "/var/lib/dhcpv6/dhcp6c_duid", "/var/lib/wicked/duid.xml"],
            "dhcp-client-state: it knows dhclient alone"
        ),
    ]

    private static let logs: [MeantDifference] = [
        MeantDifference(
            .onlyHere,
            ["/var/log/wtmp", "/var/log/daemon-own.log", "/var/log/precious.log"],
            "logfiles empties what a program expects or what another user owns, and leaves links"
        ),
        MeantDifference(
            .onlyThere,
            [
                "/var/log/apache2/access.log", "/var/log/installer", "/var/log/anaconda", "/var/log/fifo",
                "/var/log/zypp/history", "/var/log/YaST2/y2log",
            ],
            "logfiles takes all of /var/log, and the directories of installers"
        ),
        MeantDifference(
            .onlyThere,
            ["/run/lock", "/run/lock/**"],
            "run-files: what is below /run on the disk serves nothing"
        ),
        MeantDifference(.content, ["/var/account/pacct"], "pacct-log goes by the file, not by the guest's family"),
        MeantDifference(.onlyThere, ["/var/account/pacct.1"], "pacct-log, as above"),
        MeantDifference(
            .permissions,
            ["/var/account/pacct"],
            "pacct-log keeps the file's mode, where virt-sysprep makes it anew"
        ),
        MeantDifference(
            .onlyThere,
            ["/core.4711", "/var/lib/systemd/coredump/core.sshd.0.zst"],
            "crash-data takes core dumps too"
        ),
    ]

    private static let caches: [MeantDifference] = [
        MeantDifference(
            .onlyThere,
            [
                "/var/cache/dnf/base-1", "/var/cache/dnf/base-1/**", "/var/cache/yum/x86_64",
                "/var/cache/yum/x86_64/**", "/var/cache/zypp/packages", "/var/cache/zypp/packages/**",
                "/var/cache/apt/archives/hello_1.0_amd64.deb", "/var/lib/apt/lists/deb.debian.org_Packages",
            ],
            "package-manager-cache: lists too, and directories, whichever package manager the guest has"
        ),
        MeantDifference(
            .onlyThere,
            [
                "/var/lib/dnf/history.sqlite", "/var/lib/yum/history/history-2024-01-01.sqlite",
                "/usr/lib/sysimage/libdnf5/transaction_history.sqlite-wal",
            ],
            "package-manager-history: it has no such operation"
        ),
        MeantDifference(
            .onlyThere,
            [
                "/root/.lesshst", "/root/.viminfo", "/root/.wget-hsts", "/home/admin/.local/share/fish/fish_history",
                "/home/admin/.python_history",
            ],
            "shell-history: it knows bash and zsh"
        ),
        MeantDifference(
            .onlyThere,
            ["/root/.zsh_history", "/etc/lvm/devices/system.devices"],
            "operations of virt-sysprep that are newer than the one that Debian 12 has"
        ),
    ]

    private static let others: [MeantDifference] = [
        MeantDifference(
            .content,
            ["/etc/precious"],
            "it edits an ifcfg file that is a link, and with it whatever the link leads to"
        ),
        MeantDifference(
            .onlyThere,
            ["/etc/pki/consumer/key.pem", "/etc/sysconfig/rhn/systemid"],
            "rh-subscription-manager, rhn-systemid: it looks at RHEL alone, and its rebuilds and Fedora have the same files"
        ),
        MeantDifference(
            .onlyHere,
            [
                "/etc/systemd/system/iscsid.service.d",
                "/etc/systemd/system/iscsid.service.d/imagebake-initiator-name.conf",
            ],
            "storage-identity: nothing else makes a new name on release 7 of the Red Hat family"
        ),
        MeantDifference(.content, ["/etc/cloud/cloud.cfg"], "cloud-config: the recipe's own file"),
        MeantDifference(.permissions, ["/etc/cloud/cloud.cfg"], "cloud-config, as above"),
        MeantDifference(
            .onlyThere,
            ["/etc/lvm/archive/rhel_00000-1.vg", "/etc/lvm/backup/rhel"],
            "lvm-uuids: LVM's copies hold the old UUIDs"
        ),
        MeantDifference(
            .onlyThere,
            [
                "/var/lib/systemd/credential.secret", "/var/lib/systemd/timers/stamp-fstrim.timer",
                "/var/lib/faillock/root", "/etc/puppetlabs/puppet/ssl/private_keys.pem",
            ],
            "secrets and state that it does not know: systemd-state, pam-data, puppet-data-log"
        ),
        MeantDifference(
            .onlyThere,
            [
                "/etc/apt/auth.conf.d/90ubuntu-advantage", "/var/lib/ubuntu-advantage/private/machine-token.json",
                "/etc/zypp/credentials.d/SCCcredentials", "/var/lib/zypp/AnonymousUniqueId",
                "/etc/insights-client/machine-id",
            ],
            "subscriptions of Ubuntu and SUSE, and Insights: it knows RHEL's and the Red Hat Network alone"
        ),
        MeantDifference(
            .onlyHere,
            ["/home/admin/.ssh", "/root/.ssh", "/root/.ssh/**"],
            "ssh-userdir keeps what a recipe asked for: authorized_keys and config"
        ),
        MeantDifference(
            .onlyThere,
            ["/var/lib/yum/uuid"],
            "yum-uuid goes by the file, not by the guest's package manager"
        ),
        MeantDifference(.content, ["/etc/shadow"], "root-password: the recipe's own word"),
        MeantDifference(.onlyThere, ["/etc/imagebake-stamp"], "install-stamp: our installer's own"),
    ]
}
