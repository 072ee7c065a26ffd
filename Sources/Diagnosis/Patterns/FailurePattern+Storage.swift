extension FailurePattern {
    static let storage: [FailurePattern] = [
        FailurePattern(
            "no-disk",
            .cause,
            .storage,
            [
                "StorageConfigurationError: No usable disks", "Storage configuration has failed: No usable disks",
                "no valid devices were found on which to create new file systems",
            ],
            says: "the installer found no disk that it may use",
            next:
                "see that the guest has a disk, that its bus is one that the installer has a driver for, and that the kickstart's "
                + "'ignoredisk' and 'clearpart' name it: vda for virtio, sda for SCSI and SATA",
            means: "There is no disk, or none that the kickstart allows.",
            why:
                "A disk of another name than the kickstart's, or one that is protected because the kickstart or the source lies on it.",
            seen: .log(
                "Anaconda.Modules.Storage:pyanaconda.modules.common.errors.configuration.StorageConfigurationError: No usable disks.",
                "https://github.com/rhinstaller/kickstart-tests/issues/907"
            )
        ),
        FailurePattern(
            "volume-group-full",
            .cause,
            .storage,
            ["new lv is too large to fit in free space', '{group}'", "not enough free space in volume group"],
            place: (.volumeGroup, "group"),
            says: "the logical volumes do not fit into their volume group",
            next:
                "make 'machine.disk' larger, or the volumes smaller; a volume group loses some MiB to its own records",
            means: "The sizes of the logical volumes are more than the volume group has.",
            why:
                "Sizes that add up to the whole disk, a disk that is smaller than thought, or old partitions that were not cleared.",
            seen: .log(
                "The following problem occurred in line 9 of the kickstart file:\n\n"
                    + "('new lv is too large to fit in free space', 'vgRoot')",
                "https://github.com/dafydd2277/systemAdmin/issues/2"
            )
        ),
        FailurePattern(
            "partition-too-large",
            .cause,
            .storage,
            [
                "device is too large for new format", "Unable to allocate aligned partition",
                "requested size exceeds maximum",
            ],
            says: "a partition is larger than its file system or the disk allows",
            next: "make the partition in the recipe smaller; a biosboot partition is 1 MiB",
            means: "A size in the kickstart cannot be.",
            why: "A special partition with an ordinary size, or a size beyond the end of the disk.",
            seen: .log(
                "device is too large for new format",
                "https://github.com/xcat2/xcat-core/issues/7393"
            )
        ),
        FailurePattern(
            "partitions-do-not-fit",
            .cause,
            .storage,
            [
                "not enough free space on disks", "No big enough free space on disks",
                "Unable to allocate requested partition scheme", "PartitioningError: {}not enough free space",
            ],
            unless: ["set new default"],
            says: "the disk has no room for the partitions of the kickstart",
            next:
                "make 'machine.disk' in the recipe larger, or the partitions smaller; see that 'clearpart' clears the disk",
            means: "The partitions that the kickstart asks for are more than the disk has room for.",
            why: "A disk that is too small, or one whose old partitions stay.",
            seen: .program(
                "storage configuration failed: not enough free space on disks",
                "https://github.com/storaged-project/blivet/blob/2.0/blivet/partitioning.py"
            )
        ),
        FailurePattern(
            "no-boot-device",
            .cause,
            .storage,
            ["failed to find a suitable stage1 device: {detail}", "failed to find a suitable stage1 device"],
            says: "no disk can take the boot loader: {detail}",
            next:
                "for UEFI add an EFI system partition (/boot/efi) and a GPT; for BIOS with a GPT a biosboot partition of 1 MiB",
            means: "The layout has no place from which the firmware can start the boot loader.",
            why:
                "A layout for BIOS on a guest with UEFI, or the other way round; or the disk named for the boot loader is another one.",
            seen: .log(
                "02:11:03,735 WARNING org.fedoraproject.Anaconda.Modules.Storage:"
                    + "pyanaconda.modules.common.errors.configuration.BootloaderConfigurationError: Failed to find a suitable stage1 "
                    + "device: vda1 must have one of the following disklabel types: gpt.; vda2 must have one of the following disklabel "
                    + "types: gpt.; EFI System Partition cannot be of type ext4.",
                "https://github.com/rhinstaller/kickstart-tests/issues/1731"
            )
        ),
        FailurePattern(
            "no-biosboot",
            .cause,
            .storage,
            ["needs a special partition to boot from a GPT disk label"],
            says: "a GPT disk needs a biosboot partition to boot from BIOS",
            next:
                "add 'part biosboot --fstype=biosboot --size=1' to the layout, or set 'system.disk_label', or use UEFI",
            means: "GRUB has no room behind the partition table of a GPT disk, so it needs a partition of its own.",
            why: "A disk of more than 2 TiB, or inst.gpt, makes Anaconda use a GPT; newer releases always do.",
            seen: .log(
                "Found sanity error: Your BIOS-based system needs a special partition to boot from a GPT disk label. To continue, "
                    + "please create a 1MiB 'biosboot' type partition.",
                "https://github.com/rhinstaller/kickstart-tests/issues/759"
            )
        ),
        FailurePattern(
            "storage-checked-bad",
            .general,
            .storage,
            ["Found sanity error: {detail}", "Error checking storage configu"],
            unless: ["special partition to boot"],
            says: "the installer does not take the layout of the disk: {detail}",
            next: "correct 'system.partitions' in the recipe",
            means: "Anaconda checked the layout and will not begin with it. In text mode it shows its menu and waits.",
            why: "No root partition, one that is too small, or one that cannot be booted from.",
            seen: .log(
                " 5) [!] Installation Destination                 (Kdump is enabled)\n"
                    + "        (Error checking storage configu   8) [ ] User creation\n"
                    + "        ration)                                  (No user will be created)",
                "https://github.com/xcat2/xcat-core/issues/948"
            )
        ),
        FailurePattern(
            "wrong-installer-image",
            .cause,
            .boot,
            ["new value {fstype:word} is not valid as a default fs type"],
            says:
                "the installer cannot make file systems of type {fstype}: its kernel and its image do not belong together",
            next:
                "take kernel, initrd and installer image from one tree; fetch it again: 'imagebake build --refresh tree'",
            means:
                "The kernel could not load a file system's module, since the modules in the image are for another kernel.",
            why:
                "A tree that was updated between the download of the initrd and that of the image, or an initrd that was made by hand.",
            seen: .log(
                "00:56:52,275 WARNING org.fedoraproject.Anaconda.Modules.Storage:ValueError: new value xfs is not valid as a default "
                    + "fs type",
                "https://github.com/rhinstaller/kickstart-tests/issues/1134"
            )
        ),
        FailurePattern(
            "name-in-use",
            .cause,
            .storage,
            ["ValueError: name already in use", "ValueError: device name already in use"],
            says: "a volume or volume group of the kickstart is already on the disk",
            next: "see that 'clearpart --all' stands in the kickstart; 'imagebake render' shows it",
            means: "The kickstart makes a volume group whose name is taken.",
            why: "An old installation on the disk that was not cleared, or a disk whose partitions cannot be read.",
            seen: .log(
                "ValueError: name already in use",
                "https://github.com/xcat2/xcat-core/issues/5509"
            )
        ),
        FailurePattern(
            "storage-failed",
            .general,
            .storage,
            [
                "storage configuration failed: {detail}", "Storage configuration has failed: {detail}",
                "StorageConfigurationError: {detail}", "Failed to save storage configuration",
                "The following errors occurred with your partitioning",
            ],
            detailFollows: true,
            says: "the disk could not be laid out as the kickstart asks: {detail}",
            next: "correct 'system.partitions' in the recipe; 'imagebake render' shows what becomes of it",
            means: "Anaconda could not make its plan for the disk.",
            why: "A layout that does not fit the disk or the firmware.",
            seen: .log(
                "Generating updated storage configuration\nstorage configuration failed: failed to find a suitable stag",
                "https://github.com/xcat2/xcat-core/issues/821"
            )
        ),
        FailurePattern(
            "boot-loader-failed",
            .general,
            .storage,
            [
                "The following error occurred while installing the boot loader",
                "BootloaderInstallationError: {reason}", "Bootloader installation has failed: {reason}",
            ],
            says: "the boot loader could not be installed",
            next: "look further up for what grub2-install or efibootmgr printed",
            means: "The system is on the disk, but cannot be started. Anaconda asks whether to go on all the same.",
            why:
                "A layout without a place for it, packages of the boot loader that are missing, or a defect of the release.",
            seen: .log(
                " The following error occurred while installing the boot loader. The system will\n not be bootable. Would you like "
                    + "to ignore this and continue with installation?\n \n failed to write boot loader configuration",
                "https://github.com/virt-s1/rhel-edge/issues/8045"
            )
        ),
        FailurePattern(
            "grub-install-error",
            .hint,
            .storage,
            ["grub2-install: error: {detail}", "/sbin/gen_grub_cfgstub: line {:digits}: {detail}"],
            says: "GRUB could not be installed: {detail}",
            next: "look at the layout of the disk and at the packages of the boot loader",
            means: "The program that writes the boot loader failed.",
            why: "A disk or RAID that GRUB cannot see, no EFI system partition, or packages that are missing.",
            seen: .log(
                "00:15:01,185 WARNING org.fedoraproject.Anaconda.Modules.Storage:INFO:program:grub2-install: error: "
                    + "../grub-core/kern/disk.c:236:disk `mduuid/8aedefe40972d6a899b5bbe5ba49a04e' not found.",
                "https://github.com/rhinstaller/kickstart-tests/issues/879"
            )
        ),
        FailurePattern(
            "disk-error",
            .hint,
            .storage,
            from: [.console, .anaconda],
            ["I/O error, dev {disk:word}, sector {sector:digits}"],
            unless: ["dev fd0", "dev sr0", "dev loop"],
            says: "the disk {disk} has errors",
            next: "see that the host's file system is not full and its disk is sound; QEMU's log has the host's error",
            means: "The kernel could not read or write a sector of the guest's disk.",
            why: "A host whose disk is full or broken: with werror=report the guest gets the error.",
            seen: .log(
                "        kernel: print_req_error: I/O error, dev sdb, sector 486805504",
                "https://github.com/rhinstaller/anaconda/pull/2635"
            )
        ),
        FailurePattern(
            "file-system-full",
            .clue,
            .storage,
            ["No space left on device"],
            unless: ["dracut-lib.sh"],
            says: "a file system of the guest is full",
            next:
                "give the partition more room, or the guest more memory where it is the installer's own system that is full",
            means: "A program in the guest could not write.",
            why: "A partition that is too small; or the installer's own system, which lies in memory.",
            seen: .log(
                "objcopy:arch/x86/boot/vmlinux.bin[.rodata..compressed]: No space left on device",
                "https://github.com/fosslinux/live-bootstrap/issues/254"
            )
        ),
    ]
}
