extension FailurePattern {
    static let boot: [FailurePattern] = [
        FailurePattern(
            "stage2-not-fetched",
            .cause,
            .source,
            from: [.console],
            ["failed to fetch stage2 from {url:word}"],
            place: (.url, "url"),
            says: "the guest could not fetch the installer's image from {url}",
            next:
                "see that the tree has images/install.img or LiveOS/squashfs.img, and that the guest's network reaches it",
            means: "The initrd runs, but the installer itself, its second stage, did not come.",
            why:
                "A tree without that image, a mirror that has gone, a mistyped URL, or a network that does not reach it.",
            seen: .log(
                "[   36.584727] localhost dracut-initqueue[574]: Warning: anaconda: failed to fetch stage2 from "
                    + "http:/hostname/dist/rhel/server/7/7.4/x86_64/kickstart",
                "https://github.com/dracutdevs/dracut/issues/360"
            )
        ),
        FailurePattern(
            "image-exceeds-memory",
            .hint,
            .memory,
            from: [.console],
            [
                "curl: (23) Failure writing output to destination",
                "dracut-lib.sh: line {}: echo: write error: No space left on device",
                "RAMDISK: incomplete write",
            ],
            says: "the installer's image does not fit into the guest's memory",
            next: "give the guest more memory: 'machine.memory' in the recipe, 4 GiB for RHEL 9 and its kin",
            means: "The initrd keeps the installer's image in memory, and there was no room for all of it.",
            why: "The image of a newer release is larger: RHEL 7 is content with 2 GiB, RHEL 9 and Fedora are not.",
            seen: .log(
                "[   16.596287] dracut-initqueue[1622]: curl: (23) Failure writing output to destination",
                "https://github.com/virt-s1/rhel-edge/issues/10163"
            )
        ),
        FailurePattern(
            "host-unreachable",
            .hint,
            .network,
            [
                "curl: (7) Failed connect to {host:word}; {detail}",
                "curl: (7) Failed to connect to {host:word} {detail}",
                "Curl error (7): {}for {host:word} [{detail}]",
            ],
            place: (.url, "host"),
            says: "the guest does not reach {host}: {detail}",
            next: "see that the server runs and listens on the guest's network, and that no firewall stands between",
            means: "A connection from the guest was refused, or found no way.",
            why: "The server is down or listens elsewhere, or the guest's network has no route to it.",
            seen: .log(
                "dracut-initqueue[607]: 0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0curl: (7) "
                    + "Failed connect to 192.168.122.1:1024; No route to host",
                "https://github.com/RedHatEMEA/demobuilder/issues/76"
            )
        ),
        FailurePattern(
            "host-unknown",
            .hint,
            .network,
            ["Could not resolve host: {host:word}", "Couldn't resolve host '{host:word}'"],
            place: (.url, "host"),
            says: "the guest cannot resolve the name {host}",
            next: "see that the name is right and that the guest's network has a name server",
            means: "The guest asked for the address of a server and got none.",
            why: "A mistyped or vanished name, a network without DNS, or a name server that is not reached.",
            seen: .log(
                "02:34:01,678 WARNING anaconda:packaging: Failed to download 'NetworkManager-1.40.10-1.el8.x86_64.rpm': 3 - Curl "
                    + "error (6): Couldn't resolve host name for http://download.eng.bos.redhat.com/rhel-8/nightly/RHEL-8/"
                    + "latest-RHEL-8.8.0/compose/BaseOS/x86_64/os/Packages/NetworkManager-1.40.10-1.el8.x86_64.rpm [Could not resolve host: download.eng.bos.redhat.com]",
                "https://github.com/rhinstaller/kickstart-tests/issues/872"
            )
        ),
        FailurePattern(
            "server-timeout",
            .hint,
            .network,
            ["Timeout was reached for {url:word}", "Connection timed out after {ms:digits} milliseconds"],
            place: (.url, "url"),
            says: "a server did not answer in time",
            next: "try again later, or name a nearer mirror in the recipe",
            means: "A download stood still until its time was over.",
            why: "An overloaded mirror, or a network that loses packets.",
            seen: .log(
                "03:48:45,555 WARNING org.fedoraproject.Anaconda.Modules.Payloads:INFO:librepo:Serious error - Curl code (28): "
                    + "Timeout was reached for http://dl.fedoraproject.org/pub/fedora/linux/development/rawhide/Everything/"
                    + "x86_64/os/repodata/repomd.xml [Operation too slow. Less than 1000 bytes/sec transferred the last 30 seconds]",
                "https://github.com/rhinstaller/kickstart-tests/issues/949"
            )
        ),
        FailurePattern(
            "wrong-clock",
            .hint,
            .network,
            ["SSL certificate problem: certificate is not yet valid"],
            says: "a server's certificate is not valid yet: the guest's clock is wrong",
            next: "set the clock of the host; the guest takes its own from there",
            means: "The guest believes that it is earlier than the day on which the certificate was made.",
            why: "A host whose clock is behind, or a virtual clock that was set so.",
            seen: .log(
                "curl: (60) SSL certificate problem: certificate is not yet valid",
                "https://github.com/netdata/netdata/issues/2274"
            )
        ),
        FailurePattern(
            "certificate-refused",
            .hint,
            .network,
            ["SSL certificate problem: {detail}"],
            unless: ["not yet valid"],
            says: "the guest does not trust a server's certificate: {detail}",
            next:
                "use a server whose certificate a public authority signed, or http with a pinned tree; see that the clock is right",
            means: "A download over https was refused by the guest.",
            why: "A certificate that has expired, is signed by an authority of one's own, or is for another name.",
            seen: .log(
                "  - Curl error (60): SSL peer certificate or SSH remote key was not OK for "
                    + "https://zrepl.cschwarz.com/rpm/repo/repodata/repomd.xml [SSL certificate problem: certificate has expired]",
                "https://github.com/zrepl/zrepl/issues/947"
            )
        ),
        FailurePattern(
            "dracut-timeout",
            .clue,
            .boot,
            from: [.console],
            ["dracut-initqueue timeout - starting timeout scripts", "dracut-initqueue: starting timeout scripts"],
            says: "the initrd waits in vain for its root file system or the installer's image",
            next: "look further up for a download that failed or a disk that is missing",
            means: "The initrd has waited for some minutes and begins to give up.",
            why: "The installer's image did not come, or the disk it should be on is not there.",
            seen: .log(
                "Apr 20 07:55:45 c910f04x27v04.pok.stglabs.ibm.com dracut-initqueue[244]: Warning: dracut-initqueue timeout - "
                    + "starting timeout scripts",
                "https://github.com/xcat2/xcat-core/issues/953"
            )
        ),
        FailurePattern(
            "no-installer-image",
            .symptom,
            .boot,
            from: [.console],
            ["missing inst.stage2 or inst.repo boot parameters"],
            says: "the initrd found no installer image",
            next: "look further up for a download that failed; 'imagebake render' shows the kernel command line",
            means:
                "Anaconda's initrd says what it thinks: that the command line names no image. It says so, too, where the image "
                + "was named and did not come.",
            why: "No inst.stage2 and no inst.repo on the command line, or a source that could not be reached.",
            seen: .log(
                "[  321.521692] g75 dracut-initqueue[1371]: Warning: missing inst.stage2 or inst.repo boot parameters on the",
                "https://github.com/dracutdevs/dracut/issues/2047"
            )
        ),
        FailurePattern(
            "could-not-boot",
            .symptom,
            .boot,
            from: [.console],
            ["Warning: Could not boot."],
            says: "the initrd could not start the installer",
            next: "look further up for the first warning of the initrd",
            means: "The initrd has given up; a shell follows.",
            why: "What it waited for did not come; an earlier line says what.",
            seen: .log(
                "dracut-initqueue[372]: Warning: Could not boot.",
                "https://github.com/cobbler/cobbler/issues/1661"
            )
        ),
        FailurePattern(
            "no-root-device",
            .symptom,
            .boot,
            from: [.console],
            ["Warning: /dev/{device:word} does not exist"],
            says: "the initrd found no /dev/{device}",
            next:
                "for /dev/root, look further up for a download that failed; for another device, see that the guest has the disk",
            means: "A device that the initrd waited for is not there. /dev/root is the installer's image.",
            why: "The image did not come, the disk has another name, or its driver is not in the initrd.",
            seen: .log(
                "[  220.286731] localhost dracut-initqueue[574]: Warning: /dev/root does not exist",
                "https://github.com/dracutdevs/dracut/issues/360"
            )
        ),
        FailurePattern(
            "dracut-fatal",
            .symptom,
            .boot,
            from: [.console],
            ["dracut: FATAL: {detail}"],
            says: "the initrd gave up: {detail}",
            next: "look further up for what failed before",
            means: "The initrd stopped for good.",
            why: "It got something that it cannot use, often an image that came only in part.",
            seen: .log(
                "[   17.487474] dracut: FATAL: Failed to find a root filesystem in /tmp/curl_fetch_url1/install.img.",
                "https://github.com/virt-s1/rhel-edge/issues/10163"
            )
        ),
        FailurePattern(
            "bad-medium",
            .cause,
            .source,
            from: [.console],
            ["The media check is complete, the result is: FAIL"],
            says: "the installation medium is damaged",
            next: "fetch the ISO image again and compare its checksum",
            means: "The medium was compared with the checksum written on it, and differs.",
            why: "A download that was cut off or changed on its way.",
            seen: .program(
                "The media check is complete, the result is: FAIL.",
                "https://github.com/rhinstaller/isomd5sum"
            )
        ),
        FailurePattern(
            "damaged-image",
            .hint,
            .source,
            from: [.console],
            ["SQUASHFS error: {detail}"],
            says: "the installer's image is damaged: {detail}",
            next: "fetch the tree or the ISO image again: 'imagebake build --refresh tree'",
            means: "The file system in which the installer lies cannot be read.",
            why: "An image that came only in part, or a medium with errors.",
            seen: .log(
                "SQUASHFS error: unable to read id index table",
                "https://github.com/clearlinux/clr-installer/issues/620"
            )
        ),
        FailurePattern(
            "damaged-initrd",
            .hint,
            .boot,
            from: [.console],
            ["RAMDISK: EOF while reading compressed data", "Initramfs unpacking failed: {}"],
            says: "the initrd is damaged or not complete",
            next: "fetch the tree again: 'imagebake build --refresh tree'",
            means: "The kernel could not unpack the initrd to its end.",
            why: "A file that came only in part, or too little memory for it.",
            seen: .log(
                "[    1.800889] RAMDISK: EOF while reading compressed data",
                "https://github.com/linuxkit/linuxkit/issues/3123"
            )
        ),
        FailurePattern(
            "processor-too-old",
            .cause,
            .boot,
            from: [.console],
            ["Fatal glibc error: CPU does not support {}", "libc.so.6: CPU ISA level is lower than required"],
            says: "the guest's processor is too old for this system",
            next:
                "bake on a newer host, or an older release: the guest has the host's processor already, or the best that QEMU can act",
            means: "The C library refuses to run; init dies at once and the kernel panics.",
            why: "RHEL 9 needs x86-64-v2, RHEL 10 x86-64-v3; QEMU's default processor offers neither.",
            seen: .log(
                "2022/07/03 21:55:57 packer-builder-qemu plugin: Qemu stdout: Fatal glibc error: CPU does not support x86-64-v2",
                "https://github.com/canonical/packer-maas/issues/54"
            )
        ),
        FailurePattern(
            "no-bootable-device",
            .cause,
            .boot,
            from: [.console],
            ["^No bootable device"],
            says: "the firmware found nothing to boot from",
            next:
                "see that the kernel and the initrd, or the medium, were given to the guest, and that the firmware fits the disk",
            means: "The firmware tried every device and none has a boot loader that it can start.",
            why:
                "An empty disk, a medium that is not bootable, or a disk that was installed for UEFI and is started by BIOS.",
            seen: .log(
                "No bootable device.",
                "https://github.com/microvm-nix/microvm.nix/issues/132"
            )
        ),
    ]
}
