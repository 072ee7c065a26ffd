import Testing

@testable import Publish

@Suite("The check of properties")
struct PropertyCheckTests {
    private static let id = "7f1b6c55-8a52-4d1f-9d1a-0f0c0e4d2a11"

    private func lines(_ properties: [String: String], profile: PropertyProfile? = nil) -> [String] {
        PropertyCheck(profile: profile).problems(properties).map { "\($0.severity.rawValue): \($0)" }
    }

    @Test("finds nothing in what a sound image has")
    func sound() {
        #expect(
            lines([
                "architecture": "x86_64", "os_distro": "debian", "os_version": "12", "os_type": "linux",
                "hw_disk_bus": "scsi",
                "hw_scsi_model": "virtio-scsi", "hw_qemu_guest_agent": "yes", "os_require_quiesce": "yes",
                "hw_firmware_type": "uefi",
                "os_secure_boot": "required", "hw_machine_type": "q35", "trait:CUSTOM_GPU": "required",
                "imagebake_bake_id": "x",
                "anything": "", "owner_specified.openstack.md5": "", "os_hidden": "true",
            ]) == []
        )
    }

    @Test(
        "says what is wrong, what would be right and what was meant",
        arguments: [
            ("hw_disk_bus", "virtoi", "error: 'hw_disk_bus' cannot be 'virtoi'; did you mean 'virtio'?"),
            (
                "hw_disk_bus", "nvme",
                "error: 'hw_disk_bus' cannot be 'nvme'; it may be fdc, ide, sata, scsi, usb, virtio, xen, lxc, uml"
            ),
            ("hw_disk_bus", "SCSI", "error: 'hw_disk_bus' cannot be 'SCSI'; did you mean 'scsi'?"),
            ("architecture", "x86-64", "error: 'architecture' cannot be 'x86-64'; did you mean 'x86_64'?"),
            ("architecture", "amd46", "error: 'architecture' cannot be 'amd46'; did you mean 'x86_64'?"),
            ("hw_cpu_cores", "0", "error: 'hw_cpu_cores' cannot be '0'; it may be a number of cores, 1 to 65536"),
            ("hw_boot_menu", "ture", "error: 'hw_boot_menu' cannot be 'ture'; did you mean 'true'?"),
            (
                "hw_disk_buss", "scsi",
                "warning: no service knows a property 'hw_disk_buss'; did you mean 'hw_disk_bus'?"
            ),
            ("HW_DISK_BUS", "scsi", "warning: no service knows a property 'HW_DISK_BUS'; did you mean 'hw_disk_bus'?"),
            ("img_whatever_this_is", "1", "warning: no service knows a property 'img_whatever_this_is'"),
            (
                "os_distro", "Debian",
                "warning: 'os_distro' is 'Debian', which services write otherwise; did you mean 'debian'?"
            ),
            (
                "os_distro", "redhat",
                "warning: 'os_distro' is 'redhat', which services write otherwise; did you mean 'rhel'?"
            ),
            (
                "os_glance_stores", "a",
                "error: 'os_glance_stores' belongs to Glance, which refuses it from anybody else"
            ),
            (
                "trait:gpu", "required",
                "error: 'trait:gpu' names no trait; it may be capital letters, digits and _, such as trait:HW_CPU_X86_AVX2"
            ),
            ("kernel_id", "vmlinuz", "error: 'kernel_id' cannot be 'vmlinuz'; it may be a UUID"),
        ]
    )
    func messages(name: String, value: String, message: String) {
        #expect(lines([name: value]) == [message])
    }

    @Test("knows no better word for a distribution that it does not know")
    func distributions() { #expect(lines(["os_distro": "voidlinux"]) == []) }

    @Test(
        "knows what properties ask of each other",
        arguments: [
            (["os_require_quiesce": "yes"], "os_require_quiesce", "needs hw_qemu_guest_agent=yes"),
            (
                ["os_require_quiesce": "yes", "hw_qemu_guest_agent": "no"], "os_require_quiesce",
                "needs hw_qemu_guest_agent=yes"
            ),
            (["os_secure_boot": "required"], "os_secure_boot", "needs hw_firmware_type=uefi"),
            (
                ["os_secure_boot": "required", "hw_firmware_type": "bios"], "os_secure_boot",
                "needs hw_firmware_type=uefi"
            ),
            (
                [
                    "os_secure_boot": "required", "hw_firmware_type": "uefi", "architecture": "x86_64",
                    "hw_machine_type": "pc",
                ],
                "os_secure_boot", "needs hw_machine_type=q35"
            ),
            (["hw_firmware_stateless": "true"], "hw_firmware_stateless", "needs hw_firmware_type=uefi"),
            (["hw_mem_encryption": "true"], "hw_mem_encryption", "needs hw_firmware_type=uefi"),
            (["hw_scsi_model": "virtio-scsi"], "hw_scsi_model", "needs hw_disk_bus=scsi"),
            (["hw_scsi_model": "virtio-scsi", "hw_disk_bus": "virtio"], "hw_scsi_model", "needs hw_disk_bus=scsi"),
            (["hw_tpm_model": "tpm-crb", "hw_tpm_version": "1.2"], "hw_tpm_model", "needs hw_tpm_version=2.0"),
            (
                ["hw_cpu_thread_policy": "isolate", "hw_cpu_policy": "shared"], "hw_cpu_thread_policy",
                "needs hw_cpu_policy=dedicated"
            ),
            (["hw_maxphysaddr_bits": "46"], "hw_maxphysaddr_bits", "needs hw_maxphysaddr_mode=emulate"),
            (["hw_cpu_cores": "8", "hw_cpu_max_cores": "4"], "hw_cpu_cores", "is more than hw_cpu_max_cores=4"),
            (
                ["hw_numa_cpus.0": "0", "hw_numa_mem.0": "64", "hw_numa_mem.2": "64"], "hw_numa_mem.2",
                "is not read without hw_numa_mem.1"
            ),
            (["hw_numa_nodes": "1", "hw_numa_cpus.0": "0"], "hw_numa_cpus.0", "needs hw_numa_mem.N"),
            (
                [
                    "hw_numa_nodes": "2", "hw_numa_cpus.0": "0", "hw_numa_mem.0": "64", "hw_numa_mem.1": "64",
                    "hw_numa_cpus.1": "1",
                    "hw_numa_mem.3": "1",
                ],
                "hw_numa_mem.3", "is not read without hw_numa_mem.2"
            ),
            (
                ["img_signature": "x", "img_signature_hash_method": "SHA-256"], "img_signature",
                "is not looked at without"
            ),
            (["license_included": "true", "license_required": "yes"], "license_required", "cannot have to bring"),
            (["os_type": "linux", "os_distro": "windows"], "os_type", "contradicts os_distro=windows"),
            (
                ["architecture": "x86_64", "hw_architecture": "aarch64"], "architecture",
                "is not looked at beside hw_architecture=aarch64"
            ),
        ] as [([String: String], String, String)]
    )
    func rules(properties: [String: String], property: String, words: String) {
        let errors = PropertyCheck().problems(properties).filter { $0.severity == .error }
        #expect(errors.map(\.property) == [property], "\(errors)")
        #expect(errors.first?.message.contains(words) == true, "\(errors)")
    }

    @Test(
        "warns of what does nothing by itself",
        arguments: [
            ["os_secure_boot": "optional"], ["hw_tpm_model": "tpm-tis"], ["hw_cpu_thread_policy": "prefer"],
            ["hw_ephemeral_encryption_format": "luks"], ["ramdisk_id": id], ["os_command_line": "quiet"],
            ["hw_mem_encryption_model": "amd-sev"],
        ]
    )
    func warnings(properties: [String: String]) {
        #expect(PropertyCheck().problems(properties).map(\.severity) == [.warning])
    }

    @Test("does not say twice that a value is wrong")
    func once() {
        #expect(lines(["os_require_quiesce": "yess"]).count == 1)
        #expect(lines(["hw_numa_nodes": "1000", "hw_numa_cpus.0": "x", "hw_numa_mem.0": "y"]).count == 3)
    }

    private static let scs = [
        "architecture": "x86_64", "os_distro": "debian", "os_version": "12", "hw_disk_bus": "scsi",
        "hw_scsi_model": "virtio-scsi",
        "hypervisor_type": "qemu", "hw_rng_model": "virtio", "image_source": "private",
        "image_description": "https://example.org",
        "image_build_date": "2026-11-29", "image_original_user": "debian", "replace_frequency": "monthly",
        "uuid_validity": "last-3",
        "provided_until": "2028-06-30",
    ]

    @Test("asks for what scs-0102 asks for", arguments: PropertyProfile.scs0102.mandatory)
    func mandatory(name: String) {
        let check = PropertyCheck(profile: .scs0102)
        #expect(check.problems(Self.scs, minDisk: 2, minRAM: 512) == [])
        var properties = Self.scs
        properties[name] = nil
        // The model of a controller needs its bus; that is said as well.
        let errors = check.problems(properties, minDisk: 2, minRAM: 512).filter {
            $0.severity == .error && $0.value == nil
        }
        #expect(errors.map(\.property) == [name] && errors.first?.message == "scs-0102 asks for '\(name)'")
        properties[name] = ""
        #expect(
            check.problems(properties, minDisk: 2, minRAM: 512).contains {
                $0.severity == .error && $0.property == name
            }
        )
        #expect(PropertyCheck().problems([:]) == [])
    }

    @Test("asks for a least disk and memory, and recommends the rest")
    func attributes() {
        let problems = PropertyCheck(profile: .scs0102).problems(
            Self.scs.filter { !["hypervisor_type", "hw_rng_model", "hw_scsi_model"].contains($0.key) },
            minDisk: 0
        )
        #expect(
            problems.map(\.property) == ["min_disk", "min_ram", "hw_rng_model", "hw_scsi_model", "hypervisor_type"]
        )
        #expect(problems.map(\.severity) == [.error, .error, .warning, .warning, .warning])
        #expect(PropertyProfile(rawValue: "scs-0102") == .scs0102)
    }
}
