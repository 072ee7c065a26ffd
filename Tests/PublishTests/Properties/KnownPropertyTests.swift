import Testing

@testable import Publish

@Suite("The table of known properties")
struct KnownPropertyTests {
    /// The fields of nova/objects/image_meta.py, ImageMetaProps, in Nova 34.
    private static let fields = """
        hw_architecture hw_auto_disk_config hw_boot_menu hw_cdrom_bus hw_cpu_cores hw_cpu_max_cores hw_cpu_max_sockets
        hw_cpu_max_threads hw_cpu_policy hw_cpu_realtime_mask hw_cpu_sockets hw_cpu_thread_policy hw_cpu_threads hw_device_id
        hw_disk_bus hw_disk_type hw_emulation_architecture hw_ephemeral_encryption hw_ephemeral_encryption_format
        hw_ephemeral_encryption_secret_uuid hw_firmware_stateless hw_firmware_type hw_floppy_bus hw_input_bus hw_ipxe_boot
        hw_locked_memory hw_machine_type hw_maxphysaddr_bits hw_maxphysaddr_mode hw_mem_encryption hw_mem_encryption_model
        hw_mem_page_size hw_numa_cpus hw_numa_mem hw_numa_nodes hw_pci_numa_affinity_policy hw_pmu hw_pointer_model hw_qemu_guest_agent
        hw_redirected_usb_ports hw_rescue_bus hw_rescue_device hw_rng_model hw_scsi_model hw_serial_port_count hw_sound_model
        hw_time_hpet hw_tpm_model hw_tpm_version hw_usb_model hw_video_model hw_video_ram hw_vif_model hw_vif_multiqueue_enabled
        hw_viommu_model hw_virtio_packed_ring hw_vm_mode hw_watchdog_action img_bdm_v2 img_bittorrent img_block_device_mapping
        img_cache_in_nova img_compression_level img_config_drive img_hide_hypervisor_id img_hv_requested_version img_hv_type
        img_linked_clone img_mappings img_owner_id img_root_device_name img_signature img_signature_certificate_uuid
        img_signature_hash_method img_signature_key_type img_use_agent img_version os_admin_user os_command_line os_distro
        os_require_quiesce os_secure_boot os_skip_agent_inject_files_at_boot os_skip_agent_inject_ssh os_type traits_required
        """

    @Test("has every property that Nova reads")
    func nova() {
        for field in Self.fields.split(whereSeparator: \.isWhitespace).map(String.init) where field != "traits_required"
        {
            let name = ["hw_numa_cpus", "hw_numa_mem"].contains(field) ? field + ".0" : field
            #expect(KnownProperty.named(name) != nil, "\(field)")
        }
        #expect(KnownProperty.named("trait:HW_CPU_X86_AVX2")?.name == "trait:")
        #expect(KnownProperty.named("hw_numa_cpus.x") == nil && KnownProperty.named("hw_disk_bus.0") == nil)
    }

    @Test("has each once, with a meaning")
    func names() {
        #expect(Set(KnownProperty.all.map(\.name)).count == KnownProperty.all.count)
        for property in KnownProperty.all {
            #expect(!property.meaning.isEmpty && !property.values.summary.isEmpty, "\(property.name)")
        }
        for profile in PropertyProfile.allCases {
            for name in profile.mandatory + profile.recommended { #expect(KnownProperty.named(name) != nil, "\(name)") }
        }
    }

    /// Values that are right and wrong, for properties of every kind.
    private static let samples: [String: (right: [String], wrong: [String])] = [
        "architecture": (
            ["x86_64", "aarch64", "AMD64", "i386"], ["x86-64", "arm64", "riscv64", ""]
        ),
        "hw_disk_bus": (["virtio", "scsi", "sata", "ide", "usb"], ["virtoi", "VIRTIO", "virtio-blk", "nvme", ""]),
        "hw_scsi_model": (["virtio-scsi", "VirtIO-SCSI", "lsiLogicsas", "paraVirtual"], ["virtio", "virtio_scsi"]),
        "hw_vif_model": (["virtio", "e1000e", "VirtualVmxnet3", "igb"], ["virtio-net", "vmxnet4"]),
        "hw_video_model": (["virtio", "none", "bochs"], ["Virtio", "ramfb"]),
        "hw_firmware_type": (["uefi", "bios"], ["UEFI", "efi"]),
        "hw_qemu_guest_agent": (["yes", "no", "true", "False", "1", "on"], ["ja", "enabled", "2", ""]),
        "hw_cpu_cores": (["1", "64"], ["0", "-1", "four", "1.5", "", "99999999999999999999"]),
        "hw_video_ram": (["0", "64"], ["64M", "-1"]),
        "hw_mem_page_size": (
            ["any", "large", "small", "4", "2048", "2MB", "1GB", "2048K", "1GiB"],
            ["huge", "0", "2 MB", "MB", "1X", "Large"]
        ),
        "hw_numa_cpus.0": (["0", "0-3", "0-7,^2,9", "0, 2"], ["", "3-1", "a", "0-", "0--2", "0,,1"]),
        "hw_numa_mem.3": (["1024"], ["0", "1G"]),
        "hw_cpu_realtime_mask": (["^0-1", "2-3"], ["^", "all"]),
        "hw_redirected_usb_ports": (["0", "15"], ["16"]),
        "hw_maxphysaddr_bits": (["46"], ["8", "128"]),
        "kernel_id": (
            ["7f1b6c55-8a52-4d1f-9d1a-0f0c0e4d2a11"],
            ["7f1b6c558a524d1f9d1a0f0c0e4d2a11", "none", "7f1b6c55-8a52-4d1f-9d1a-0f0c0e4d2a1g"]
        ),
        "ramdisk_id": (["7F1B6C55-8A52-4D1F-9D1A-0F0C0E4D2A11"], ["", "x"]),
        "img_hv_requested_version": ([">=2.6", ">=2.6, <3", "==10.0"], ["2.6", "=>2.6", ">= ", ">=2.6,"]),
        "img_signature_hash_method": (["SHA-256"], ["sha256", "SHA-1"]),
        "img_compression_level": (["1", "9"], ["0", "10"]),
        "os_type": (["linux", "Windows"], ["bsd"]),
        "os_secure_boot": (["required", "optional"], ["true"]),
        "os_shutdown_timeout": (["0", "300"], ["5m"]),
        "os_version": (["12", "22.04"], ["", " "]),
        "trait:HW_CPU_X86_AVX2": (["required"], ["forbidden", "yes"]),
        "image_source": (
            ["https://example.org/a.qcow2", "private"], ["example.org", "https://", "file:///a", "https://a b"]
        ),
        "image_build_date": (
            ["2026-11-29", "2024-02-29", "2026-11-29 16:54", "2026-11-29 16:54:02", "2026-11-29T16:54:02Z"],
            [
                "29.11.2026", "2026-02-29", "2026-13-01", "2026-11-31", "2026-11-29 24:00", "2026-11-29T16:54",
                "20261129", "2026-11-29 16",
            ]
        ),
        "replace_frequency": (["monthly", "critical_bug"], ["Monthly", "month", "critical-bug"]),
        "uuid_validity": (
            ["none", "last-3", "2027-01-01", "notice", "forever"], ["last-", "last-0", "last-x", "never"]
        ),
        "provided_until": (["2027-01-01", "none", "notice"], ["forever", "last-3"]),
        "maintained_until": (["2028-06-30"], ["none"]),
        "hotfix_hours": (["0", "48"], ["2 days", "-1"]),
        "license_included": (["true"], ["included"]),
    ]

    @Test("tells right values from wrong ones", arguments: samples.keys.sorted())
    func values(name: String) throws {
        let values = try #require(KnownProperty.named(name)?.values)
        let samples = try #require(Self.samples[name])
        for value in samples.right { #expect(values.accepts(value), "\(name)=\(value)") }
        for value in samples.wrong { #expect(!values.accepts(value), "\(name)=\(value)") }
    }

    @Test("takes each of its words, and no misspelt one or none at all", arguments: KnownProperty.all)
    func words(property: KnownProperty) {
        let name = property.name.replacing(".N", with: ".0").replacing("trait:", with: "trait:CUSTOM_X")
        let check = PropertyCheck()
        func errors(_ value: String) -> [PropertyProblem] {
            // What other properties have to say is another matter.
            check.problems([name: value]).filter { $0.severity == .error && $0.message.contains("cannot be") }
        }
        for word in property.values.words {
            #expect(errors(word).isEmpty, "\(name)=\(word)")
            if case .open = property.values { continue }
            let wrong = errors(word + "qq")
            #expect(
                wrong.count == 1 && wrong.first?.property == name && wrong.first?.value == word + "qq",
                "\(name)=\(word)qq"
            )
            #expect(wrong.first?.allowed == property.values.summary)
        }
        #expect(errors("").count == 1, "\(name)")
    }
}
