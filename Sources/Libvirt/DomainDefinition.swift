import Foundation
import FoundationXML
public import SystemPackage

/// What a guest is made of, as far as an installer or a probe needs it.
///
/// ``xml`` follows libvirt's domain format (libvirt, docs/formatdomain.rst). The guest boots its kernel directly; a reboot, a
/// crash and a power-off all end it, so that an installer's last act is the domain's last event.
public struct DomainDefinition: Equatable, Sendable {
    /// Who executes the guest's instructions.
    public enum Accelerator: String, Codable, Sendable {
        /// The kernel's virtual machine, with the host's own processor.
        case kvm
        /// QEMU's translator, anywhere, slowly.
        case tcg
    }

    /// A kernel that is started without a boot loader.
    public struct DirectBoot: Equatable, Sendable {
        /// The kernel image.
        public var kernel: FilePath
        /// The initial RAM disk.
        public var initrd: FilePath
        /// The kernel command line.
        public var commandLine: String

        /// Creates a direct boot.
        public init(kernel: FilePath, initrd: FilePath, commandLine: String) {
            self.kernel = kernel
            self.initrd = initrd
            self.commandLine = commandLine
        }
    }

    /// A disk on the virtio bus.
    public struct Disk: Equatable, Sendable {
        /// The image file.
        public var file: FilePath
        /// Its format, always given: QEMU must never guess it (a guest can write a qcow2 header into a raw disk).
        public var format: String
        /// Whether the guest may not write to it.
        public var isReadOnly: Bool
        /// Whether libvirt leaves the file's owner alone, though it gives the others to the user that QEMU runs as.
        ///
        /// So it must be with a file that guests share, which must then be readable by that user. Only a driver that changes
        /// owners, the privileged one, knows the setting; a session refuses it.
        public var keepsOwner: Bool

        /// Creates a disk.
        public init(file: FilePath, format: String, isReadOnly: Bool = false, keepsOwner: Bool = false) {
            self.file = file
            self.format = format
            self.isReadOnly = isReadOnly
            self.keepsOwner = keepsOwner
        }
    }

    /// The guest's name.
    public var name: String
    /// The guest's UUID, by which a later run finds it again.
    public var uuid: String
    /// Who executes it.
    public var accelerator: Accelerator
    /// The memory in MiB.
    public var memoryMiB: Int
    /// The number of virtual processors.
    public var vcpus: Int
    /// The processor architecture in libvirt's words, such as `x86_64`.
    public var architecture: String
    /// The kernel to start; nil starts the firmware alone.
    public var boot: DirectBoot?
    /// The disks, in the order in which the guest names them (`vda`, `vdb`, ...).
    public var disks: [Disk]
    /// Whether it has a network card on QEMU's user network.
    public var hasUserNetwork: Bool
    /// The card's MAC address; nil lets libvirt choose one.
    public var macAddress: String?

    /// Creates a definition.
    public init(
        name: String,
        uuid: String,
        accelerator: Accelerator,
        memoryMiB: Int,
        vcpus: Int,
        architecture: String = "x86_64",
        boot: DirectBoot? = nil,
        disks: [Disk] = [],
        hasUserNetwork: Bool = false,
        macAddress: String? = nil
    ) {
        self.name = name
        self.uuid = uuid
        self.accelerator = accelerator
        self.memoryMiB = memoryMiB
        self.vcpus = vcpus
        self.architecture = architecture
        self.boot = boot
        self.disks = disks
        self.hasUserNetwork = hasUserNetwork
        self.macAddress = macAddress
    }

    /// The definition as a libvirt domain document.
    public var xml: String {
        let document = XMLDocument(rootElement: domainElement)
        return document.xmlString(options: [.nodePrettyPrint, .nodeCompactEmptyElement]) + "\n"
    }

    private var domainElement: XMLElement {
        element(
            "domain",
            ["type": accelerator == .kvm ? "kvm" : "qemu"],
            [
                element("name", text: name),
                element("uuid", text: uuid),
                element("memory", ["unit": "MiB"], text: String(memoryMiB)),
                element("vcpu", text: String(vcpus)),
                osElement,
                element("features", [element("acpi"), element("apic")]),
                // With KVM the guest gets the host's processor; TCG's `max` is all that QEMU can translate. EL9 and later
                // need x86-64-v2, which QEMU's default model is not.
                element("cpu", ["mode": accelerator == .kvm ? "host-passthrough" : "maximum"]),
                element("clock", ["offset": "utc"]),
                element("on_poweroff", text: "destroy"),
                element("on_reboot", text: "destroy"),
                element("on_crash", text: "destroy"),
                element("devices", devices),
            ]
        )
    }

    private var osElement: XMLElement {
        var children = [element("type", ["arch": architecture, "machine": "q35"], text: "hvm")]
        if let boot {
            children.append(element("kernel", text: boot.kernel.string))
            children.append(element("initrd", text: boot.initrd.string))
            children.append(element("cmdline", text: boot.commandLine))
        }
        return element("os", children)
    }

    private var devices: [XMLElement] {
        var devices = zip(disks, "abcdefghijklmnopqrstuvwxyz").map { diskElement($0, target: "vd\($1)") }
        devices.append(element("controller", ["type": "usb", "model": "none"]))
        if hasUserNetwork {
            var children = [element("model", ["type": "virtio"])]
            if let macAddress { children.insert(element("mac", ["address": macAddress]), at: 0) }
            devices.append(element("interface", ["type": "user"], children))
        }
        devices.append(element("serial", ["type": "pty"]))
        devices.append(element("console", ["type": "pty"], [element("target", ["type": "serial", "port": "0"])]))
        // Without a source of randomness an old kernel waits for minutes to make SSH host keys.
        devices.append(
            element("rng", ["model": "virtio"], [element("backend", ["model": "random"], text: "/dev/urandom")])
        )
        devices.append(element("memballoon", ["model": "none"]))
        return devices
    }

    private func diskElement(_ disk: Disk, target: String) -> XMLElement {
        let target = element("target", ["dev": target, "bus": "virtio"])
        let label = element("seclabel", ["model": "dac", "relabel": "no"])
        let children: [XMLElement]
        if disk.isReadOnly {
            children = [
                element("driver", ["name": "qemu", "type": disk.format]),
                element("source", ["file": disk.file.string], disk.keepsOwner ? [label] : []),
                target,
                element("readonly"),
            ]
        } else {
            // An install that fails is thrown away, so nothing is gained by flushing; discard keeps the file small.
            children = [
                element("driver", ["name": "qemu", "type": disk.format, "cache": "unsafe", "discard": "unmap"]),
                element("source", ["file": disk.file.string]),
                target,
            ]
        }
        return element("disk", ["type": "file", "device": "disk"], children)
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
