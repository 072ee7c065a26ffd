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
    static let cloudInit22Debian = Self(
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

    /// The modules in the cloud.cfg of cloud-init 25.1 as Debian 13 packages it, without those that upstream has dropped.
    static let cloudInit25Debian = Self(
        initial: upstreamInitial,
        config: [
            "snap", "ssh_import_id", "keyboard", "locale", "set_passwords", "grub_dpkg", "apt_pipelining",
            "apt_configure", "ntp", "timezone", "disable_ec2_metadata", "runcmd", "byobu",
        ],
        final: ["package_update_upgrade_install", "landscape", "lxd"] + upstreamFinal
    )

    /// The modules in the cloud.cfg of cloud-init 23.4 and 24.4 as EL8, EL9 and EL10 package it.
    static let cloudInit23EL = Self(
        initial: upstreamInitial,
        config: [
            "ssh_import_id", "locale", "set_passwords", "rh_subscription", "spacewalk", "yum_add_repo", "ntp",
            "timezone", "disable_ec2_metadata", "runcmd",
        ],
        final: ["package_update_upgrade_install"] + upstreamFinal
    )

    /// The modules in the cloud.cfg of cloud-init 25 as Fedora packages it.
    static let cloudInit25Fedora = Self(
        initial: upstreamInitial,
        config: [
            "ssh_import_id", "keyboard", "locale", "set_passwords", "yum_add_repo", "ntp", "timezone",
            "disable_ec2_metadata", "runcmd",
        ],
        final: ["package_update_upgrade_install"] + upstreamFinal
    )

    /// What every distribution has since 23.4; source: upstream's config/cloud.cfg.tmpl.
    private static let upstreamInitial = [
        "seed_random", "bootcmd", "write_files", "growpart", "resizefs", "disk_setup", "mounts", "set_hostname",
        "update_hostname", "update_etc_hosts", "ca_certs", "rsyslog", "users_groups", "ssh",
    ]

    private static let upstreamFinal = [
        "write_files_deferred", "puppet", "chef", "ansible", "mcollective", "salt_minion", "scripts_vendor",
        "scripts_per_once", "scripts_per_boot", "scripts_per_instance", "scripts_user", "ssh_authkey_fingerprints",
        "keys_to_console", "install_hotplug", "phone_home", "final_message", "power_state_change",
    ]
}
