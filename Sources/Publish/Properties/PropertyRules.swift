/// What properties ask of each other.
struct PropertyRules {
    private let properties: [String: String]

    /// The properties whose values are right by themselves.
    init(_ properties: [String: String]) { self.properties = properties }

    var problems: [PropertyProblem] {
        needs + exclusions + numa + signature + olderNames
    }

    /// One property that means nothing, or something else, without another.
    private struct Need: Sendable {
        let severity: PropertyProblem.Severity
        let property: String
        let isSet: @Sendable (String) -> Bool
        let other: String
        let isMet: @Sendable (String?) -> Bool
        let words: String

        init(
            _ severity: PropertyProblem.Severity,
            _ property: String,
            if isSet: @escaping @Sendable (String) -> Bool = { _ in true },
            needs other: String,
            to isMet: @escaping @Sendable (String?) -> Bool = { $0 != nil },
            _ words: String
        ) {
            self.severity = severity
            self.property = property
            self.isSet = isSet
            self.other = other
            self.isMet = isMet
            self.words = words
        }
    }

    private static func isTrue(_ value: String?) -> Bool { value.flatMap(PropertyValues.boolean) == true }

    private static let table: [Need] = [
        // nova/virt/libvirt/driver.py, _can_quiesce.
        Need(
            .error,
            "os_require_quiesce",
            if: isTrue,
            needs: "hw_qemu_guest_agent",
            to: isTrue,
            "hw_qemu_guest_agent=yes; without it every snapshot fails"
        ),
        // The same, _check_secure_boot_support.
        Need(
            .error,
            "os_secure_boot",
            if: { $0 == "required" },
            needs: "hw_firmware_type",
            to: { $0 == "uefi" },
            "hw_firmware_type=uefi"
        ),
        Need(
            .warning,
            "os_secure_boot",
            if: { $0 == "optional" },
            needs: "hw_firmware_type",
            to: { $0 == "uefi" },
            "hw_firmware_type=uefi; without it there is no secure boot"
        ),
        // nova/virt/hardware.py: get_stateless_firmware_constraint ignores it, the memory encryption models refuse.
        Need(
            .error,
            "hw_firmware_stateless",
            if: isTrue,
            needs: "hw_firmware_type",
            to: { $0 == "uefi" },
            "hw_firmware_type=uefi"
        ),
        Need(
            .error,
            "hw_mem_encryption",
            if: isTrue,
            needs: "hw_firmware_type",
            to: { $0 == "uefi" },
            "hw_firmware_type=uefi"
        ),
        Need(
            .warning,
            "hw_mem_encryption_model",
            needs: "hw_mem_encryption",
            to: isTrue,
            "hw_mem_encryption=true, here or in the flavor"
        ),
        // A model without a disk on that bus makes a controller with nothing on it.
        Need(.error, "hw_scsi_model", needs: "hw_disk_bus", to: { $0 == "scsi" }, "hw_disk_bus=scsi"),
        Need(.warning, "hw_tpm_model", needs: "hw_tpm_version", "hw_tpm_version; without it there is no TPM"),
        // nova/virt/hardware.py, get_vtpm_constraint.
        Need(
            .error,
            "hw_tpm_model",
            if: { $0 == "tpm-crb" },
            needs: "hw_tpm_version",
            to: { $0 != "1.2" },
            "hw_tpm_version=2.0"
        ),
        // CPUThreadPolicyConfigurationInvalid, unless the flavor has the policy.
        Need(.error, "hw_cpu_thread_policy", needs: "hw_cpu_policy", to: { $0 != "shared" }, "hw_cpu_policy=dedicated"),
        Need(
            .warning,
            "hw_cpu_thread_policy",
            needs: "hw_cpu_policy",
            "hw_cpu_policy=dedicated, here or in the flavor"
        ),
        Need(
            .error,
            "hw_maxphysaddr_bits",
            needs: "hw_maxphysaddr_mode",
            to: { $0 == "emulate" },
            "hw_maxphysaddr_mode=emulate"
        ),
        Need(
            .warning,
            "hw_ephemeral_encryption_format",
            needs: "hw_ephemeral_encryption",
            to: isTrue,
            "hw_ephemeral_encryption=true"
        ),
        Need(.warning, "ramdisk_id", needs: "kernel_id", "kernel_id; without it nothing starts from the ramdisk"),
        Need(.warning, "os_command_line", needs: "kernel_id", "kernel_id; the firmware's loader does not read it"),
    ]

    private var needs: [PropertyProblem] {
        Self.table.compactMap { need in
            guard let value = properties[need.property], need.isSet(value), !need.isMet(properties[need.other]) else {
                return nil
            }
            return PropertyProblem(need.severity, need.property, value, "\(need.property)=\(value) needs \(need.words)")
        }
    }

    private var exclusions: [PropertyProblem] {
        var problems: [PropertyProblem] = []
        // scs-0102: "This can not be true at the same time as the previous setting."
        if Self.isTrue(properties["license_included"]), Self.isTrue(properties["license_required"]) {
            let message =
                "the customer cannot have to bring a licence (license_required) that the price includes (license_included)"
            problems.append(PropertyProblem(.error, "license_required", properties["license_required"], message))
        }
        if let distribution = properties["os_distro"], let type = properties["os_type"]?.lowercased(),
            (distribution == "windows") != (type == "windows")
        {
            problems.append(
                PropertyProblem(.error, "os_type", type, "os_type=\(type) contradicts os_distro=\(distribution)")
            )
        }
        // _check_secure_boot_support: the machine of x86_64 has to be q35, which is not every cloud's default.
        let machine = properties["hw_machine_type"]
        if properties["os_secure_boot"] == "required", architecture == "x86_64", machine?.contains("q35") != true {
            let severity: PropertyProblem.Severity = machine == nil ? .warning : .error
            problems.append(
                PropertyProblem(
                    severity,
                    "os_secure_boot",
                    "required",
                    "os_secure_boot=required needs hw_machine_type=q35 on x86_64"
                )
            )
        }
        for kind in ["cores", "sockets", "threads"] {
            guard let value = properties["hw_cpu_\(kind)"], let wanted = Int(value),
                let most = properties["hw_cpu_max_\(kind)"].flatMap(Int.init), wanted > most
            else { continue }
            problems.append(
                PropertyProblem(
                    .error,
                    "hw_cpu_\(kind)",
                    value,
                    "hw_cpu_\(kind)=\(wanted) is more than hw_cpu_max_\(kind)=\(most)"
                )
            )
        }
        return problems
    }

    private var architecture: String? {
        (properties["hw_architecture"] ?? properties["architecture"]).map {
            $0.lowercased() == "amd64" ? "x86_64" : $0.lowercased()
        }
    }

    /// image_meta.py, _set_numa_cpus: Nova counts from 0 and stops at the first number that is missing.
    private var numa: [PropertyProblem] {
        var problems: [PropertyProblem] = []
        func cells(_ prefix: String) -> [Int] {
            properties.keys.filter { $0.hasPrefix(prefix) }.compactMap {
                PropertyValues.number($0.dropFirst(prefix.count))
            }.sorted()
        }
        let (cpus, memory) = (cells("hw_numa_cpus."), cells("hw_numa_mem."))
        for (prefix, cells) in [("hw_numa_cpus.", cpus), ("hw_numa_mem.", memory)] {
            if let (expected, cell) = zip(0..., cells).first(where: { $0 != $1 }) {
                let name = "\(prefix)\(cell)"
                problems.append(
                    PropertyProblem(.error, name, properties[name], "\(name) is not read without \(prefix)\(expected)")
                )
            } else if let nodes = properties["hw_numa_nodes"].flatMap(Int.init), !cells.isEmpty, cells.count != nodes {
                let name = "\(prefix)\(cells.count - 1)"
                let message = "hw_numa_nodes=\(nodes) does not go with \(cells.count) of \(prefix)N"
                problems.append(PropertyProblem(.error, name, properties[name], message))
            }
        }
        // ImageNUMATopologyIncomplete.
        if cpus.isEmpty != memory.isEmpty {
            let (there, missing) =
                cpus.isEmpty ? ("hw_numa_mem.0", "hw_numa_cpus.N") : ("hw_numa_cpus.0", "hw_numa_mem.N")
            problems.append(
                PropertyProblem(.error, there, properties[there], "\(there) needs \(missing) for every node as well")
            )
        }
        return problems
    }

    /// cursive, signature_utils.should_create_verifier: with one missing nothing is verified, and nobody says so.
    private var signature: [PropertyProblem] {
        let names = [
            "img_signature", "img_signature_hash_method", "img_signature_key_type", "img_signature_certificate_uuid",
        ]
        let missing = names.filter { properties[$0] == nil }
        guard !missing.isEmpty, let first = names.first(where: { properties[$0] != nil }) else { return [] }
        return [
            PropertyProblem(
                .error,
                first,
                properties[first],
                "\(first) is not looked at without \(missing.joined(separator: ", "))"
            )
        ]
    }

    /// image_meta.py, from_dict: the newer name wins.
    private var olderNames: [PropertyProblem] {
        let pairs = [
            "architecture": "hw_architecture", "hypervisor_type": "img_hv_type", "vm_mode": "hw_vm_mode",
            "hypervisor_version_requires": "img_hv_requested_version", "cache_in_nova": "img_cache_in_nova",
            "ipxe_boot": "hw_ipxe_boot",
            "root_device_name": "img_root_device_name", "vmware_linked_clone": "img_linked_clone",
            "vmware_disktype": "hw_disk_type",
        ]
        return pairs.compactMap { older, newer in
            guard let old = properties[older], let new = properties[newer], old != new else { return nil }
            return PropertyProblem(.error, older, old, "\(older)=\(old) is not looked at beside \(newer)=\(new)")
        }
    }
}
