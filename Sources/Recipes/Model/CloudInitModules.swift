extension Recipe.CloudInit.Modules {
    /// The modules in the cloud.cfg of cloud-init 19.4 as CentOS 7.9 packages it.
    static let cloudInit19EL7 = Self(
        initial: [
            "disk_setup", "migrator", "bootcmd", "write-files", "growpart", "resizefs", "set_hostname",
            "update_hostname", "update_etc_hosts", "rsyslog", "users-groups", "ssh",
        ],
        config: [
            "mounts", "locale", "set-passwords", "rh_subscription", "yum-add-repo", "package-update-upgrade-install",
            "timezone", "puppet", "chef", "salt-minion", "mcollective", "disable-ec2-metadata", "runcmd",
        ],
        final: [
            "rightscale_userdata", "scripts-per-once", "scripts-per-boot", "scripts-per-instance", "scripts-user",
            "ssh-authkey-fingerprints", "keys-to-console", "phone-home", "final-message", "power-state-change",
        ]
    )

    /// The modules in the cloud.cfg of cloud-init 22.4 as Debian 12 packages it.
    static let cloudInit22 = Self(
        initial: [
            "migrator", "seed_random", "bootcmd", "write-files", "growpart", "resizefs", "disk_setup", "mounts",
            "set_hostname", "update_hostname", "update_etc_hosts", "ca-certs", "rsyslog", "users-groups", "ssh",
        ],
        config: [
            "snap", "ssh-import-id", "keyboard", "locale", "set-passwords", "grub-dpkg", "apt-pipelining",
            "apt-configure", "ntp", "timezone", "disable-ec2-metadata", "runcmd", "byobu",
        ],
        final: [
            "package-update-upgrade-install", "fan", "landscape", "lxd", "write-files-deferred", "puppet", "chef",
            "mcollective", "salt-minion", "reset_rmc", "refresh_rmc_and_interface", "rightscale_userdata",
            "scripts-vendor", "scripts-per-once", "scripts-per-boot", "scripts-per-instance", "scripts-user",
            "ssh-authkey-fingerprints", "keys-to-console", "install-hotplug", "phone-home", "final-message",
            "power-state-change",
        ]
    )
}
