extension Variant {
    static let all = minimal + machines + installs + storage + systems + clouds

    /// Nothing beside the operating system, which is how most recipes begin.
    static let minimal: [Variant] =
        [
            "centos7", "rocky8", "rocky9", "rocky10", "almalinux8", "almalinux9", "almalinux10", "centos-stream9",
            "centos-stream10", "fedora44", "fedora45", "debian12", "debian13",
        ].map { Variant($0, "the defaults", "") } + [
            Variant("rhel9", "the smallest", "install: {location: \"http://trees.example.org/rhel9/\"}"),
            Variant("oracle9", "the smallest", "install: {location: \"http://trees.example.org/oracle9/\"}"),
        ]

    static let machines: [Variant] = [
        Variant("centos7", "Arm", "arch: aarch64"),
        Variant("rocky8", "Arm with secure boot", "arch: aarch64\nmachine: {firmware: secure-boot}"),
        Variant("rocky9", "UEFI and a TPM", "machine: {firmware: uefi, tpm: true, memory: 4 GiB, vcpus: 4}"),
        Variant("rocky10", "Arm", "arch: aarch64\nmachine: {network: {network: default}}"),
        Variant("fedora45", "Arm", "arch: aarch64"),
        Variant("almalinux9", "BIOS with GPT", "machine: {firmware: bios}\nsystem: {disk_label: gpt}"),
        Variant("almalinux10", "BIOS with MBR", "system: {disk_label: mbr}"),
        Variant("debian12", "UEFI", "machine: {firmware: uefi}"),
        Variant("debian13", "secure boot", "machine: {firmware: secure-boot}"),
        Variant(
            "debian12",
            "BIOS with GPT, and more partitions than an MBR has",
            """
            system:
              disk_label: gpt
              partitions:
                - {mount: biosboot, fstype: biosboot, size: 1 MiB}
                - {mount: /boot, fstype: ext4, size: 300 MiB}
                - {mount: swap, fstype: swap, size: 128 MiB}
                - {mount: /srv, fstype: ext4, size: 200 MiB}
                - {mount: /var, fstype: ext4, size: 1 GiB}
                - {mount: /, fstype: ext4, size: 2 GiB, grow: true}
            """
        ),
        Variant(
            "centos7",
            "a SATA disk behind a bridge",
            """
            description: the machine's every key
            machine:
              disk: {size: 20 GiB, bus: sata}
              network: {bridge: br0}
              mac: 52:54:00:AB:cd:ef
              graphics: vnc
            """
        ),
    ]

    static let installs: [Variant] = [
        Variant(
            "rocky9",
            "a pinned tree behind a proxy",
            """
            install:
              location: http://mirror.example.org/rocky/9/BaseOS/x86_64/os/
              pin: {treeinfo: "sha256:\(String(repeating: "0a", count: 32))"}
              proxy: http://proxy.example.org:3128
              kernel_arguments: [inst.debug, rd.debug]
              deadline: 2h
              watchdog: 20m
              repositories:
                - {name: AppStream, url: "http://mirror.example.org/rocky/9/AppStream/x86_64/os/"}
                - name: epel
                  metalink: https://mirrors.fedoraproject.org/metalink?repo=epel-9&arch=x86_64
                  cost: 2000
                  include: [htop, "python3-*"]
                  exclude: [kernel*]
                  gpgkey: https://dl.fedoraproject.org/pub/epel/RPM-GPG-KEY-EPEL-9
                  keep: true
            """
        ),
        Variant(
            "almalinux8",
            "a mirror list that the image keeps",
            """
            install:
              repositories:
                - {name: extras, mirrorlist: "https://mirrors.almalinux.org/mirrorlist/8/extras", keep: true}
                - {name: other, url: "https://example.org/~it(s)&/", keep: true, exclude: [a, b]}
            """
        ),
        Variant(
            "rhel9",
            "a medium and a subscription",
            """
            install:
              location: rhel-9.iso
              pin:
                checksum: "sha256:\(String(repeating: "AB", count: 32))"
                checksum_file: CHECKSUM
                signature: CHECKSUM.asc
                gpg_key: redhat.asc
            system:
              subscription: {organization: "12345", activation_key: {secret: activation_key}}
            """
        ),
        Variant(
            "rocky10",
            "scripts and files",
            """
            install:
              pre:
                - {script: "echo before", interpreter: /bin/bash, log: /tmp/pre.log, erroronfail: false}
              post:
                - {script: "echo after", nochroot: true, erroronfail: false, interpreter: /bin/sh, log: /tmp/post.log}
              onerror:
                - {script: dmesg, interpreter: /bin/sh, log: /tmp/error.log, erroronfail: false}
              files:
                - {source: motd, path: /usr/share/motd}
                - {source: ./motd, path: /opt/other, mode: 0600}
            """
        ),
        Variant("debian12", "files", "install: {files: [{source: motd, path: /motd, mode: \"0755\"}]}"),
        Variant("rocky9", "a kickstart of one's own", "install: {kickstart: own.ks}\nsystem: {lock_root: false}"),
        Variant("rocky9", "a template of one's own", "install: {kickstart_template: template.ks.mustache}"),
        Variant("debian13", "a medium", "install: {location: trees/debian.iso}"),
        Variant("fedora44", "a directory", "install: {location: trees/fedora}"),
    ]

    static let storage: [Variant] = [
        Variant(
            "rocky9",
            "logical volumes",
            """
            machine: {disk: 40 GiB}
            system:
              partitions:
                - {mount: /boot, fstype: xfs, size: 1 GiB, asprimary: true}
                - {mount: /, fstype: xfs, size: 4 GiB, lvm: {group: system, name: root}, label: root}
                - {mount: swap, fstype: swap, size: 1 GiB, lvm: {group: system, name: swap}}
                - mount: /var
                  fstype: ext4
                  size: 1001 MiB
                  grow: true
                  maxsize: 20 GiB
                  fsoptions: defaults,nodev,nosuid
                  lvm: {group: system, name: var}
            """
        ),
        Variant(
            "rocky8",
            "two groups under UEFI",
            """
            machine: {firmware: uefi}
            system:
              disk_label: gpt
              partitions:
                - {mount: /boot/efi, fstype: efi, size: 200 MiB}
                - {mount: /boot, fstype: ext4, size: 512 MiB}
                - {mount: /, fstype: xfs, size: 3 GiB, lvm: {group: a, name: root}}
                - {mount: /srv, fstype: xfs, size: 1 GiB, lvm: {group: b-c, name: srv}}
            """
        ),
        Variant(
            "fedora45",
            "btrfs",
            """
            system:
              partitions:
                - {mount: biosboot, fstype: biosboot, size: 1 MiB}
                - {mount: /boot, fstype: ext4, size: 512 MiB}
                - {mount: /, size: 2 GiB, grow: true, btrfs: {volume: fedora, name: root}}
                - {mount: /home, fstype: btrfs, size: 1 GiB, btrfs: {volume: fedora, name: home}}
            """
        ),
        Variant(
            "centos7",
            "btrfs",
            "system: {partitions: [{mount: /boot, fstype: ext4, size: 1 GiB}, "
                + "{mount: /, size: 2 GiB, btrfs: {volume: el7, name: root}}]}"
        ),
        Variant(
            "almalinux9",
            "separate mounts and swap",
            """
            system:
              partitions:
                - {mount: /boot, fstype: ext4, size: 512 MiB}
                - {mount: /, fstype: xfs, size: 2 GiB}
                - {mount: /var/log, fstype: ext3, size: 256 MiB, fsoptions: noatime}
                - {mount: /mnt/old, fstype: ext2, size: 64 MiB}
                - {mount: /mnt/fat, fstype: vfat, size: 64 MiB}
                - {mount: swap, fstype: swap, size: 512 MiB}
                - {mount: /home, fstype: xfs, size: 512 MiB, grow: true, maxsize: 1 GiB}
            """
        ),
        Variant(
            "debian13",
            "separate mounts",
            """
            system:
              partitions:
                - {mount: /boot, fstype: ext2, size: 256 MiB}
                - {mount: swap, fstype: swap, size: 256 MiB}
                - {mount: /var, fstype: ext3, size: 512 MiB, fsoptions: nodev}
                - {mount: /, fstype: ext4, size: 2 GiB, grow: true, maxsize: 8 GiB}
              bootloader: {append: [], timeout: 0, location: mbr}
            """
        ),
    ]

    static let systems: [Variant] = [
        Variant(
            "centos7",
            "time servers and a firewall",
            """
            system:
              locale: de_DE.UTF-8
              keyboard: de
              timezone: {name: Europe/Berlin, utc: false, ntp: [0.pool.ntp.org, "2001:db8::123"]}
              firewall: {services: [ssh, https], ports: [8080/tcp, 6000-6010/udp]}
              password_hashing: sha512
              selinux: permissive
              x11: true
              network: {nozeroconf: true, mtu: 1400}
            """
        ),
        Variant(
            "rocky8",
            "time servers",
            "system: {timezone: {name: UTC, ntp: [ntp.example.org]}, selinux: enforcing}"
        ),
        Variant("centos7", "no time servers", "system: {timezone: {name: UTC, ntp: []}}"),
        Variant("almalinux8", "no time servers", "system: {timezone: {name: UTC, ntp: []}}"),
        Variant("rocky9", "no time servers", "system: {timezone: {name: UTC, ntp: []}, firewall: disabled}"),
        Variant(
            "rocky10",
            "time servers, FIPS and services",
            """
            system:
              timezone: {name: UTC, ntp: [a.example.org, b.example.org]}
              fips: true
              services: {enabled: [sshd, "getty@tty1"], disabled: [kdump]}
              firewall: {enabled: true}
              bootloader: {append: [quiet], timeout: 5, location: none}
            """
        ),
        Variant("oracle9", "FIPS", "install: {location: o.iso}\nsystem: {fips: true, firewall: {enabled: false}}"),
        Variant("fedora44", "time servers", "system: {timezone: {name: UTC, ntp: [192.0.2.1]}, selinux: disabled}"),
        Variant(
            "centos-stream9",
            "modules and packages",
            """
            system:
              modules: ["nodejs:20", maven, "container-tools:rhel9.1"]
              packages: ["@^minimal-environment", "@development", "lib*-devel", nodejs, "g++"]
              exclude_packages: [qemu-guest-agent, "@fonts", "iwl*"]
            """
        ),
        Variant("almalinux8", "modules", "system: {modules: [\"php:8.2\"]}"),
        Variant(
            "centos-stream10",
            "users",
            """
            system:
              root_password: {file: root-password}
              lock_root: false
              users:
                - name: ada
                  uid: 1500
                  gecos: Ada "the first" O'Reilly, $HOME ü
                  groups: [wheel, adm]
                  shell: /bin/bash
                  ssh_keys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDlJwzVNTqI3yoCV+8nHLqTlGLSVxFo6n5jIWQcuQ8hF ada]
                  sudo: true
                  password: {secret: ada}
                - {name: bob, password: {secret: bob}}
                - {name: eve}
            """
        ),
        Variant(
            "fedora45",
            "root's password from a secret",
            """
            system: {root_password: {secret: ada}, lock_root: false}
            """
        ),
        Variant(
            "debian12",
            "users",
            """
            system:
              root_password: {env: ROOT_PASSWORD}
              users: [{name: ada, uid: 2000, gecos: Ada, password: {secret: ada}}, {name: bob, groups: [sudo]}]
            """
        ),
        Variant(
            "rocky9",
            "a static address on a bridge",
            """
            machine: {network: {bridge: br0}}
            system:
              network:
                device: enp1s0
                bootproto: static
                ip: 192.0.2.7
                netmask: 255.255.255.0
                gateway: 192.0.2.1
                nameservers: [192.0.2.53, "2001:db8::53"]
                onboot: false
                ipv6: 2001:db8::7/64
                ipv6_gateway: "2001:db8::1"
                mtu: 9000
                hostname: web.example.org
            """
        ),
        Variant(
            "fedora45",
            "a static address that the installer has not",
            "system: {network: {bootproto: static, ip: 192.0.2.7, netmask: 255.255.0.0, ipv6: dhcp}}"
        ),
        Variant("centos7", "IPv6 by the router", "system: {network: {ipv6: auto}}"),
        Variant("debian12", "IPv6 by the router", "system: {network: {ipv6: auto, mtu: 1400, hostname: a}}"),
        Variant("debian13", "no IPv6", "system: {network: {ipv6: false}, selinux: disabled, firewall: disabled}"),
    ]

    static let clouds: [Variant] = [
        Variant(
            "almalinux10",
            "every key of cloud-init",
            """
            cloud_init:
              default_user:
                name: ada
                gecos: Ada
                groups: [wheel]
                shell: /bin/zsh
                sudo: ["ALL=(ALL) ALL"]
                lock_passwd: false
                ssh_authorized_keys: [ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDTgvwjlRHZ ada]
              disable_root: false
              ssh_pwauth: true
              ssh_deletekeys: false
              datasources: [NoCloud, OpenStack, None]
              modules: {init: [bootcmd], config: [], final: [final_message]}
              network: {config: dhcp, renderers: [network-manager, networkd]}
            """
        ),
        Variant("rocky8", "no network", "cloud_init: {network: {config: disabled}}"),
        Variant("debian13", "renderers", "cloud_init: {network: {config: dhcp, renderers: [netplan, networkd, eni]}}"),
        Variant("centos7", "renderers", "cloud_init: {network: {config: disabled, renderers: [sysconfig]}}"),
        Variant("rocky9", "a cloud.cfg of one's own", "cloud_init: {file: own.cfg}"),
        Variant("fedora45", "a template of one's own", "cloud_init: {template: template.cfg.mustache}"),
        Variant(
            "fedora44",
            "what comes after the install",
            """
            sysprep: {enable: [dhcp-client-state], disable: [bash-history], allow: [/etc/ssl/private/*.key, "/opt/**/id_*"], shrink: true}
            outputs: [{format: qcow2, compression: zlib}, {format: raw}]
            publish:
              - registry: local
                name: everything
                visibility: community
                protected: true
                tags: [a]
                properties: {hw_disk_bus: virtio}
                min_ram: 512 MiB
                keep: 2
                retire: deactivate
                store: fast
                format: raw
                profile: scs-0102
            """
        ),
    ]
}
