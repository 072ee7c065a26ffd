extension KeyDocumentation {
    /// Every key in the order in which recipes are written and `imagebake fmt` puts them; a test holds the table to the readers.
    static let all: [KeyDocumentation] =
        top + machine + install + systemBasics + systemNetwork + systemDisk + systemAccounts + systemSoftware
        + cloudInit + customize + images

    private static let top: [KeyDocumentation] = [
        .init("version", "The version of the recipe format."),
        .init("name", "The name of the recipe and, where `publish` says nothing else, of its image."),
        .init("description", "What the image is, in one line."),
        .init("extends", "The recipe that this one extends, or several: names of recipes that ship, or files."),
        .init("os", "The operating system that is installed."),
        .init("arch", "The processor architecture of the guest and of the image."),
        .init(
            "variables",
            "Values that the recipe refers to with `${{ NAME }}`; each is its default, or a mapping that says more."
        ),
        .init("variables.NAME.type", "Its type; that of the default where it is left out."),
        .init("variables.NAME.default", "Its value where nobody gives one; without it somebody must."),
        .init("variables.NAME.description", "What it is for."),
        .init("variables.NAME.values", "The only values that it may have."),
        .init("variables.NAME.pattern", "A regular expression that its values match."),
        .init("secrets", "Where the values of secrets come from; they are never in a recipe, a log or a process list."),
        .init("secrets.NAME.env", "The environment variable that holds it."),
        .init("secrets.NAME.file", "The file that holds it."),
        .init("secrets.NAME.command", "The program that prints it, and its arguments."),
    ]

    private static let machine: [KeyDocumentation] = [
        .init("machine", "The guest in which the installer runs."),
        .init("machine.memory", "Its memory."),
        .init("machine.vcpus", "The number of its virtual processors."),
        .init("machine.firmware", "Its firmware; the installed system boots through the same."),
        .init(
            "machine.disk",
            "The size of its disk, which is the virtual size of the image; or a mapping with `size` and `bus`."
        ),
        .init("machine.disk.size", "The size of the disk."),
        .init("machine.disk.bus", "The bus that the disk hangs on while the installer runs."),
        .init(
            "machine.network",
            "How it reaches the world while the installer runs: `user`, or a libvirt network or a bridge of the host."
        ),
        .init("machine.network.network", "The name of a libvirt network."),
        .init("machine.network.bridge", "The name of a bridge of the host."),
        .init("machine.mac", "The hardware address of its network card; random where it is left out."),
        .init("machine.graphics", "Whether it has a screen, to be seen through VNC on 127.0.0.1."),
        .init("machine.tpm", "Whether it has a TPM 2.0."),
    ]

    private static let install: [KeyDocumentation] =
        [
            .init("install", "Where the installer comes from and how it is run."),
            .init(
                "install.location",
                "The install tree: a URL, a directory, an ISO (a path that ends in .iso), or `built-in` for Debian."
            ),
            .init("install.pin", "What the install tree must be, whoever serves it; `imagebake pin` writes it."),
            .init(
                "install.pin.treeinfo",
                "The SHA-256 digest of the tree's .treeinfo, or of it with kernel and initrd where it has no SHA-2 checksums for them."
            ),
            .init("install.pin.checksum", "The SHA-256 digest of a medium."),
            .init("install.pin.checksum_file", "The signed file with the checksum of a medium."),
            .init("install.pin.signature", "The file with the signature, where it is not in the signed file itself."),
            .init("install.pin.gpg_key", "The file of the OpenPGP key that signed the checksums of a medium."),
            .init(
                "install.kernel_arguments",
                "Arguments for the installer's kernel, after those that imagebake gives it."
            ),
            .init("install.proxy", "The proxy through which the installer fetches."),
            .init("install.deadline", "The time after which an install that still runs is given up."),
            .init(
                "install.watchdog",
                "For how long the guest may do nothing; where it is left out, 5 minutes under KVM and 15 under TCG."
            ),
            .init("install.kickstart", "A complete kickstart of your own in place of a rendered one."),
            .init("install.kickstart_template", "A Mustache template in place of the one for the operating system."),
            .init("install.repositories", "Package repositories beside the install tree."),
            .init(
                "install.repositories[].name",
                "A name for it, unique in the recipe; that of a default repository puts it in its place."
            ),
            .init("install.repositories[].url", "Where it is; or give `mirrorlist` or `metalink`."),
            .init("install.repositories[].mirrorlist", "The URL of a list of mirrors."),
            .init("install.repositories[].metalink", "The URL of a metalink."),
            .init("install.repositories[].cost", "Of two repositories with the same package the cheaper one gives it."),
            .init("install.repositories[].include", "The only packages that are taken from it; patterns are allowed."),
            .init("install.repositories[].exclude", "Packages that are not taken from it; patterns are allowed."),
            .init(
                "install.repositories[].gpgkey",
                "The URL of the key of its packages, which the installed system is told to trust."
            ),
            .init("install.repositories[].keep", "Whether the installed system keeps the repository."),
            .init("install.files", "Files that the installer finds in its own environment."),
            .init("install.files[].source", "The file, below the directory of the recipe."),
            .init("install.files[].path", "Where the installer finds it."),
            .init("install.files[].mode", "Its permissions."),
        ] + script("install.pre", "Scripts that run before anything is written to the disk.")
        + script("install.post", "Scripts that run in the installed system.")
        + [
            .init(
                "install.post[].nochroot",
                "Whether it runs in the installer's own system, with the installed one below /mnt/sysimage."
            )
        ]
        + script("install.onerror", "Scripts that run when the installer fails.")

    private static func script(_ path: String, _ summary: String) -> [KeyDocumentation] {
        [
            .init(path, summary),
            .init("\(path)[].interpreter", "The program that runs it; the installer's shell where it is left out."),
            .init("\(path)[].log", "The file for its output, in the system in which it runs."),
            .init("\(path)[].erroronfail", "Whether its failure fails the install."),
            .init("\(path)[].script", "The script."),
        ]
    }

    private static let systemBasics: [KeyDocumentation] = [
        .init("system", "The system that the installer sets up."),
        .init("system.locale", "The locale."),
        .init("system.keyboard", "The keyboard map."),
        .init("system.timezone", "The time zone and the clock."),
        .init("system.timezone.name", "The time zone by its name in the tz database."),
        .init("system.timezone.utc", "Whether the hardware clock keeps UTC."),
        .init("system.timezone.ntp", "Time servers; an empty list switches them off."),
    ]

    private static let systemNetwork: [KeyDocumentation] = [
        .init("system.network", "The network of the installed system, until cloud-init sets it up."),
        .init("system.network.device", "The network device; the first with a link where it is left out."),
        .init("system.network.bootproto", "Whether the address comes by DHCP or stands here."),
        .init("system.network.ip", "The address; with `bootproto: static`."),
        .init("system.network.netmask", "The netmask; with `bootproto: static`."),
        .init("system.network.gateway", "The gateway; with `bootproto: static`."),
        .init("system.network.nameservers", "The name servers; with `bootproto: static`."),
        .init("system.network.onboot", "Whether the device is up after boot."),
        .init("system.network.ipv6", "IPv6: a flag, `auto`, `dhcp`, or an address with its prefix."),
        .init("system.network.ipv6_gateway", "The IPv6 gateway, where `ipv6` is an address."),
        .init("system.network.mtu", "The largest packet of the device, in bytes."),
        .init("system.network.hostname", "The host name, until cloud-init sets it."),
        .init(
            "system.network.nozeroconf",
            "Whether NOZEROCONF is set, so that no route leads to 169.254.0.0/16 but the cloud's (EL7)."
        ),
    ]

    private static let systemDisk: [KeyDocumentation] = [
        .init("system.disk_label", "The kind of partition table."),
        .init(
            "system.partitions",
            "The file systems, one of them for `/`; where it is left out, a root that grows and what the firmware needs."
        ),
        .init("system.partitions[].mount", "Where it is mounted; or `swap`, or `biosboot`."),
        .init("system.partitions[].fstype", "The file system."),
        .init("system.partitions[].size", "Its size, in whole MiB."),
        .init(
            "system.partitions[].grow",
            "Whether it takes what is left of the disk, or of the volume group."
        ),
        .init("system.partitions[].maxsize", "How far it grows."),
        .init("system.partitions[].asprimary", "Whether it must be a primary partition."),
        .init(
            "system.partitions[].label",
            "The label of the file system, of at most 16 characters; xfs takes 12, vfat and efi 11."
        ),
        .init("system.partitions[].fsoptions", "The mount options, as /etc/fstab has them."),
        .init("system.partitions[].lvm", "The volume group in which it is a logical volume."),
        .init("system.partitions[].lvm.group", "The volume group."),
        .init("system.partitions[].lvm.name", "The logical volume."),
        .init("system.partitions[].btrfs", "The btrfs volume in which it is a subvolume."),
        .init("system.partitions[].btrfs.volume", "The label of the volume."),
        .init("system.partitions[].btrfs.name", "The subvolume."),
        .init("system.bootloader", "The boot loader."),
        .init("system.bootloader.append", "Kernel arguments of the installed system."),
        .init("system.bootloader.timeout", "The seconds that it waits."),
        .init("system.bootloader.location", "Where it is put."),
    ]

    private static let systemAccounts: [KeyDocumentation] = [
        .init(
            "system.root_password",
            "The password of root: `random`, an environment variable or a file; it is hashed, and never in a recipe."
        ),
        .init("system.root_password.env", "The environment variable that holds it."),
        .init("system.root_password.file", "The file whose first line it is."),
        .init("system.root_password.secret", "The secret that holds it."),
        .init("system.lock_root", "Whether sysprep locks the password of root in the finished image."),
        .init("system.users", "Accounts beside root and cloud-init's default user."),
        .init("system.users[].name", "The name of the account."),
        .init("system.users[].uid", "Its number."),
        .init("system.users[].gecos", "The full name."),
        .init("system.users[].groups", "Groups beside its own."),
        .init("system.users[].shell", "The login shell."),
        .init("system.users[].ssh_keys", "Public keys with which it can log in."),
        .init("system.users[].sudo", "Whether it may become root without a password."),
        .init("system.users[].password", "Its password, from a secret; locked where it is left out."),
        .init("system.users[].password.secret", "The name of the secret."),
    ]

    private static let systemSoftware: [KeyDocumentation] = [
        .init("system.packages", "Packages beside the default ones; `@name` is a group, `@^name` an environment."),
        .init(
            "system.exclude_packages",
            "Packages that are not installed; a default one that is named here is dropped."
        ),
        .init("system.modules", "Streams of modules that are enabled (EL8, EL9)."),
        .init("system.services", "Services to switch on and off."),
        .init("system.services.enabled", "Services that start at boot."),
        .init("system.services.disabled", "Services that do not."),
        .init("system.firewall", "The firewall: `enabled`, `disabled`, or a mapping with what it lets in."),
        .init("system.firewall.enabled", "Whether it is on."),
        .init("system.firewall.services", "Services that it lets in, by firewalld's names."),
        .init("system.firewall.ports", "Ports that it lets in."),
        .init("system.selinux", "The mode of SELinux."),
        .init("system.fips", "Whether the system runs in FIPS mode (EL8 and later)."),
        .init("system.subscription", "How the system is registered with Red Hat while it is installed (rhel9)."),
        .init("system.subscription.organization", "The number of the organization."),
        .init("system.subscription.activation_key", "The activation key, from a secret."),
        .init("system.subscription.activation_key.secret", "The name of the secret."),
        .init("system.password_hashing", "How passwords are hashed (EL7)."),
        .init(
            "system.x11",
            "Whether Anaconda sets up the display server that `packages` name (no `skipx`); it installs none by itself."
        ),
    ]

    private static let cloudInit: [KeyDocumentation] = [
        .init("cloud_init", "What cloud-init does in a clone of the image: its cloud.cfg."),
        .init("cloud_init.default_user", "The user that is made on first boot."),
        .init("cloud_init.default_user.name", "The name of the account."),
        .init("cloud_init.default_user.gecos", "The full name."),
        .init("cloud_init.default_user.groups", "Groups beside its own."),
        .init("cloud_init.default_user.shell", "The login shell."),
        .init("cloud_init.default_user.sudo", "Rules for sudoers, without the name of the user."),
        .init("cloud_init.default_user.lock_passwd", "Whether its password is locked."),
        .init(
            "cloud_init.default_user.ssh_authorized_keys",
            "Public keys that every clone lets in, beside the cloud's."
        ),
        .init("cloud_init.disable_root", "Whether root cannot log in with the keys of the cloud."),
        .init("cloud_init.ssh_pwauth", "Whether sshd takes passwords."),
        .init("cloud_init.ssh_deletekeys", "Whether host keys are made anew on first boot."),
        .init(
            "cloud_init.datasources",
            "The data sources that are tried, in cloud-init's words; all where it is left out."
        ),
        .init("cloud_init.network", "What cloud-init does with the network."),
        .init(
            "cloud_init.network.config",
            "A configuration that the image brings along; the data source's where it is left out."
        ),
        .init("cloud_init.network.renderers", "Ways to write it, the preferred one first."),
        .init("cloud_init.modules", "The modules of the three stages."),
        .init("cloud_init.modules.init", "The modules of the first stage."),
        .init("cloud_init.modules.config", "The modules of the second stage."),
        .init("cloud_init.modules.final", "The modules of the last stage."),
        .init("cloud_init.file", "A complete cloud.cfg of your own in place of a rendered one."),
        .init("cloud_init.template", "A Mustache template in place of the one for the operating system."),
    ]

    private static let images: [KeyDocumentation] = [
        .init("sysprep", "What is taken out of the installed disk, beside what always is."),
        .init("sysprep.enable", "Operations that run although they do not by default."),
        .init("sysprep.disable", "Operations that do not run."),
        .init(
            "sysprep.allow",
            "Files in which private keys, keys that log in and password hashes are meant to be; patterns."
        ),
        .init(
            "sysprep.shrink",
            "Whether the last file system and the disk are made as small as they can be, with some room left; not with XFS."
        ),
        .init("outputs", "The image files that are made."),
        .init(
            "outputs[].format",
            "The format; `ami` is the root file system alone, with kernel and initrd as two more images."
        ),
        .init("outputs[].compression", "How a qcow2 image is compressed; `zstd` for qcow2, `none` for the others."),
        .init("publish", "Where the images are published, and how they appear there."),
        .init(
            "publish[].registry",
            "The registry: `local`, or a cloud of clouds.yaml; `envvars` is the one that the OS_* variables make."
        ),
        .init("publish[].name", "The name of the image; the recipe's where it is left out."),
        .init("publish[].visibility", "Who sees it."),
        .init("publish[].protected", "Whether it cannot be deleted."),
        .init("publish[].tags", "Its tags."),
        .init("publish[].properties", "Its properties, in Glance's words, such as `hw_disk_bus`."),
        .init("publish[].min_ram", "The memory that an instance must have; by the system where it is left out."),
        .init(
            "publish[].keep",
            "The name moves: the newest image has it, those before get their dates, and so many stay in use."
        ),
        .init("publish[].retire", "What becomes of the images that are older than those that are kept."),
        .init("publish[].store", "The store of the cloud that the image goes to; its usual one where it is left out."),
        .init(
            "publish[].format",
            "The only format that is published there; each output where it is left out, and `raw` for an `rbd` store."
        ),
        .init("publish[].profile", "A standard whose properties the image must have."),
    ]
}
