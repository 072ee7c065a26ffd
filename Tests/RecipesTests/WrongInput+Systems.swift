/// What is wrong with the keys of the sections, on the systems that have them.
extension WrongInput {
    static let sections = machines + installs + storage + systems + clouds

    /// A recipe for an operating system, with lines of its own.
    init(_ os: String, _ lines: String) {
        let about = lines.replacing("\n", with: " ").split(separator: " ").joined(separator: " ")
        self.init("\(os): \(about)", text: "version: 1\nname: web\nos: \(os)\n\(lines)\n")
    }

    private static let machines: [WrongInput] = [
        WrongInput("rocky9", "arch: arm64"),
        WrongInput("debian13", "arch: aarch64"),
        WrongInput("rocky9", "arch: aarch64\nmachine: {firmware: bios}"),
        partitions("debian12", "{mount: /, fstype: ext4, size: 2 GiB}", machine: "firmware: uefi"),
        partitions(
            "debian12",
            "{mount: /, fstype: ext4, size: 2 GiB}, {mount: /boot/efi, fstype: efi, size: 200 MiB}"
        ),
        WrongInput("rocky9", "machine: {firmware: secureboot}"),
        WrongInput("rocky9", "machine: {firmware: [uefi]}"),
        WrongInput("rocky9", "machine: {disk: {bus: scsi}}"),
        WrongInput("rocky9", "machine: {disk: {size: 10 GiB, bus: ide}}"),
        WrongInput("rocky9", "machine: {disk: {size: 10, buss: scsi}}"),
        WrongInput("rocky9", "machine: {disk: [10 GiB]}"),
        WrongInput("rocky9", "machine: {disk: 100 MiB}"),
        WrongInput("rocky9", "machine: {disk: 1 GiB}"),
        WrongInput("rocky9", "machine: {disk: 1 GiB}\nsystem: {locale: de_DE.UTF-8}"),
        WrongInput("rocky9", "machine: {network: users}"),
        WrongInput("rocky9", "machine: {network: {network: default, bridge: br0}}"),
        WrongInput("rocky9", "machine: {network: {}}"),
        WrongInput("rocky9", "machine: {network: {network: \"a b\"}}"),
        WrongInput("rocky9", "machine: {network: {bridge: a-bridge-of-a-long-name}}"),
        WrongInput("rocky9", "machine: {network: {brigde: br0}}"),
        WrongInput("rocky9", "machine: {network: [user]}"),
        WrongInput("rocky9", "machine: {mac: 52:54:00:12:34}"),
        WrongInput("rocky9", "machine: {mac: 53:54:00:12:34:56}"),
        WrongInput("rocky9", "machine: {mac: \"52-54-00-12-34-56\"}"),
        WrongInput("rocky9", "machine: {graphics: spice}"),
        WrongInput("rocky9", "machine: {tpm: yes}"),
        WrongInput("rocky9", "machine: {tpm: \"2.0\"}"),
    ]

    private static let digest = String(repeating: "0", count: 64)

    private static let installs: [WrongInput] = [
        WrongInput("rhel9", "system: {locale: de_DE.UTF-8}"),
        WrongInput("rhel9", "install: {deadline: 1h}"),
        WrongInput("oracle9", ""),
        WrongInput("centos7", "install: {location: \"http://mirror.centos.org/centos/7/os/x86_64/\"}"),
        WrongInput("rocky9", "install: {location: built-in}"),
        WrongInput("rocky9", "install: {pin: {}}"),
        WrongInput("rocky9", "install: {pin: {treeinfo: \"md5:\(String(repeating: "0", count: 32))\"}}"),
        WrongInput("rocky9", "install: {pin: {treeinfo: \"sha256:xyz\"}}"),
        WrongInput("rocky9", "install: {pin: {checksum: \"sha256:\(digest)\"}}"),
        WrongInput("rocky9", "install: {location: tree, pin: {gpg_key: key.asc}}"),
        WrongInput("rocky9", "install: {location: rocky.iso, pin: {gpg_key: key.asc}}"),
        WrongInput("rocky9", "install: {location: rocky.iso, pin: {checksum_file: CHECKSUM, signature: CHECKSUM.asc}}"),
        WrongInput("rocky9", "install: {location: rocky.iso, pin: {treeinfo: \"sha256:\(digest)\"}}"),
        WrongInput("debian12", "install: {pin: {treeinfo: \"sha256:\(digest)\"}}"),
        WrongInput("rocky9", "install: {pin: {treinfo: \"sha256:\(digest)\"}}"),
        WrongInput("rocky9", "install: {proxy: \"socks5://proxy:1080\"}"),
        WrongInput("rocky9", "install: {proxy: \"http://me:secret@proxy:3128\"}"),
        WrongInput("rocky9", "install: {proxy: \"http://proxy\\nX-Header: y\"}"),
        WrongInput("debian12", "install: {proxy: \"http://proxy:3128\"}"),
        WrongInput("rocky9", "install: {repositories: [{name: a}]}"),
        WrongInput("rocky9", "install: {repositories: [{url: \"http://a/\"}]}"),
        WrongInput("rocky9", "install: {repositories: [{name: a, url: \"http://a/\", metalink: \"http://b/\"}]}"),
        WrongInput("centos7", "install: {repositories: [{name: a, metalink: \"http://b/?repo=a\"}]}"),
        WrongInput("rocky9", "install: {repositories: [{name: a, mirrorlist: \"http://u:p@b/?repo=a\"}]}"),
        WrongInput("rocky9", "install: {repositories: [{name: a, mirrorlist: \"http://b/?a=$releasever\"}]}"),
        WrongInput("rocky9", "install: {repositories: [{name: a, url: \"http://a/\", cost: 0}]}"),
        WrongInput("rocky9", "install: {repositories: [{name: a, url: \"http://a/\", priority: 1}]}"),
        WrongInput("rocky9", "install: {repositories: [{name: a, url: \"http://a/\", include: [\"a b\", -c]}]}"),
        WrongInput("rocky9", "install: {repositories: [{name: a, url: \"http://a/\", gpgkey: key.asc}]}"),
        WrongInput("rocky9", "install: {repositories: [{name: a, url: \"http://a/\", keep: 1}]}"),
        WrongInput("rocky9", "install: {repositories: [{name: \"a]\", url: \"http://a/\"}]}"),
        WrongInput(
            "rocky9",
            "install: {repositories: [{name: a, url: \"http://a/\"}, {name: a, url: \"http://b/\"}]}"
        ),
        WrongInput("rocky9", "install: {kickstart: none.ks}"),
        WrongInput("rocky9", "install: {kickstart: web.recipe}"),
        WrongInput("rocky9", "install: {kickstart: [own.ks]}"),
        WrongInput("rocky9", "install: {files: [{source: web.recipe}]}"),
        WrongInput("rocky9", "install: {files: [{path: /x}]}"),
        WrongInput("rocky9", "install: {files: [{source: web.recipe, path: x}]}"),
        WrongInput("rocky9", "install: {files: [{source: web.recipe, path: /ks.cfg}]}"),
        WrongInput("rocky9", "install: {files: [{source: web.recipe, path: /a/../ks.cfg}]}"),
        WrongInput("rocky9", "install: {files: [{source: web.recipe, path: /proc/x}]}"),
        WrongInput("rocky9", "install: {files: [{source: web.recipe, path: /x/}]}"),
        WrongInput("rocky9", "install: {files: [{source: ../web.recipe, path: /x}]}"),
        WrongInput("rocky9", "install: {files: [{source: /etc/passwd, path: /x}]}"),
        WrongInput("rocky9", "install: {files: [{source: web.recipe, path: /x, mode: 0999}]}"),
        WrongInput("rocky9", "install: {files: [{source: web.recipe, path: /x, mode: 04755}]}"),
        WrongInput("rocky9", "install: {files: [{source: web.recipe, path: /x, mode: u+x}]}"),
        WrongInput(
            "rocky9",
            "install: {files: [{source: web.recipe, path: /x}, {source: web.recipe, path: /x}]}"
        ),
        WrongInput("rocky9", "verify: {boot: true}"),
    ]

    /// Partitions in a list, the root aside.
    private static func partitions(_ os: String, _ items: String, machine: String = "") -> WrongInput {
        WrongInput(os, (machine.isEmpty ? "" : "machine: {\(machine)}\n") + "system: {partitions: [\(items)]}")
    }

    private static let root = "{mount: /, fstype: xfs, size: 2 GiB}"

    private static let storage: [WrongInput] = [
        partitions("rocky9", ""),
        partitions("rocky9", root, machine: "firmware: uefi"),
        partitions("rocky9", "\(root), {mount: /boot/efi, fstype: vfat, size: 200 MiB}", machine: "firmware: uefi"),
        partitions("rocky10", root),
        partitions("fedora45", root),
        WrongInput("rocky9", "system: {disk_label: gpt, partitions: [\(root)]}"),
        WrongInput("rocky9", "system: {disk_label: msdos}"),
        WrongInput("rocky9", "machine: {firmware: uefi}\nsystem: {disk_label: mbr}"),
        WrongInput("debian12", "machine: {firmware: secure-boot}\nsystem: {disk_label: mbr}"),
        partitions("rocky9", "{mount: /, fstype: xfs, size: 2 GiB, lvm: {group: a, name: root}}"),
        partitions("rocky9", "\(root), {mount: /boot, fstype: xfs, size: 1 GiB, lvm: {group: a, name: b}}"),
        partitions(
            "rocky9",
            "\(root), {mount: /a, fstype: xfs, size: 1 GiB, lvm: {group: g, name: a}}, "
                + "{mount: /b, fstype: xfs, size: 1 GiB, lvm: {group: g, name: a}}"
        ),
        partitions("rocky9", "\(root), {mount: /a, fstype: xfs, size: 1 GiB, lvm: {group: g}}"),
        partitions("rocky9", "\(root), {mount: /a, fstype: xfs, size: 1 GiB, lvm: {group: \"g h\", name: \"$a\"}}"),
        partitions("rocky9", "\(root), {mount: /a, fstype: xfs, size: 1 GiB, lvm: g}"),
        partitions("rocky9", "\(root), {mount: /a, fstype: xfs, size: 1 GiB, lvm: {group: g, name: a, volume: b}}"),
        partitions("rocky9", "\(root), {mount: /a, fstype: xfs, size: 9 GiB, lvm: {group: g, name: a}}"),
        partitions(
            "rocky9",
            "\(root), {mount: /a, fstype: xfs, size: 1 GiB, asprimary: true, lvm: {group: g, name: a}}"
        ),
        partitions("rocky9", "\(root), {mount: /boot/efi, fstype: efi, size: 1 GiB, lvm: {group: g, name: a}}"),
        partitions("debian12", "{mount: /, fstype: ext4, size: 2 GiB, lvm: {group: g, name: a}}"),
        partitions("rocky9", "{mount: /, size: 2 GiB, btrfs: {volume: v, name: root}}"),
        partitions("rocky9", "{mount: /, fstype: btrfs, size: 2 GiB}"),
        partitions("centos7", "{mount: /, fstype: btrfs, size: 2 GiB}"),
        partitions("centos7", "{mount: /, fstype: xfs, size: 2 GiB, btrfs: {volume: v, name: root}}"),
        partitions("centos7", "{mount: /, size: 2 GiB, label: a, btrfs: {volume: v, name: root}}"),
        partitions(
            "centos7",
            "{mount: /, size: 2 GiB, btrfs: {volume: v, name: a}}, {mount: /b, size: 1 GiB, btrfs: {volume: v, name: a}}"
        ),
        partitions("centos7", "{mount: /, size: 2 GiB, btrfs: {volume: v, name: a}, lvm: {group: g, name: a}}"),
        partitions("rocky9", "{mount: /, fstype: xfs, size: 2 GiB, maxsize: 4 GiB}"),
        partitions("rocky9", "{mount: /, fstype: xfs, size: 2 GiB, grow: true, maxsize: 1 GiB}"),
        partitions("rocky9", "{mount: /, fstype: xfs, size: 2 GiB, fsoptions: \"noatime nodev\"}"),
        partitions("rocky9", "{mount: /, fstype: xfs, size: 2 GiB, fsoptions: \"a=$(reboot)\"}"),
        partitions("rocky9", "\(root), {mount: biosboot, fstype: ext4, size: 1 MiB}"),
        partitions("rocky9", "\(root), {mount: /x, fstype: biosboot, size: 1 MiB}"),
        partitions("rocky9", "{mount: /, fstype: zfs, size: 2 GiB}"),
    ]

    private static let systems: [WrongInput] = [
        WrongInput("rocky9", "system: {timezone: {name: UTC, ntp: ntp.example.org}}"),
        WrongInput("rocky9", "system: {timezone: {name: UTC, ntp: [\"a b\", \"-x\", a.example.org, a.example.org]}}"),
        WrongInput("debian12", "system: {timezone: {name: UTC, ntp: [ntp.example.org]}}"),
        WrongInput("rocky9", "system: {network: {ipv6: maybe}}"),
        WrongInput("rocky9", "system: {network: {ipv6: \"2001:db8::7\"}}"),
        WrongInput("rocky9", "system: {network: {ipv6: 2001:db8::7/129}}"),
        WrongInput("rocky9", "system: {network: {ipv6: 6}}"),
        WrongInput("rocky9", "system: {network: {ipv6: auto, ipv6_gateway: \"2001:db8::1\"}}"),
        WrongInput("rocky9", "system: {network: {ipv6_gateway: 192.0.2.1}}"),
        WrongInput("debian12", "system: {network: {ipv6: 2001:db8::7/64}}"),
        WrongInput("debian12", "system: {network: {ipv6: dhcp}}"),
        WrongInput("rocky9", "system: {network: {mtu: 20}}"),
        WrongInput("rocky9", "system: {network: {nozeroconf: true}}"),
        WrongInput("rocky8", "system: {network: {nozeroconf: true}}"),
        WrongInput("rocky9", "system: {bootloader: {location: usb}}"),
        WrongInput("debian12", "system: {bootloader: {location: partition}}"),
        WrongInput("rocky9", "system: {users: [{name: ada, password: hunter2}]}"),
        WrongInput("rocky9", "system: {users: [{name: ada, password: {secret: \"hunter 2\"}}]}"),
        WrongInput("rocky9", "system: {users: [{name: ada, password: {plain: hunter2}}]}"),
        WrongInput("rocky9", "system: {users: [{name: ada, uid: 0}]}"),
        WrongInput("rocky9", "system: {users: [{name: ada, uid: 1500}, {name: bob, uid: 1500}]}"),
        WrongInput("rocky9", "system: {users: [{name: ada, gecos: \"a:b\"}]}"),
        WrongInput("rocky9", "system: {modules: [\"nodejs:\", \":20\", \"a b\", \"a:b:c\"]}"),
        WrongInput("rocky9", "system: {modules: [\"nodejs:20\", \"nodejs:18\"]}"),
        WrongInput("rocky10", "system: {modules: [\"nodejs:20\"]}"),
        WrongInput("centos7", "system: {modules: [\"nodejs:20\"]}"),
        WrongInput("fedora45", "system: {modules: [\"nodejs:20\"]}"),
        WrongInput("rocky9", "system: {firewall: on}"),
        WrongInput("rocky9", "system: {firewall: {enabled: false, services: [ssh]}}"),
        WrongInput(
            "rocky9",
            "system: {firewall: {services: [\"a b\"], ports: [80, http/tcp, 0/tcp, 70000/udp, 9-1/tcp]}}"
        ),
        WrongInput("rocky9", "system: {firewall: {ports: [443/tcp, 443/tcp]}}"),
        WrongInput("rocky9", "system: {firewall: {port: [443/tcp]}}"),
        WrongInput("debian12", "system: {firewall: {services: [ssh]}}"),
        WrongInput("centos7", "system: {fips: true}"),
        WrongInput("fedora45", "system: {fips: true}"),
        WrongInput("debian13", "system: {fips: true}"),
        WrongInput("rocky9", "system: {fips: enabled}"),
        WrongInput("rocky9", "system: {password_hashing: sha512}"),
        WrongInput("rocky9", "system: {subscription: {organization: \"1\", activation_key: {secret: key}}}"),
        WrongInput("rhel9", "install: {location: tree}\nsystem: {subscription: {organization: \"1\"}}"),
        WrongInput(
            "rhel9",
            "install: {location: tree}\nsystem: {subscription: {organization: 1, activation_key: key}}"
        ),
        WrongInput("rocky9", "system: {packages: [\"@\", \"@^\", \"@a b\", \"$(x)\"]}"),
        WrongInput("rocky9", "system: {root_pasword: random}"),
    ]

    private static let clouds: [WrongInput] = [
        WrongInput("rocky9", "cloud_init: {network: disabled}"),
        WrongInput("rocky9", "cloud_init: {network: {config: static}}"),
        WrongInput("rocky9", "cloud_init: {network: {renderers: [ifupdown]}}"),
        WrongInput("rocky9", "cloud_init: {network: {renderers: []}}"),
        WrongInput("rocky9", "cloud_init: {network: {renderers: [netplan, netplan]}}"),
        WrongInput("centos7", "cloud_init: {network: {renderers: [network-manager]}}"),
        WrongInput("centos7", "cloud_init: {network: {config: dhcp}}"),
        WrongInput("debian12", "cloud_init: {network: {renderers: [sysconfig]}}"),
        WrongInput("rocky9", "cloud_init: {file: none.cfg}"),
        WrongInput("rocky9", "cloud_init: {file: web.recipe, ssh_pwauth: true, default_user: {name: ada}}"),
        WrongInput("rocky9", "cloud_init: {default_user: {nmae: ada}}"),
        WrongInput("rocky9", "cloud_init: {default_user: ada}"),
        WrongInput("rocky9", "cloud_init: []"),
    ]
}
