import Foundation
import FoundationXML
import SystemPackage

extension DomainDefinition {
    /// The definition as a libvirt domain document.
    ///
    /// The order is that of libvirt's own output.
    public var xml: String {
        let document = XMLDocument(rootElement: domainElement)
        return document.xmlString(options: [.nodePrettyPrint, .nodeCompactEmptyElement]) + "\n"
    }

    private var domainElement: XMLElement {
        var children = [
            element("name", text: name),
            element("uuid", text: uuid),
            element("memory", ["unit": "MiB"], text: String(memoryMiB)),
            element("vcpu", text: String(vcpus)),
            osElement,
        ]
        if !features.isEmpty { children.append(element("features", features)) }
        children += [
            // With KVM the guest gets the host's processor; TCG's `max` is all that QEMU can translate. EL9 and later need
            // x86-64-v2, which QEMU's default model is not.
            element("cpu", ["mode": accelerator == .kvm ? "host-passthrough" : "maximum"]),
            element("clock", ["offset": "utc"]),
            element("on_poweroff", text: "destroy"),
            element("on_reboot", text: "destroy"),
            element("on_crash", text: "destroy"),
            element("devices", devices),
        ]
        return element("domain", ["type": accelerator == .kvm ? "kvm" : "qemu"], children)
    }

    private var osElement: XMLElement {
        let type: XMLElement
        switch architecture {
        case .x86_64: type = element("type", ["arch": architecture.name, "machine": "q35"], text: "hvm")
        case .aarch64: type = element("type", ["arch": architecture.name, "machine": "virt"], text: "hvm")
        case .other: type = element("type", ["arch": architecture.name], text: "hvm")
        }
        var children = [type]
        if let variables = firmware.variables {
            // Both are always said: left open, libvirt takes the first firmware that it finds, which on Debian is the one with
            // Secure Boot on.
            let secure = isSecure ? "yes" : "no"
            children.append(
                element(
                    "firmware",
                    ["enrolled-keys", "secure-boot"].map { element("feature", ["enabled": secure, "name": $0]) }
                )
            )
            children.append(element("nvram", text: variables.string))
        }
        if let boot {
            children.append(element("kernel", text: boot.kernel.string))
            children.append(element("initrd", text: boot.initrd.string))
            children.append(element("cmdline", text: boot.commandLine))
        }
        return firmware == .bios ? element("os", children) : element("os", ["firmware": "efi"], children)
    }

    private var isSecure: Bool {
        if case .secureBoot = firmware { true } else { false }
    }

    private var features: [XMLElement] {
        switch architecture {
        case .x86_64:
            // The variables are guarded by system management mode: what changes them must not be the guest's kernel.
            [element("acpi"), element("apic")] + (isSecure ? [element("smm", ["state": "on"])] : [])
        case .aarch64:
            // Without UEFI nothing would tell the kernel of the tables; libvirt refuses it.
            firmware == .bios ? [] : [element("acpi")]
        case .other:
            []
        }
    }

    private var devices: [XMLElement] {
        var devices = diskElements
        devices += controllers
        if let network { devices.append(networkElement(network)) }
        devices.append(element("serial", ["type": "pty"]))
        devices.append(element("console", ["type": "pty"], [element("target", ["type": "serial", "port": "0"])]))
        devices += channels.map(channelElement)
        if graphics != nil {
            // A PC has a keyboard of its own. The tablet's pointer is where the viewer's is.
            if architecture == .aarch64 { devices.append(element("input", ["type": "keyboard", "bus": "usb"])) }
            devices.append(element("input", ["type": "tablet", "bus": "usb"]))
        }
        if hasTPM { devices.append(tpmElement) }
        switch graphics {
        case .vnc:
            let listen = element("listen", ["type": "address", "address": "127.0.0.1"])
            devices.append(element("graphics", ["type": "vnc", "autoport": "yes"], [listen]))
            // VGA is what every firmware and every kernel can show; Arm has none.
            let model = architecture == .aarch64 ? "virtio" : "vga"
            devices.append(element("video", [element("model", ["type": model])]))
        case nil:
            break
        }
        devices.append(element("memballoon", ["model": "none"]))
        // Without a source of randomness an old kernel waits for minutes to make SSH host keys.
        devices.append(
            element("rng", ["model": "virtio"], [element("backend", ["model": "random"], text: "/dev/urandom")])
        )
        return devices
    }

    private var diskElements: [XMLElement] {
        var names = TargetNames()
        return disks.map { disk in
            var driver: KeyValuePairs = ["name": "qemu", "type": disk.format]
            if !disk.isReadOnly {
                // An install that fails is thrown away, so nothing is gained by flushing; discard keeps the file small.
                driver = ["name": "qemu", "type": disk.format, "cache": "unsafe", "discard": "unmap"]
            }
            return element(
                "disk",
                ["type": "file", "device": "disk"],
                [
                    element("driver", driver),
                    sourceElement(disk.file, keepsOwner: disk.keepsOwner),
                    element("target", ["dev": names.next(on: disk.bus.rawValue), "bus": disk.bus.rawValue]),
                ] + (disk.isReadOnly ? [element("readonly")] : [])
            )
        }
            + cdroms.map { cdrom in
                element(
                    "disk",
                    ["type": "file", "device": "cdrom"],
                    [
                        element("driver", ["name": "qemu", "type": "raw"]),
                        sourceElement(cdrom.file, keepsOwner: cdrom.keepsOwner),
                        element("target", ["dev": names.next(on: cdrom.bus.rawValue), "bus": cdrom.bus.rawValue]),
                        element("readonly"),
                    ]
                )
            }
    }

    private func sourceElement(_ file: FilePath, keepsOwner: Bool) -> XMLElement {
        let label = element("seclabel", ["model": "dac", "relabel": "no"])
        return element("source", ["file": file.string], keepsOwner ? [label] : [])
    }

    private var controllers: [XMLElement] {
        var controllers: [XMLElement] = []
        let onSCSI = (disks.map(\.bus.rawValue) + cdroms.map(\.bus.rawValue)).filter { $0 != Disk.Bus.virtio.rawValue }
        if let last = onSCSI.lastIndex(of: Disk.Bus.scsi.rawValue) {
            // libvirt puts seven targets on a controller, counted by their letters, and gives a further one the model that it
            // finds best, for which EL7 and later have no driver (libvirt, virDomainDiskDefAssignAddress).
            for index in 0...(last / 7) {
                controllers.append(
                    element("controller", ["type": "scsi", "index": String(index), "model": "virtio-scsi"])
                )
            }
        }
        controllers.append(element("controller", ["type": "usb", "model": graphics == nil ? "none" : "qemu-xhci"]))
        return controllers
    }

    private func networkElement(_ network: Network) -> XMLElement {
        var children = network.macAddress.map { [element("mac", ["address": $0])] } ?? []
        let type: String
        switch network.source {
        case .user:
            type = "user"
        case .network(let name):
            type = "network"
            children.append(element("source", ["network": name]))
        case .bridge(let name):
            type = "bridge"
            children.append(element("source", ["bridge": name]))
        }
        children.append(element("model", ["type": "virtio"]))
        return element("interface", ["type": type], children)
    }

    private func channelElement(_ channel: Channel) -> XMLElement {
        let target = element("target", ["type": "virtio", "name": channel.name])
        switch channel.sink {
        case .stream(let socket):
            // virDomainOpenChannel takes no other kind.
            var source: KeyValuePairs = ["mode": "bind"]
            if let socket { source = ["mode": "bind", "path": socket.string] }
            return element("channel", ["type": "unix"], [element("source", source), target])
        case .file(let path):
            return element("channel", ["type": "file"], [element("source", ["path": path.string]), target])
        }
    }

    private var tpmElement: XMLElement {
        element(
            "tpm",
            ["model": architecture == .aarch64 ? "tpm-tis" : "tpm-crb"],
            [element("backend", ["type": "emulator", "version": "2.0"])]
        )
    }

    private func element(
        _ name: String,
        _ attributes: KeyValuePairs<String, String>,
        _ children: [XMLElement] = [],
        text: String? = nil
    ) -> XMLElement {
        let element = XMLElement(name: name, stringValue: text)
        for (key, value) in attributes {
            let attribute = XMLNode(kind: .attribute)
            attribute.name = key
            attribute.stringValue = value
            element.addAttribute(attribute)
        }
        for child in children { element.addChild(child) }
        return element
    }

    private func element(_ name: String, _ children: [XMLElement] = [], text: String? = nil) -> XMLElement {
        element(name, [:], children, text: text)
    }
}

/// Gives out the names of disks: virtio has letters of its own, the other buses share theirs.
private struct TargetNames {
    private var counts: [String: UInt8] = [:]

    mutating func next(on bus: String) -> String {
        let prefix = bus == "virtio" ? "vd" : "sd"
        let count = counts[prefix, default: 0]
        counts[prefix] = count &+ 1
        return prefix + String(UnicodeScalar(UInt8(ascii: "a") &+ count))
    }
}
