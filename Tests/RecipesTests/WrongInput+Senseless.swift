extension WrongInput {
    /// What could be read, and could not be meant.
    static let senseless = injected + urls + kernels + repositories + networks + accounts + disks

    private static let injected: [WrongInput] = [
        WrongInput("rocky9", "install: {files: [{source: web.recipe, path: /etc}]}"),
        WrongInput("rocky9", "install: {files: [{source: web.recipe, path: /etc/passwd}]}"),
        WrongInput("rocky9", "install: {files: [{source: web.recipe, path: /bin/sh}]}"),
        WrongInput("rocky9", "install: {files: [{source: web.recipe, path: /usr/bin/sh}]}"),
        WrongInput("rocky9", "install: {files: [{source: web.recipe, path: /usr/lib/systemd/systemd}]}"),
        WrongInput("rocky9", "install: {files: [{source: web.recipe, path: /lib64/x}]}"),
        WrongInput("rocky9", "install: {files: [{source: web.recipe, path: /tmp/x}]}"),
        WrongInput("rocky9", "install: {files: [{source: web.recipe, path: /mnt/sysimage/x}]}"),
        WrongInput("rocky9", "install: {files: [{source: web.recipe, path: /run/install/ks.cfg}]}"),
        WrongInput("rocky9", "install: {files: [{source: web.recipe, path: /usr}]}"),
        WrongInput(
            "rocky9",
            "install: {files: [{source: web.recipe, path: /opt/x}, {source: web.recipe, path: /opt/x/y}]}"
        ),
    ]

    private static let urls: [WrongInput] = [
        WrongInput("rocky9", "install: {location: \"http://[::1\"}"),
        WrongInput("rocky9", "install: {location: \"http://[::g]/x\"}"),
        WrongInput("rocky9", "install: {location: \"http://[::1]x/\"}"),
        WrongInput("rocky9", "install: {location: \"http://a:65536/\"}"),
        WrongInput("rocky9", "install: {location: \"http://a:0/\"}"),
        WrongInput("rocky9", "install: {location: \"http://a:/\"}"),
        WrongInput("rocky9", "install: {location: \"http://a:1:2/\"}"),
        WrongInput("rocky9", "install: {location: \"http://a..b/\"}"),
        WrongInput("rocky9", "install: {location: \"http://-a/\"}"),
        WrongInput("rocky9", "install: {location: \"http://a/%zz\"}"),
        WrongInput("rocky9", "install: {location: \"http://a/%4\"}"),
        WrongInput("rocky9", "install: {repositories: [{name: a, mirrorlist: \"http://b/?a=%zz\"}]}"),
    ]

    private static let kernels: [WrongInput] = [
        WrongInput("rocky9", "install: {kernel_arguments: [inst.ks=http://a/]}"),
        WrongInput("rocky9", "install: {kernel_arguments: [inst.stage2=http://a/]}"),
        WrongInput("rocky9", "install: {kernel_arguments: [init=/bin/sh]}"),
        WrongInput("rocky9", "install: {kernel_arguments: [--]}"),
        WrongInput("rocky9", "install: {kernel_arguments: [inst.nosave=all]}"),
        WrongInput("rocky9", "install: {kernel_arguments: [rescue]}"),
        WrongInput(
            "a command line that is too long",
            text: "version: 1\nname: web\nos: rocky9\ninstall: {kernel_arguments: ["
                + Array(repeating: String(repeating: "a", count: 500), count: 4).joined(separator: ", ") + "]}\n"
        ),
    ]

    private static let repositories: [WrongInput] = [
        WrongInput("rocky9", "install: {repositories: [{name: anaconda, url: \"http://a/\"}]}"),
        WrongInput(
            "rocky9",
            "install: {repositories: [{name: epel, url: \"http://a/\"}, {name: EPEL, url: \"http://b/\"}]}"
        ),
    ]

    private static let networks: [WrongInput] = [
        WrongInput("rocky9", "system: {network: {bootproto: static, ip: 192.0.2.0, netmask: 255.255.255.0}}"),
        WrongInput("rocky9", "system: {network: {bootproto: static, ip: 192.0.2.255, netmask: 255.255.255.0}}"),
        WrongInput("rocky9", "system: {network: {bootproto: static, ip: 127.0.0.1, netmask: 255.255.255.0}}"),
        WrongInput("rocky9", "system: {network: {bootproto: static, ip: 224.0.0.1, netmask: 255.255.255.0}}"),
        WrongInput(
            "rocky9",
            "system: {network: {bootproto: static, ip: 192.0.2.7, netmask: 255.255.255.0, gateway: 192.0.3.1}}"
        ),
        WrongInput(
            "rocky9",
            "system: {network: {bootproto: static, ip: 192.0.2.7, netmask: 255.255.255.0, gateway: 192.0.2.7}}"
        ),
        WrongInput(
            "rocky9",
            "system: {network: {bootproto: static, ip: 192.0.2.7, netmask: 255.255.255.0, gateway: 192.0.2.255}}"
        ),
        WrongInput(
            "rocky9",
            "system: {network: {bootproto: static, ip: 192.0.2.7, netmask: 255.255.255.255, gateway: 192.0.2.1}}"
        ),
        WrongInput("rocky9", "system: {network: {device: lo}}"),
        WrongInput("rocky9", "system: {network: {hostname: 192.0.2.7}}"),
    ]

    private static let accounts: [WrongInput] = [
        WrongInput("rocky9", "system: {users: [{name: sshd}]}"),
        WrongInput("rocky9", "system: {users: [{name: ada, shell: \"/bin/sh:x\"}]}"),
        WrongInput("rocky9", "system: {services: {enabled: [a.service], disabled: [a]}}"),
        WrongInput("rocky9", "system: {packages: [\"@^a\", \"@^b\"]}"),
        WrongInput("rocky9", "cloud_init: {datasources: [Nocloud]}"),
        WrongInput("rocky9", "cloud_init: {datasources: [Openstackk]}"),
        WrongInput("rocky9", "cloud_init: {datasources: [Heaven]}"),
        WrongInput("rocky9", "cloud_init: {default_user: {name: bin}}"),
        WrongInput("rocky9", "cloud_init: {default_user: {shell: \"/bin/sh:x\"}}"),
    ]

    private static let disks: [WrongInput] = [
        WrongInput(
            "rocky9",
            "system: {partitions: [{mount: /, fstype: xfs, size: 2 GiB}, {mount: /x, fstype: xfs, size: 1 GiB, label: abcdefghijklm}]}"
        ),
        WrongInput(
            "rocky9",
            "system: {partitions: [{mount: /, fstype: xfs, size: 2 GiB}, {mount: /x, fstype: ext4, size: 1 GiB, label: abcdefghijklmnopq}]}"
        ),
        WrongInput(
            "rocky9",
            "system: {partitions: [{mount: /, fstype: xfs, size: 2 GiB}, {mount: /x, fstype: vfat, size: 1 GiB, label: abcdefghijkl}]}"
        ),
        WrongInput(
            "rocky9",
            "system: {partitions: [{mount: /, fstype: xfs, size: 2 GiB}, {mount: /dev, fstype: ext4, size: 1 GiB}]}"
        ),
        WrongInput(
            "rocky9",
            "system: {partitions: [{mount: /, fstype: xfs, size: 2 GiB}, {mount: /dev/x, fstype: ext4, size: 1 GiB}]}"
        ),
        WrongInput(
            "rocky9",
            "system: {partitions: [{mount: /, fstype: xfs, size: 2 GiB}, {mount: /proc, fstype: ext4, size: 1 GiB}]}"
        ),
        WrongInput(
            "rocky9",
            "system: {partitions: [{mount: /, fstype: xfs, size: 2 GiB}, {mount: /sys, fstype: ext4, size: 1 GiB}]}"
        ),
        WrongInput(
            "rocky9",
            "system: {partitions: [{mount: /, fstype: xfs, size: 2 GiB}, {mount: /run/x, fstype: ext4, size: 1 GiB}]}"
        ),
        WrongInput(
            "rocky9",
            "system: {partitions: [{mount: /, fstype: xfs, size: 2 GiB}, {mount: /etc, fstype: ext4, size: 1 GiB}]}"
        ),
        WrongInput(
            "rocky9",
            "system: {partitions: [{mount: /, fstype: xfs, size: 2 GiB}, {mount: /bin, fstype: ext4, size: 1 GiB}]}"
        ),
        WrongInput(
            "rocky9",
            "system: {partitions: [{mount: /, fstype: xfs, size: 2 GiB}, {mount: /lib64, fstype: ext4, size: 1 GiB}]}"
        ),
        WrongInput(
            "rocky9",
            "system: {partitions: [{mount: /, fstype: xfs, size: 2 GiB}, {mount: /x, fstype: efi, size: 200 MiB}]}"
        ),
        WrongInput("rocky9", "system: {partitions: [{mount: /, fstype: vfat, size: 2 GiB}]}"),
        WrongInput(
            "rocky9",
            "system: {partitions: [{mount: /, fstype: xfs, size: 2 GiB}, {mount: /var, fstype: vfat, size: 2 GiB}]}"
        ),
        WrongInput(
            "rocky9",
            "system: {partitions: [{mount: /, fstype: xfs, size: 2 GiB}, {mount: biosboot, fstype: biosboot, size: 1 MiB}]}"
        ),
        WrongInput(
            "rocky9",
            "machine: {firmware: uefi}\nsystem: {partitions: [{mount: /, fstype: xfs, size: 2 GiB}, {mount: /boot/efi, fstype: efi, size: 200 MiB}, {mount: biosboot, fstype: biosboot, size: 1 MiB}]}"
        ),
        WrongInput(
            "rocky9",
            "machine: {firmware: uefi}\nsystem: {partitions: [{mount: /, fstype: xfs, size: 2 GiB}, {mount: /boot/efi, fstype: efi, size: 49 MiB}]}"
        ),
        WrongInput(
            "rocky9",
            "system: {partitions: [{mount: /, fstype: xfs, size: 2 GiB}, {mount: /x, fstype: xfs, size: 299 MiB}]}"
        ),
        WrongInput(
            "rocky9",
            "system: {partitions: [{mount: /, fstype: xfs, size: 2 GiB}, {mount: /x, fstype: ext4, size: 1 GiB, fsoptions: \"nodev,,nosuid\"}]}"
        ),
        WrongInput(
            "rocky9",
            "system: {partitions: [{mount: /, fstype: xfs, size: 2 GiB}, {mount: /a, fstype: ext4, size: 1 GiB, asprimary: true}, {mount: /b, fstype: ext4, size: 1 GiB, asprimary: true}, {mount: /c, fstype: ext4, size: 1 GiB, asprimary: true}, {mount: /d, fstype: ext4, size: 1 GiB, asprimary: true}]}"
        ),
        WrongInput(
            "rocky9",
            "system: {disk_label: gpt, partitions: [{mount: /, fstype: xfs, size: 2 GiB}, {mount: biosboot, fstype: biosboot, size: 1 MiB, grow: true, label: a}]}"
        ),
        WrongInput(
            "rocky8",
            "system: {partitions: [{mount: /, fstype: xfs, size: 2 GiB}, {mount: /x, fstype: xfs, size: 15 MiB}]}"
        ),
    ]
}
