/// A part of the documentation of the keys: those below some paths, and examples that use each of them.
struct ManualSection {
    let title: String

    /// The paths of its keys begin so; a key belongs to the first section that has it.
    let prefixes: [String]
    let introduction: String
    let examples: [ManualExample]
}

extension ManualSection {
    static let all: [ManualSection] = [
        ManualSection(
            title: "The recipe",
            prefixes: ["version", "name", "description", "os", "arch"],
            introduction:
                "A recipe needs `version`, `name` and `os`, and builds with nothing else where the distribution has public mirrors.",
            examples: [ManualExample("description: a server\nos: rocky9\narch: x86_64")]
        ),
        ManualSection(
            title: "Bases, variables, secrets",
            prefixes: ["extends", "variables", "secrets"],
            introduction:
                "How values go together and where they may stand is told in [recipe-language.md](recipe-language.md).",
            examples: [
                ManualExample(
                    """
                    extends: rocky9
                    variables:
                      host: web1
                      release:
                        type: string
                        default: stable
                        description: the release to deploy
                        values: [stable, testing]
                        pattern: "[a-z]+"
                    secrets:
                      token: {env: DEPLOY_TOKEN}
                      license: {file: motd}
                      root: {command: [pass, show, images/root]}
                    system:
                      network: {hostname: "${{ host }}.example.org"}
                      root_password: {secret: root}
                    install:
                      post:
                        - script: |
                            deploy --token=${{ secrets.token }} ${{ release }}
                    """
                )
            ]
        ),
        ManualSection(
            title: "machine",
            prefixes: ["machine"],
            introduction:
                "None of it is in the kickstart: it is the libvirt domain in which the installer runs; [machine.md](machine.md) says what each becomes there.",
            examples: [
                ManualExample(
                    """
                    machine:
                      memory: 4 GiB
                      vcpus: 4
                      firmware: bios
                      disk: {size: 20 GiB, bus: scsi}
                      network: {network: default}
                      mac: "52:54:00:12:34:56"
                      graphics: vnc
                      tpm: true
                    """
                ),
                ManualExample("machine:\n  firmware: uefi\n  network: {bridge: br0}"),
            ]
        ),
        ManualSection(
            title: "install: the tree",
            prefixes: [
                "install", "install.location", "install.pin", "install.kernel_arguments", "install.proxy",
                "install.deadline", "install.watchdog",
            ],
            introduction: "A relative path is relative to the file that says it.",
            examples: [
                ManualExample(
                    """
                    install:
                      location: https://mirror.example.org/rocky/9/BaseOS/x86_64/os/
                      pin:
                        treeinfo: sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
                      kernel_arguments: [net.ifnames=0]
                      proxy: http://proxy.example.org:3128/
                      deadline: 90m
                      watchdog: 10m
                    """
                ),
                ManualExample(
                    """
                    install:
                      location: Rocky-9-x86_64-dvd.iso
                      pin:
                        checksum: sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
                        checksum_file: CHECKSUM
                        signature: CHECKSUM.asc
                        gpg_key: release.asc
                    """
                ),
            ]
        ),
        ManualSection(
            title: "install: repositories, files, scripts",
            prefixes: [
                "install.repositories", "install.files", "install.pre", "install.post", "install.onerror",
            ],
            introduction: """
                A script fails the install where it fails, unless `erroronfail: false` says otherwise; kickstart's own default is the \
                other way round. What the installer of a system cannot do is an error.

                Files of `install.files` are where `%pre`, `%onerror` and `%post` with `nochroot` find them. Anaconda's come below `/updates` of \
                the initrd, and dracut copies them from there into the system in which Anaconda runs before it starts it. Paths that the \
                installer needs itself, or that something is mounted over, are errors: `/etc/passwd`, `/usr/bin/sh`, all below `/bin`, \
                `/lib64`, `/usr/lib/systemd`, `/dev`, `/proc`, `/sys`, `/tmp`, `/mnt`, `/boot`, `/run/install` and the like.

                A repository of the name of one that the system has by default, such as AppStream, takes its place.
                """,
            examples: [
                ManualExample(
                    """
                    install:
                      repositories:
                        - name: epel
                          url: https://dl.fedoraproject.org/pub/epel/9/Everything/x86_64/
                          cost: 2000
                          include: [htop, "python3-*"]
                          exclude: [ansible]
                          gpgkey: https://dl.fedoraproject.org/pub/epel/RPM-GPG-KEY-EPEL-9
                          keep: true
                        - {name: crb, mirrorlist: "https://mirrors.rockylinux.org/mirrorlist?arch=x86_64&repo=rocky-CRB-9"}
                        - {name: local, metalink: "https://mirrors.example.org/metalink?repo=local-9"}
                    """
                ),
                ManualExample(
                    """
                    install:
                      files:
                        - {source: motd, path: /run/imagebake/motd, mode: "0644"}
                      pre:
                        - script: echo before
                          interpreter: /usr/bin/bash
                          log: /tmp/pre.log
                          erroronfail: false
                      post:
                        - script: cp /run/imagebake/motd /mnt/sysimage/etc/motd
                          interpreter: /usr/bin/bash
                          log: /tmp/post.log
                          erroronfail: true
                          nochroot: true
                      onerror:
                        - script: dmesg
                          interpreter: /usr/bin/bash
                          log: /dev/console
                          erroronfail: false
                    """
                ),
            ]
        ),
        ManualSection(
            title: "install: a kickstart of your own",
            prefixes: ["install.kickstart", "install.kickstart_template"],
            introduction: """
                A complete kickstart is used as it is, save for placeholders, each a word without quotes: `@{stamp}`, which the last `%post` \
                must write to `/etc/imagebake-stamp`, `@{location}`, `@{root_password_hash}` and `@{secret:NAME}`. It must end in \
                `poweroff`, and every section in `%end`. Keys that only a rendered kickstart follows are errors beside it, and so are keys whose names a template does not use. A template can \
                take parts of those in `templates/kickstart/` with `{{> kickstart/disk}}`.
                """,
            examples: [
                ManualExample("install:\n  kickstart: own.ks"),
                ManualExample("install:\n  kickstart_template: own.ks.mustache"),
            ]
        ),
        ManualSection(
            title: "system: language, clock, network",
            prefixes: ["system", "system.locale", "system.keyboard", "system.timezone", "system.network"],
            introduction: """
                cloud-init sets up the network of a clone anew; this is what the image has until then. To keep it, say \
                `cloud_init: {network: {config: disabled}}`. A device is called `eth0` only where `net.ifnames=0` is in \
                `install.kernel_arguments` and in `system.bootloader.append`; otherwise it has a name such as `enp1s0`.
                """,
            examples: [
                ManualExample(
                    """
                    system:
                      locale: de_DE.UTF-8
                      keyboard: de
                      timezone: {name: Europe/Berlin, utc: false, ntp: [0.pool.ntp.org]}
                      network:
                        device: eth0
                        bootproto: static
                        ip: 192.0.2.7
                        netmask: 255.255.255.0
                        gateway: 192.0.2.1
                        nameservers: [192.0.2.53]
                        onboot: true
                        ipv6: 2001:db8::7/64
                        ipv6_gateway: 2001:db8::1
                        mtu: 9000
                        hostname: web.example.org
                    """
                ),
                ManualExample("system:\n  network: {ipv6: false, nozeroconf: true}", os: "centos7"),
            ]
        ),
        ManualSection(
            title: "system: disk and boot loader",
            prefixes: ["system.disk_label", "system.partitions", "system.bootloader"],
            introduction: """
                Names of partitions are kickstart's. The installer of Debian makes at most 4 partitions in an MBR, and no LVM. A volume \
                group takes what is left of the disk where one of its volumes grows, or where nothing grows: then volumes can be made there \
                later.
                """,
            examples: [
                ManualExample(
                    """
                    system:
                      disk_label: mbr
                      partitions:
                        - {mount: /boot, fstype: xfs, size: 1 GiB, asprimary: true, label: boot}
                        - {mount: /, fstype: xfs, size: 4 GiB, grow: true, maxsize: 8 GiB, lvm: {group: rocky, name: root}}
                        - {mount: /var, fstype: xfs, size: 2 GiB, fsoptions: "nodev,nosuid", lvm: {group: rocky, name: var}}
                      bootloader: {append: [console=ttyS0], timeout: 3, location: mbr}
                    """
                ),
                ManualExample(
                    """
                    system:
                      disk_label: gpt
                      partitions:
                        - {mount: biosboot, fstype: biosboot, size: 1 MiB}
                        - {mount: /boot, fstype: ext4, size: 1 GiB}
                        - {mount: /, size: 4 GiB, grow: true, btrfs: {volume: system, name: root}}
                        - {mount: /home, size: 4 GiB, btrfs: {volume: system, name: home}}
                    """,
                    os: "fedora45"
                ),
            ]
        ),
        ManualSection(
            title: "system: accounts",
            prefixes: ["system.root_password", "system.lock_root", "system.users"],
            introduction:
                "No password stands in a recipe. Root's is random where nothing is said, and locked in the finished image.",
            examples: [
                ManualExample(
                    """
                    secrets:
                      ada: {env: ADA_PASSWORD}
                    system:
                      root_password: {env: ROOT_PASSWORD}
                      lock_root: true
                      users:
                        - name: ada
                          uid: 1500
                          gecos: Ada Lovelace
                          groups: [wheel]
                          shell: /bin/bash
                          ssh_keys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDlJwzVNTqI3yoCV+8nHLqTlGLSVxFo6n5jIWQcuQ8hF ada]
                          sudo: true
                          password: {secret: ada}
                    """
                ),
                ManualExample("system:\n  root_password: {file: motd}"),
                ManualExample("secrets:\n  root: {file: motd}\nsystem:\n  root_password: {secret: root}"),
            ]
        ),
        ManualSection(
            title: "system: software and security",
            prefixes: [
                "system.packages", "system.exclude_packages", "system.modules", "system.services", "system.firewall",
                "system.selinux",
                "system.fips", "system.subscription", "system.password_hashing", "system.x11",
            ],
            introduction: "A key without a default leaves it as the distribution has it.",
            examples: [
                ManualExample(
                    """
                    system:
                      packages: ["@^minimal-environment", nginx]
                      exclude_packages: [qemu-guest-agent]
                      modules: ["nodejs:20"]
                      services: {enabled: [nginx], disabled: [kdump]}
                      firewall: {enabled: true, services: [https], ports: [8443/tcp]}
                      selinux: enforcing
                      fips: true
                      x11: true
                    """
                ),
                ManualExample("system:\n  firewall: disabled\n  password_hashing: sha512", os: "centos7"),
                ManualExample(
                    """
                    secrets:
                      key: {env: ACTIVATION_KEY}
                    install:
                      location: https://mirror.example.org/rhel9/
                    system:
                      subscription:
                        organization: "1234567"
                        activation_key: {secret: key}
                    """,
                    os: "rhel9",
                    base: "install: {location: https://mirror.example.org/rhel9/}"
                ),
            ]
        ),
        ManualSection(
            title: "cloud_init",
            prefixes: ["cloud_init"],
            introduction: "Defaults are those of the distribution's own cloud-init package.",
            examples: [
                ManualExample(
                    """
                    cloud_init:
                      default_user:
                        name: ada
                        gecos: Ada Lovelace
                        groups: [wheel]
                        shell: /bin/bash
                        sudo: ["ALL=(ALL) NOPASSWD:ALL"]
                        lock_passwd: true
                        ssh_authorized_keys:
                          - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDlJwzVNTqI3yoCV+8nHLqTlGLSVxFo6n5jIWQcuQ8hF ada
                      disable_root: false
                      ssh_pwauth: true
                      ssh_deletekeys: false
                      datasources: [NoCloud, ConfigDrive]
                      network: {config: dhcp, renderers: [network-manager]}
                      modules:
                        init: [growpart, resizefs, set_hostname, users-groups, ssh]
                        config: [runcmd]
                        final: [scripts-user]
                    """
                ),
                ManualExample("cloud_init:\n  file: own.cfg"),
                ManualExample("cloud_init:\n  template: own.cfg.mustache"),
            ]
        ),
        ManualSection(
            title: "customize",
            prefixes: ["customize"],
            introduction: """
                The steps run on the installed disk, in this order, before sysprep cleans what they leave behind; a change runs sysprep again and \
                not the install. Each is a mapping with one key. Files are looked for below the directory of the recipe, which no path and no link \
                leaves. `docs/customize.md` says how programs run.
                """,
            examples: [
                ManualExample(
                    """
                    secrets:
                      token: {env: DEPLOY_TOKEN}
                    customize:
                      - write: {path: /etc/motd, content: "Welcome.\\n", mode: "0644"}
                      - write:
                          path: /etc/app/token
                          content: {secret: token}
                          mode: "0640"
                          owner: root
                          group: adm
                      - upload: {from: motd, to: /etc/issue, mode: "0644", owner: root, group: root}
                      - copy_in: {from: tree, to: /etc/app, mode: "0640", owner: root, group: adm}
                      - edit:
                          path: /etc/ssh/sshd_config
                          match: ^#?PermitRootLogin .*
                          replace: PermitRootLogin no
                          missing: append
                      - delete: [/var/cache/app/*, /etc/app/old.conf]
                      - mkdir: {path: /srv/www, mode: "0755", owner: root, group: root}
                      - chmod: {path: /srv/www, mode: "2775", recursive: false}
                      - chown: {path: /srv/www, owner: ada, group: "33", recursive: true}
                      - link: {path: /etc/app/current, target: motd}
                      - touch: /etc/cloud/cloud-init.disabled
                      - truncate: /etc/issue.net
                    """
                ),
                ManualExample(
                    """
                    secrets:
                      ada: {env: ADA_PASSWORD}
                    customize:
                      - run:
                          script: |
                            update-ca-trust
                            echo done
                          interpreter: /bin/bash
                          limit: 5m
                      - run: {command: [/usr/bin/make, -C, /srv/www], network: true}
                      - install: [nginx]
                      - install: {packages: [curl], files: [agent.rpm], network: true, limit: 1h}
                      - remove: [postfix]
                      - update: all
                      - update: {packages: [openssl], network: true, limit: 20m}
                      - group: {name: deploy, gid: 1600, system: false}
                      - user:
                          name: ada
                          uid: 1500
                          gecos: Ada Lovelace
                          group: deploy
                          groups: [wheel]
                          home: /home/ada
                          shell: /bin/bash
                          system: false
                          ssh_keys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDlJwzVNTqI3yoCV+8nHLqTlGLSVxFo6n5jIWQcuQ8hF ada]
                          password: {secret: ada}
                          sudo: true
                      - password: {user: ada, password: {secret: ada}}
                      - password: {user: deploy, lock: true}
                      - ssh_key: {user: ada, keys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDlJwzVNTqI3yoCV+8nHLqTlGLSVxFo6n5jIWQcuQ8hF two]}
                      - hostname: web.example.org
                      - timezone: Europe/Vienna
                      - service: {enable: [nginx], disable: [kdump], mask: [rpcbind.socket]}
                      - firstboot: {name: grow, script: "xfs_growfs /\\n", interpreter: /bin/sh}
                      - relabel: all
                    """
                ),
            ]
        ),
        ManualSection(
            title: "sysprep, outputs, publish",
            prefixes: ["sysprep", "outputs", "publish"],
            introduction: "They follow the install and are in none of its files.",
            examples: [
                ManualExample(
                    """
                    sysprep:
                      enable: [fs-uuids]
                      disable: [machine-id]
                      allow: [/etc/ssl/private/*.key]
                      shrink: true
                    outputs:
                      - {format: qcow2, compression: zstd}
                      - format: raw
                    publish:
                      - registry: local
                        name: web-1
                        visibility: public
                        protected: true
                        tags: [rocky, el9]
                        properties: {hw_disk_bus: virtio}
                        min_ram: 1 GiB
                      - {registry: mycloud, visibility: public, keep: 3, retire: community}
                      - {registry: ceph, store: fast, format: raw, keep: 2, retire: delete}
                      - registry: partners
                        profile: scs-0102
                    """
                )
            ]
        ),
    ]
}
