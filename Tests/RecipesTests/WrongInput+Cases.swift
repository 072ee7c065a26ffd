extension WrongInput {
    /// What is wrong with the file or the YAML.
    static let files: [WrongInput] = [
        WrongInput("empty", text: ""),
        WrongInput("only comments", text: "# nothing\n\n  # here\n"),
        WrongInput("only spaces", text: "  \n\n"),
        WrongInput("a tab indents", "  location", "\tlocation"),
        WrongInput("a tab indents deeper", "    name: debian", "  \tname: debian"),
        WrongInput("an escape character", "web", "we\u{1B}b"),
        WrongInput("NUL", "web", "we\0b"),
        WrongInput("a line separator", "web", "we\u{2028}b"),
        WrongInput("not a mapping", text: "- 1\n- 2\n"),
        WrongInput("text", text: "hello\n"),
        WrongInput("two documents", "install:", "---\ninstall:"),
        WrongInput("an open bracket", "{mount: /,", "[mount: /,"),
        WrongInput("an open quote", "web", "\"web"),
        WrongInput("an unknown alias", "web", "*web"),
        WrongInput("an unknown tag", "web", "!secret web"),
        WrongInput("a repeated key", "os: debian12", "name: other\nos: debian12"),
        WrongInput("a repeated key in a list", "fstype: ext4, size: 2 GiB}", "fstype: ext4, size: 2 GiB, size: 3 GiB}"),
        WrongInput(
            "repeated keys and more",
            "os: debian12\ninstall:\n",
            "os: debian12\n\"name\": a\nos : b\ninstall:\n  locatoin: x\n"
        ),
        WrongInput("a private character", "web", "we\u{E000}b"),
        WrongInput(
            "repeated keys in lists of mappings",
            "    - {mount: /, fstype: ext4, size: 2 GiB}",
            """
                - mount: /
                  fstype: ext4
                  # a comment further left
              # and one more

                  "mount" : /boot
                  size: 2 GiB
                  'mount': /
                - mount: /boot
                  fstype: ext4
                  size: 1 GiB
            """
        ),
        WrongInput("an alias as a key", "name: web", "name: &a web\n*a : 1"),
        WrongInput("a list as a key", "name: web", "name: &a web\n? [*a, *a]\n: 1"),
        WrongInput("merging text", "  location: built-in", "  <<: web\n  location: built-in"),
        WrongInput("deep nesting", "web", String(repeating: "[", count: 2000)),
    ]

    /// What is wrong with keys and types.
    static let keys: [WrongInput] = [
        WrongInput("an unknown key", "partitions", "partitons"),
        WrongInput("an unknown key at the top", "install:", "instal:"),
        WrongInput("an unknown key that is near to nothing", "name: web", "name: web\ncolour: red"),
        WrongInput(system: "  pakages: [nginx]"),
        WrongInput("a missing key", "name: web\n", ""),
        WrongInput("no version", "version: 1\n", ""),
        WrongInput("another version", "version: 1", "version: 2"),
        WrongInput("a version with a point", "version: 1", "version: 1.0"),
        WrongInput("a version in quotes", "version: 1", "version: \"1\""),
        WrongInput("an unknown operating system", "debian12", "debain12"),
        WrongInput("another operating system", "debian12", "windows"),
        WrongInput("another architecture", "os: debian12", "os: debian12\narch: aarch64"),
        WrongInput("a name with a slash", "web", "../web"),
        WrongInput("a number as a name", "web", "12"),
        WrongInput("a flag as a name", "web", "no"),
        WrongInput("nothing as a name", "name: web", "name:"),
        WrongInput("an empty name", "web", "\"\""),
        WrongInput("a list as a name", "web", "[web]"),
        WrongInput("a line break in a name", "web", "\"we\\nb\""),
        WrongInput("an escaped control character", "web", "\"we\\eb\""),
        WrongInput("a text as a section", "install:\n  location: built-in", "install: here"),
        WrongInput("a mapping as a list", "    - {mount: /, fstype: ext4, size: 2 GiB}", "    mount: /"),
        WrongInput("two of everything", "web", "12\nos2: x\nmachine: {disk: 10 G B, vcpus: 0}"),
    ]

    /// What is wrong with values.
    static let values: [WrongInput] = [
        WrongInput("a bad size", "2 GiB", "10 G B"),
        WrongInput("a size without a unit", "2 GiB", "2048"),
        WrongInput("a size of text", "2 GiB", "big"),
        WrongInput("a huge size", "2 GiB", "99999999999999999999 GiB"),
        WrongInput("a size with a fraction", "2 GiB", "1.5 GiB"),
        WrongInput("a size that is no whole number of mebibytes", "2 GiB", "1 GB"),
        WrongInput("a size of nothing", "2 GiB", "0 MiB"),
        WrongInput("a partition larger than the disk", "2 GiB", "11 GiB"),
        WrongInput("no partition for /", "mount: /,", "mount: /boot,"),
        WrongInput("a relative mount point", "mount: /,", "mount: root,"),
        WrongInput(
            "a mount point that the installer refuses",
            "GiB}",
            "GiB}\n    - {mount: /etc, fstype: ext4, size: 1 GiB}"
        ),
        WrongInput("a file system that the installer refuses", "ext4", "xfs"),
        WrongInput("swap that is none", "GiB}", "GiB}\n    - {mount: swap, fstype: ext4, size: 1 GiB}"),
        WrongInput("two roots", "GiB}", "GiB}\n    - {mount: /, fstype: ext4, size: 1 GiB}"),
        WrongInput(
            "two that grow",
            "GiB}",
            "GiB, grow: true}\n    - {mount: /boot, fstype: ext4, size: 1 GiB, grow: true}"
        ),
        WrongInput("a flag in words", "GiB}", "GiB, grow: yes}"),
        WrongInput("a flag in quotes", "GiB}", "GiB, grow: \"true\"}"),
        WrongInput("too little memory", "os: debian12", "os: debian12\nmachine: {memory: 1 MiB}"),
        WrongInput("too many processors", "os: debian12", "os: debian12\nmachine: {vcpus: 1000}"),
        WrongInput("a disk that no MBR describes", "os: debian12", "os: debian12\nmachine: {disk: 3 TiB}"),
        WrongInput("another network", "os: debian12", "os: debian12\nmachine: {network: bridge}"),
        WrongInput("a location that is nearly a word", "built-in", "builtin"),
        WrongInput("a location with a password", "built-in", "http://user:secret@example.org/"),
        WrongInput("a location of another scheme", "built-in", "ftp://example.org/"),
        WrongInput("a location that the installer cannot read", "built-in", "https://example.org/tree/"),
        WrongInput("no built-in tree", "debian12", "centos7"),
        WrongInput("a bad deadline", "built-in", "built-in\n  deadline: 1 hour"),
        WrongInput("a deadline out of range", "built-in", "built-in\n  deadline: 1s"),
        WrongInput("a kernel argument with a space", "built-in", "built-in\n  kernel_arguments: [\"a b\"]"),
        WrongInput("a kernel argument with a command", "built-in", "built-in\n  kernel_arguments: [a=$(reboot)]"),
        WrongInput(
            "a script that ends its section",
            "built-in",
            "built-in\n  post:\n    - script: |\n        echo\n          %end\n"
        ),
        WrongInput(
            "a script that begins a section",
            "built-in",
            "built-in\n  pre:\n    - script: \"%post --nochroot\""
        ),
        WrongInput(
            "a script that ends its section behind a blank of Unicode",
            "built-in",
            "built-in\n  post:\n    - script: \"a\\n\\u00A0%end\\nreboot\""
        ),
        WrongInput(
            "a script that fetches more kickstart",
            "built-in",
            "built-in\n  post:\n    - script: \"%ksappends http://example.org/x\""
        ),
        WrongInput("an empty script", "built-in", "built-in\n  pre:\n    - script: \"\""),
        WrongInput("a chroot that is none", "built-in", "built-in\n  pre:\n    - {script: ls, nochroot: true}"),
        WrongInput(
            "two repositories of one name",
            "built-in",
            "built-in\n  repositories:\n    - {name: a, url: \"http://a/\"}\n    - {name: a, url: \"http://b/\"}"
        ),
        WrongInput("a template that is not there", "built-in", "built-in\n  kickstart_template: my.ks"),
        WrongInput(system: "  locale: en_US.UTF-8 --x"),
        WrongInput(system: "  locale: \"en\\nrootpw x\""),
        WrongInput(system: "  keyboard: \"us;reboot\""),
        WrongInput(system: "  timezone: {name: ../etc/passwd}"),
        WrongInput(system: "  timezone: UTC"),
        WrongInput(system: "  network: {device: \"eth0 --x\"}"),
        WrongInput(system: "  network: {hostname: web_1}"),
        WrongInput(
            "a host name that Linux cannot have",
            "cloud_init:\n",
            "  network: {hostname: \(String(repeating: "a", count: 40)).\(String(repeating: "b", count: 24))}\ncloud_init:\n"
        ),
        WrongInput(system: "  network: {bootproto: static}"),
        WrongInput(system: "  network: {bootproto: static, ip: 192.0.2.300, netmask: 255.0.255.0}"),
        WrongInput(system: "  network: {ip: 192.0.2.3}"),
        WrongInput(system: "  network: {nozeroconf: true}"),
        WrongInput(system: "  password_hashing: sha512"),
        WrongInput(system: "  bootloader: {append: quiet, timeout: -1}"),
        WrongInput(system: "  packages: [\"a b\", \"-c\", \"\\td\", git, git]"),
        WrongInput(system: "  packages: [git]\n  exclude_packages: [git]"),
        WrongInput(system: "  services: {enabled: [ssh], disabled: [ssh]}"),
        WrongInput(system: "  firewall: false"),
        WrongInput(system: "  selinux: off"),
        WrongInput(system: "  selinux: enforcing"),
        WrongInput(system: "  firewall: enabled"),
        WrongInput(system: "  x11: true"),
        WrongInput(system: "  packages: [\"@standard\", \"lib*\"]"),
        WrongInput(system: "  exclude_packages: [\"@standard\", vim, \"lib*\"]"),
        WrongInput(
            "more partitions than an MBR holds",
            "    - {mount: /, fstype: ext4, size: 2 GiB}",
            """
                - {mount: /, fstype: ext4, size: 2 GiB}
                - {mount: /boot, fstype: ext4, size: 1 GiB}
                - {mount: /var, fstype: ext4, size: 1 GiB}
                - {mount: /srv, fstype: ext4, size: 1 GiB}
                - {mount: swap, fstype: swap, size: 1 GiB}
            """
        ),
        WrongInput(
            "repositories that the installer refuses",
            "built-in",
            "built-in\n  repositories: [{name: a, url: \"http://a/\"}]"
        ),
        WrongInput(system: "  root_password: hunter2"),
        WrongInput(system: "  root_password: 12345"),
        WrongInput(system: "  root_password: {env: A, file: b}"),
        WrongInput(system: "  root_password: {plain: hunter2}"),
        WrongInput(system: "  users: [{name: root}]"),
        WrongInput(system: "  users: [{name: \"ada:x\"}, {name: ada}, {name: ada}]"),
        WrongInput(system: "  users: [{name: ada, ssh_keys: [\"command=\\\"x\\\" ssh-rsa AAAA\"]}]"),
        WrongInput("a colon in gecos", "name: debian\n", "name: debian\n    gecos: \"a:b\"\n"),
        WrongInput("root as the default user", "name: debian\n", "name: root\n"),
        WrongInput("compressed raw", "os: debian12", "os: debian12\noutputs: [{format: raw, compression: zstd}]"),
        WrongInput("a compressed ami", "os: debian12", "os: debian12\noutputs: [{format: ami, compression: zlib}]"),
        WrongInput(
            "an ami of a disk with more than a root",
            text: minimal.replacing(
                "    - {mount: /, fstype: ext4, size: 2 GiB}\n",
                with: """
                        - {mount: /, fstype: ext4, size: 2 GiB}
                        - {mount: /boot, fstype: ext4, size: 512 MiB}
                        - {mount: /var, fstype: ext4, size: 512 MiB, fsoptions: nofail}
                        - {mount: swap, fstype: swap, size: 512 MiB, fsoptions: nofail}

                    """
            ).replacing("os: debian12", with: "os: debian12\noutputs: [{format: qcow2}, {format: ami}]")
        ),
        WrongInput(
            "an ami for UEFI",
            text: "version: 1\nname: web\nos: debian12\nmachine: {firmware: uefi}\noutputs: [{format: ami}]\n"
        ),
        WrongInput(
            "an ami of logical volumes",
            text: """
                version: 1
                name: web
                os: rocky9
                outputs: [{format: ami}]
                system:
                  partitions:
                    - {mount: /boot, fstype: xfs, size: 1 GiB}
                    - {mount: /, fstype: xfs, size: 4 GiB, lvm: {group: a, name: root}}
                    - {mount: swap, fstype: swap, size: 1 GiB, lvm: {group: a, name: swap}}

                """
        ),
        WrongInput(
            "an ami of a subvolume",
            text: """
                version: 1
                name: web
                os: fedora44
                outputs: [{format: ami}]
                system:
                  partitions:
                    - {mount: biosboot, fstype: biosboot, size: 1 MiB}
                    - {mount: swap, fstype: swap, size: 1 GiB, fsoptions: nofail}
                    - {mount: /boot, fstype: ext4, size: 1 GiB}
                    - {mount: /, size: 4 GiB, btrfs: {volume: a, name: root}}

                """
        ),
        WrongInput(
            "an ami that no output is",
            "os: debian12",
            "os: debian12\npublish: [{registry: a, format: ami}]"
        ),
        WrongInput(
            "a disk of an ami, and links that are not the recipe's to set",
            "os: debian12",
            """
            os: debian12
            outputs: [{format: ami}]
            publish:
              - {registry: a, format: qcow2}
              - {registry: b, properties: {kernel_id: 7b9e43f9-4d2e-4a33-9b2c-0f7f8f1d3f10}}
            """
        ),
        WrongInput("another format", "os: debian12", "os: debian12\noutputs: [{format: vmdk}]"),
        WrongInput("no outputs", "os: debian12", "os: debian12\noutputs: []"),
        WrongInput(
            "the same output twice",
            "os: debian12",
            "os: debian12\noutputs: [{format: qcow2}, {format: qcow2}]"
        ),
        WrongInput("another registry", "os: debian12", "os: debian12\npublish: [{registry: my cloud}]"),
        WrongInput(
            "a wrong rotation",
            "os: debian12",
            """
            os: debian12
            publish:
              - {registry: a, retire: hide}
              - {registry: b, keep: 0}
              - {registry: c, keep: 2, retire: burn}
              - {registry: d, keep: 2, retire: delete, protected: true}
              - {registry: e, keep: 2, retire: community, visibility: private}
              - {registry: f, store: "my store", format: vmdk, profile: scs}
            """
        ),
        WrongInput(
            "two images for one name that moves",
            "os: debian12",
            "os: debian12\npublish: [{registry: a, keep: 2}, {registry: a, name: web, visibility: public}]"
        ),
        WrongInput(
            "two outputs of one format for one name that moves",
            "os: debian12",
            "os: debian12\noutputs: [{format: qcow2}, {format: qcow2, compression: zlib}]\npublish: [{keep: 2}]"
        ),
        WrongInput("bad properties", "os: debian12", "os: debian12\npublish: [{properties: {\"a b\": c, d: 1}}]"),
        WrongInput(
            "properties that are not the recipe's to set",
            "os: debian12",
            """
            os: debian12
            publish:
              - properties:
                  size: "1"
                  os_glance_x: a
                  os_distro: debian
                  imagebake_bake_id: a
                  os_admin_user: debian
            """
        ),
        WrongInput(
            "too many tags and properties",
            "os: debian12",
            "os: debian12\npublish:\n  - tags: [\((0..<129).map { "t\($0)" }.joined(separator: ", "))]\n"
                + "    properties: {\((0..<124).map { "p\($0): a" }.joined(separator: ", "))}"
        ),
        WrongInput(
            "a property of 65536 bytes",
            "os: debian12",
            "os: debian12\npublish: [{properties: {a: \"\(String(repeating: "ü", count: 32768))\"}}]"
        ),
        WrongInput(
            "unknown sysprep operations",
            "os: debian12",
            "os: debian12\nsysprep:\n  enable: [dhcp-client-state, mashine-id]\n  disable: [shell-history, colours]"
        ),
        WrongInput(
            "bad sysprep",
            "os: debian12",
            "os: debian12\nsysprep: {enable: [machine-id], disable: [machine-id]}"
        ),
    ]
}
