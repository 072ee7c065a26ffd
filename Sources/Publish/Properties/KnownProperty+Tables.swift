extension KnownProperty {
    /// nova/virt/arch.py, with the names that fields.Architecture.canonicalize makes of others.
    private static let architectures = PropertyValues.anyCase(
        [
            "alpha", "armv6", "armv7l", "armv7b", "aarch64", "cris", "i686", "ia64", "lm32", "m68k", "microblaze",
            "microblazeel", "mips",
            "mipsel", "mips64", "mips64el", "openrisc", "parisc", "parisc64", "ppc", "ppcle", "ppc64", "ppc64le",
            "ppcemb", "s390", "s390x",
            "sh4", "sh4eb", "sparc", "sparc64", "unicore32", "x86_64", "xtensa", "xtensaeb",
        ],
        aliases: [
            "i386": "i686", "i486": "i686", "i586": "i686", "x86_32": "i686", "x86_32p": "i686", "amd64": "x86_64",
        ]
    )

    /// fields.DiskBus.
    private static let buses = PropertyValues.words([
        "fdc", "ide", "sata", "scsi", "usb", "virtio", "xen", "lxc", "uml",
    ])

    /// fields.HVType.
    private static let hypervisors = PropertyValues.anyCase(
        [
            "baremetal", "bhyve", "docker", "fake", "hyperv", "ironic", "kqemu", "kvm", "lxc", "lxd", "openvz",
            "parallels", "phyp", "qemu",
            "test", "uml", "vbox", "vz", "vmware", "xen", "zvm", "prsm",
        ],
        aliases: ["xapi": "xen"]
    )

    /// fields.VMMode.
    private static let modes = PropertyValues.anyCase(
        ["hvm", "xen", "uml", "exe"],
        aliases: ["pv": "xen", "hv": "hvm", "baremetal": "hvm"]
    )

    private static let count = 1...65536
    private static let anyNumber = 0...Int.max

    /// What the image is.
    static let identity = [
        KnownProperty(
            "architecture",
            architectures,
            .novaLegacy,
            "the processor that the guest needs; the scheduler picks hosts by it"
        ),
        KnownProperty("hw_architecture", architectures, .nova, "the same; wins over architecture"),
        KnownProperty(
            "hw_emulation_architecture",
            architectures,
            .nova,
            "the processor to emulate on a host of another kind"
        ),
        KnownProperty(
            "hypervisor_type",
            hypervisors,
            .novaLegacy,
            "the hypervisor that the image is made for; qemu stands for KVM too"
        ),
        KnownProperty("img_hv_type", hypervisors, .nova, "the same; wins over hypervisor_type"),
        KnownProperty(
            "hypervisor_version_requires",
            .versions,
            .novaLegacy,
            "the versions of the hypervisor that will do"
        ),
        KnownProperty("img_hv_requested_version", .versions, .nova, "the same; wins over hypervisor_version_requires"),
        KnownProperty("vm_mode", modes, .novaLegacy, "the interface between host and guest; hvm for QEMU and KVM"),
        KnownProperty("hw_vm_mode", modes, .nova, "the same; wins over vm_mode"),
        KnownProperty(
            "kernel_id",
            .uuid,
            .glance,
            "the image of the kernel that starts this one, for ami; imagebake sets it with that output"
        ),
        KnownProperty(
            "ramdisk_id",
            .uuid,
            .glance,
            "the image of its ramdisk, for ami; imagebake sets it with that output"
        ),
        KnownProperty("instance_uuid", .uuid, .glance, "the server that this is a snapshot of"),
        KnownProperty("base_image_ref", .uuid, .glance, "the image that this server was made from"),
        KnownProperty("description", .text, .glance, "a sentence for people"),
        KnownProperty("img_type", .words(["whole-disk", "partition"]), .ironic, "what the image holds"),
        KnownProperty("rootfs_uuid", .text, .ironic, "the UUID of the root file system"),
        KnownProperty(
            "trait:",
            .words(["required"]),
            .nova,
            "a trait that the host must have, by the name behind the colon"
        ),
    ]

    /// Where it comes from and how long it lives: what scs-0102 asks for.
    static let origin = [
        KnownProperty("image_source", .address(["private"]), .scs, "where the image can be had"),
        KnownProperty("image_description", .text, .scs, "release notes, or an address of some"),
        KnownProperty(
            "image_build_date",
            .dateTime,
            .scs,
            "when it was built: every update published until then is in it"
        ),
        KnownProperty("image_original_user", .text, .scs, "the user to log in as, or none"),
        KnownProperty("patchlevel", .text, .scs, "the state of updates, where the date does not tell it"),
        KnownProperty(
            "replace_frequency",
            .words(["yearly", "quarterly", "monthly", "weekly", "daily", "critical_bug", "never"]),
            .scs,
            "how often at least a newer image takes the name"
        ),
        KnownProperty(
            "hotfix_hours",
            .integer(anyNumber, "hours"),
            .scs,
            "how soon after a critical fix a newer image comes; 0 without a promise"
        ),
        KnownProperty("uuid_validity", .validity, .scs, "how long the image can be had by its id"),
        KnownProperty(
            "provided_until",
            .date(["none", "notice"]),
            .scs,
            "until when there will be images under this name"
        ),
        KnownProperty("maintained_until", .date([]), .scs, "until when the vendor maintains the system"),
        KnownProperty("os_purpose", .text, .scs, "what the image is for"),
        KnownProperty("license_included", .boolean, .scs, "whether the flavor's price covers the licences"),
        KnownProperty("license_required", .boolean, .scs, "whether the customer brings the licences"),
        KnownProperty("subscription_included", .boolean, .scs, "whether the image has a subscription for updates"),
        KnownProperty("subscription_required", .boolean, .scs, "whether the customer brings the subscription"),
        KnownProperty("l1_support_contact", .text, .scs, "the address of those who support it"),
    ]

    static let processor = [
        KnownProperty("hw_cpu_cores", .integer(count, "cores"), .nova, "cores of a socket"),
        KnownProperty("hw_cpu_sockets", .integer(count, "sockets"), .nova, "sockets"),
        KnownProperty("hw_cpu_threads", .integer(count, "threads"), .nova, "threads of a core"),
        KnownProperty("hw_cpu_max_cores", .integer(count, "cores"), .nova, "the most cores of a socket"),
        KnownProperty("hw_cpu_max_sockets", .integer(count, "sockets"), .nova, "the most sockets"),
        KnownProperty("hw_cpu_max_threads", .integer(count, "threads"), .nova, "the most threads of a core"),
        KnownProperty(
            "hw_cpu_policy",
            .words(["dedicated", "shared", "mixed"]),
            .nova,
            "whether vCPUs are pinned to the host's"
        ),
        KnownProperty(
            "hw_cpu_thread_policy",
            .words(["prefer", "isolate", "require"]),
            .nova,
            "what pinned vCPUs make of the threads of a core"
        ),
        KnownProperty("hw_cpu_realtime_mask", .cpus, .nova, "the vCPUs that run in real time"),
        KnownProperty("hw_pmu", .boolean, .nova, "whether there is a performance monitoring unit"),
        KnownProperty("hw_time_hpet", .boolean, .nova, "whether there is a high precision event timer"),
        KnownProperty(
            "hw_maxphysaddr_mode",
            .words(["passthrough", "emulate"]),
            .nova,
            "where the width of physical addresses comes from"
        ),
        KnownProperty("hw_maxphysaddr_bits", .integer(32...64, "bits"), .nova, "that width"),
    ]

    static let memory = [
        KnownProperty("hw_mem_page_size", .pageSize, .nova, "the size of memory pages"),
        KnownProperty("hw_locked_memory", .boolean, .nova, "whether the host must not swap the guest's memory"),
        KnownProperty("hw_mem_encryption", .boolean, .nova, "whether memory is encrypted"),
        KnownProperty(
            "hw_mem_encryption_model",
            .words(["amd-sev", "amd-sev-es", "amd-sev-snp", "intel-tdx"]),
            .nova,
            "what encrypts it"
        ),
        // ImageMetaProps.NUMA_NODES_MAX is 128.
        KnownProperty("hw_numa_nodes", .integer(1...128, "nodes"), .nova, "NUMA nodes"),
        KnownProperty("hw_numa_cpus.N", .cpus, .nova, "the vCPUs of node N"),
        KnownProperty("hw_numa_mem.N", .integer(1...Int.max, "MiB"), .nova, "the memory of node N"),
        KnownProperty(
            "hw_pci_numa_affinity_policy",
            .words(["required", "legacy", "preferred", "socket"]),
            .nova,
            "how near PCI devices must be"
        ),
    ]

    static let devices = [
        KnownProperty("hw_disk_bus", buses, .nova, "how disks are attached"),
        KnownProperty("hw_cdrom_bus", buses, .nova, "how CD drives are attached"),
        KnownProperty("hw_floppy_bus", buses, .nova, "how floppy drives are attached"),
        KnownProperty("hw_rescue_bus", buses, .nova, "how the disk of a rescue is attached"),
        KnownProperty(
            "hw_rescue_device",
            .words(["cdrom", "disk", "floppy", "fs", "lun"]),
            .nova,
            "what a rescue image is attached as"
        ),
        KnownProperty("hw_disk_type", .text, .nova, "how the disk is allocated, for VMware"),
        KnownProperty(
            "hw_scsi_model",
            .anyCase(
                ["buslogic", "ibmvscsi", "lsilogic", "lsisas1068", "lsisas1078", "virtio-scsi", "vmpvscsi"],
                aliases: ["lsilogicsas": "lsisas1068", "paravirtual": "vmpvscsi"]
            ),
            .nova,
            "the SCSI controller"
        ),
        KnownProperty(
            "hw_vif_model",
            .anyCase(
                [
                    "virtio", "ne2k_pci", "pcnet", "rtl8139", "e1000", "e1000e", "netfront", "spapr-vlan", "lan9118",
                    "sriov", "vmxnet", "vmxnet3",
                    "igb",
                ],
                aliases: [
                    "virtuale1000": "e1000", "virtuale1000e": "e1000e", "virtualpcnet32": "pcnet",
                    "virtualsriovethernetcard": "sriov",
                    "virtualvmxnet": "vmxnet", "virtualvmxnet3": "vmxnet3",
                ]
            ),
            .nova,
            "the network card"
        ),
        KnownProperty(
            "hw_vif_multiqueue_enabled",
            .boolean,
            .nova,
            "whether the network card has a queue for each vCPU"
        ),
        KnownProperty("hw_virtio_packed_ring", .boolean, .nova, "whether virtio uses packed rings"),
        KnownProperty("hw_input_bus", .words(["usb", "virtio"]), .nova, "how keyboard and pointer are attached"),
        KnownProperty("hw_pointer_model", .words(["usbtablet"]), .nova, "the pointer"),
        KnownProperty(
            "hw_video_model",
            .words(["cirrus", "qxl", "vga", "vmvga", "xen", "virtio", "gop", "none", "bochs"]),
            .nova,
            "the graphics card"
        ),
        KnownProperty("hw_video_ram", .integer(anyNumber, "MiB"), .nova, "its memory"),
        KnownProperty(
            "hw_sound_model",
            .words(["sb16", "es1370", "pcspk", "ac97", "ich6", "ich9", "usb", "virtio"]),
            .nova,
            "the sound card"
        ),
        KnownProperty("hw_usb_model", .words(["none", "nec-xhci", "qemu-xhci"]), .nova, "the USB controller"),
        KnownProperty("hw_redirected_usb_ports", .integer(0...15, "ports"), .nova, "USB ports that a console can use"),
        KnownProperty("hw_serial_port_count", .integer(anyNumber, "ports"), .nova, "serial ports"),
        KnownProperty("hw_rng_model", .words(["virtio"]), .nova, "the random number generator"),
        KnownProperty(
            "hw_watchdog_action",
            .words(["none", "pause", "poweroff", "reset", "disabled"]),
            .nova,
            "what a watchdog does"
        ),
        KnownProperty("hw_viommu_model", .words(["intel", "smmuv3", "virtio", "auto"]), .nova, "the IOMMU"),
        KnownProperty("hw_tpm_model", .words(["tpm-tis", "tpm-crb"]), .nova, "the interface of the TPM"),
        KnownProperty(
            "hw_tpm_version",
            .words(["1.2", "2.0"]),
            .nova,
            "the version of the TPM; without it there is none"
        ),
        KnownProperty("hw_ephemeral_encryption", .boolean, .nova, "whether local disks are encrypted"),
        KnownProperty("hw_ephemeral_encryption_format", .words(["plain", "luks", "luksv2"]), .nova, "how"),
        KnownProperty("hw_ephemeral_encryption_secret_uuid", .uuid, .nova, "the secret of an encrypted image"),
        KnownProperty("hw_qemu_guest_agent", .boolean, .nova, "whether the guest runs QEMU's agent"),
        KnownProperty(
            "hw_device_id",
            .integer(anyNumber, "the kind of Xen's tools"),
            .nova,
            "which of Xen's tools the guest has"
        ),
    ]

    static let firmware = [
        KnownProperty("hw_firmware_type", .words(["uefi", "bios"]), .nova, "what starts the guest"),
        KnownProperty("hw_firmware_stateless", .boolean, .nova, "whether UEFI keeps no variables"),
        KnownProperty("hw_machine_type", .text, .nova, "QEMU's machine: q35, pc, virt, s390-ccw-virtio, pseries ..."),
        KnownProperty("hw_boot_menu", .boolean, .nova, "whether the firmware shows its menu"),
        KnownProperty("hw_ipxe_boot", .boolean, .nova, "whether a network boot image is injected into a CD"),
        KnownProperty(
            "os_secure_boot",
            .words(["required", "disabled", "optional"]),
            .nova,
            "whether only signed systems start"
        ),
        KnownProperty(
            "os_command_line",
            .text,
            .nova,
            "the kernel's arguments, for ami; where it is left out Nova says `root=/dev/vda` and the consoles"
        ),
    ]

    /// useful-image-properties.rst: the words that it asks for, and those that it asks not to write.
    private static let distributions = PropertyValues.open(
        [
            "almalinux", "alpine", "arch", "centos", "debian", "fedora", "freebsd", "gentoo", "mandrake", "mandriva",
            "mes", "msdos", "netbsd",
            "netware", "ol", "openbsd", "opensolaris", "opensuse", "rhel", "rocky", "sled", "sles", "ubuntu", "windows",
        ],
        insteadOf: [
            "archlinux": "arch", "org.archlinux": "arch", "org.centos": "centos", "org.debian": "debian",
            "org.fedora": "fedora",
            "org.fedoraproject": "fedora", "org.freebsd": "freebsd", "org.gentoo": "gentoo",
            "mandrakelinux": "mandrake",
            "mandrivalinux": "mandriva", "mandrivaent": "mes", "mandrivaes": "mes", "ms-dos": "msdos",
            "org.netbsd": "netbsd",
            "novell": "netware", "org.openbsd": "openbsd", "org.opensolaris": "opensolaris", "suse": "opensuse",
            "org.opensuse": "opensuse",
            "redhat": "rhel", "com.redhat": "rhel", "com.suse": "sled", "com.ubuntu": "ubuntu", "org.ubuntu": "ubuntu",
            "canonical": "ubuntu",
            "com.microsoft.server": "windows", "windoze": "windows", "rockylinux": "rocky",
        ]
    )

    static let operatingSystem = [
        KnownProperty("os_type", .anyCase(["linux", "windows"]), .nova, "the family of the system"),
        KnownProperty("os_distro", distributions, .nova, "the distribution, by libosinfo's short name"),
        KnownProperty("os_version", .text, .glance, "its version, as the distributor writes it"),
        KnownProperty("os_admin_user", .text, .nova, "the administrator's name"),
        KnownProperty(
            "os_require_quiesce",
            .boolean,
            .nova,
            "whether a snapshot fails where file systems cannot be frozen"
        ),
        KnownProperty(
            "os_shutdown_timeout",
            .integer(anyNumber, "seconds"),
            .glance,
            "how long the guest may take to shut down"
        ),
        KnownProperty("os_skip_agent_inject_files_at_boot", .boolean, .nova, "whether Xen's agent leaves files alone"),
        KnownProperty("os_skip_agent_inject_ssh", .boolean, .nova, "whether Xen's agent leaves SSH keys alone"),
    ]

    /// How services treat the image.
    static let handling = [
        KnownProperty(
            "img_config_drive",
            .words(["optional", "mandatory"]),
            .nova,
            "whether the guest needs a config drive"
        ),
        KnownProperty(
            "img_hide_hypervisor_id",
            .boolean,
            .nova,
            "whether the guest must not see the hypervisor's name"
        ),
        KnownProperty("img_cache_in_nova", .boolean, .nova, "whether hosts keep the image"),
        KnownProperty(
            "img_compression_level",
            .integer(1...9, "the level"),
            .nova,
            "how hard Xen compresses snapshots"
        ),
        KnownProperty("img_linked_clone", .boolean, .nova, "whether VMware links clones"),
        KnownProperty("img_bittorrent", .boolean, .nova, "whether Xen fetches it by BitTorrent"),
        KnownProperty("img_bdm_v2", .boolean, .nova, "the form of img_block_device_mapping"),
        KnownProperty("img_block_device_mapping", .text, .nova, "the block devices of a snapshot, as JSON"),
        KnownProperty("img_mappings", .text, .nova, "the names of block devices, as JSON"),
        KnownProperty("img_owner_id", .text, .nova, "the project that uploaded it"),
        KnownProperty("img_root_device_name", .text, .nova, "the root device of a snapshot"),
        KnownProperty("img_use_agent", .boolean, .nova, "whether Xen talks to its agent"),
        KnownProperty("img_version", .integer(anyNumber, "the version"), .nova, "the version of the form of the image"),
        KnownProperty("img_signature", .text, .nova, "the signature of the bytes, in base64"),
        KnownProperty(
            "img_signature_hash_method",
            .words(["SHA-224", "SHA-256", "SHA-384", "SHA-512"]),
            .nova,
            "the digest that is signed"
        ),
        KnownProperty(
            "img_signature_key_type",
            .words([
                "DSA", "ECC_SECP384R1", "ECC_SECP521R1", "ECC_SECT409K1", "ECC_SECT409R1", "ECC_SECT571K1",
                "ECC_SECT571R1", "RSA-PSS",
            ]),
            .nova,
            "the kind of the key"
        ),
        KnownProperty("img_signature_certificate_uuid", .uuid, .nova, "the certificate, in Barbican"),
        KnownProperty("cinder_img_volume_type", .text, .cinder, "the type of volumes that are made of it"),
        KnownProperty("cinder_encryption_key_id", .uuid, .cinder, "the key of an encrypted volume"),
        KnownProperty(
            "cinder_encryption_key_deletion_policy",
            .words(["on_image_deletion", "do_not_delete"]),
            .cinder,
            "whether the key goes with the image"
        ),
    ]

    /// Names that Nova still reads and that have a newer one, with the values of that.
    static let older = [
        KnownProperty("auto_disk_config", .boolean, .novaLegacy, "not used any more"),
        KnownProperty("hw_auto_disk_config", .text, .nova, "not used any more"),
        KnownProperty("cache_in_nova", .boolean, .novaLegacy, "img_cache_in_nova"),
        KnownProperty("ipxe_boot", .boolean, .novaLegacy, "hw_ipxe_boot"),
        KnownProperty("root_device_name", .text, .novaLegacy, "img_root_device_name"),
        KnownProperty(
            "vmware_adaptertype",
            .anyCase(["lsilogic", "lsilogicsas", "buslogic", "ide", "paravirtual"]),
            .novaLegacy,
            "VMware's disk controller"
        ),
        KnownProperty(
            "vmware_disktype",
            .words(["streamOptimized", "sparse", "preallocated"]),
            .novaLegacy,
            "how VMware allocates the disk"
        ),
        KnownProperty("vmware_image_version", .integer(anyNumber, "the version"), .novaLegacy, "not used any more"),
        KnownProperty("vmware_linked_clone", .boolean, .novaLegacy, "img_linked_clone"),
        KnownProperty("vmware_ostype", .text, .novaLegacy, "VMware's name of the system"),
        KnownProperty("instance_type_rxtx_factor", .text, .glance, "not used any more"),
    ]
}
