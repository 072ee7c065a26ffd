import Yams

/// The check that cloud-init can read a cloud.cfg: that it is YAML, a mapping, and has the most used keys in a form that they can have.
enum CloudConfigCheck {
    private struct Forms: OptionSet {
        let rawValue: Int
        static let scalar = Self(rawValue: 1)
        static let text = Self(rawValue: 2)
        static let list = Self(rawValue: 4)
        static let mapping = Self(rawValue: 8)

        var inWords: String {
            let words: [(Forms, String)] = [
                (.scalar, "a plain value"), (.text, "text"), (.list, "a list"), (.mapping, "a mapping"),
            ]
            return words.filter { contains($0.0) }.map(\.1).joined(separator: " or ")
        }
    }

    /// Forms by cloud-init's own schema (cloudinit/config/schemas/schema-cloud-config-v1.json).
    private static let forms: [String: Forms] = [
        "users": [.text, .list, .mapping], "groups": [.text, .list, .mapping], "disable_root": .scalar,
        "ssh_pwauth": .scalar, "ssh_deletekeys": .scalar, "preserve_hostname": .scalar, "manage_etc_hosts": .scalar,
        "hostname": .scalar, "fqdn": .scalar, "locale": .scalar, "timezone": .scalar, "resize_rootfs": .scalar,
        "package_update": .scalar, "package_upgrade": .scalar, "final_message": .scalar, "runcmd": .list,
        "bootcmd": .list, "packages": .list, "write_files": .list, "mounts": .list, "mount_default_fields": .list,
        "ssh_authorized_keys": .list, "fs_setup": .list, "cloud_init_modules": .list, "cloud_config_modules": .list,
        "cloud_final_modules": .list, "datasource_list": .list, "datasource": .mapping, "system_info": .mapping,
        "growpart": .mapping, "network": .mapping, "ntp": .mapping, "apt": .mapping, "yum_repos": .mapping,
        "chpasswd": .mapping, "disk_setup": .mapping, "swap": .mapping, "power_state": .mapping, "output": .mapping,
        "random_seed": .mapping, "phone_home": .mapping, "ca_certs": .mapping, "rsyslog": .mapping,
        "resolv_conf": .mapping, "vendor_data": .mapping, "syslog_fix_perms": [.text, .list],
    ]

    /// What is wrong with a text; each message begins with the file's name and, where it is known, a line.
    static func problems(of text: String, name: String) -> [String] {
        let tree: YAMLTree
        do throws(RecipeProblems) {
            tree = try YAMLTree(text, file: name)
        } catch {
            return error.diagnostics.map { "\($0)" }
        }
        let repeated = tree.problems.map { "\($0)" }
        guard case .mapping(let mapping) = tree.root else {
            return repeated + ["\(name): a cloud.cfg is a mapping, not \(tree.root.kindInWords)"]
        }
        return repeated
            + mapping.compactMap { key, value in
                guard let key = key.scalar?.string, let forms = forms[key], !fits(value, forms) else { return nil }
                return "\(name):\(value.place.line): '\(key)' must be \(forms.inWords), not \(value.kindInWords)"
            }
    }

    private static func fits(_ node: Node, _ forms: Forms) -> Bool {
        switch node {
        case .mapping: forms.contains(.mapping)
        case .sequence: forms.contains(.list)
        case .alias: true
        case .scalar(let scalar):
            // Nothing is what a key without a value has, and cloud-init takes it for one that is not there.
            scalar.kind == .nothing || forms.contains(.scalar) || (forms.contains(.text) && scalar.kind == .text)
        }
    }
}
