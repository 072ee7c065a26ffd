import Foundation
import SystemPackage

extension DomainDefinition {
    /// The longest command line that a kernel reads, in bytes: `COMMAND_LINE_SIZE` (x86 and arm64 alike: 2,048) with its end mark.
    static let longestCommandLine = 2047

    // sun_path of unix(7), without its end mark.
    private static let longestSocketPath = 107

    // The letters after `vd` and `sd`; libvirt would go on with `vdaa`, the installer's `sda` to `sdz` rules would not.
    private static let mostDisks = 26

    /// Refuses what cannot work, before anything is started.
    ///
    /// What only a particular host can tell, such as whether it has an emulator for the architecture, is left to libvirt.
    /// - Throws: ``DomainDefinitionError`` for the first mistake.
    public func validate() throws(DomainDefinitionError) {
        try validateMachine()
        try validateDisks()
        try validateDevices()
    }

    private func validateMachine() throws(DomainDefinitionError) {
        try Self.check(text: name, "the guest's name")
        guard !name.isEmpty, !name.contains("/"), !name.contains(where: \.isNewline), name != ".", name != ".." else {
            throw .init(.invalidName, "'\(name)' is no name for a guest: it must not be empty or hold a slash")
        }
        // libvirt writes the name into options of swtpm that end at a comma, and into the subject of its certificate.
        if hasTPM, let character = name.first(where: { ",\\".contains($0) }) {
            throw .init(.invalidName, "'\(name)' is no name for a guest with a TPM: swtpm misreads '\(character)'")
        }
        guard UUID(uuidString: uuid) != nil else { throw .init(.invalidUUID, "'\(uuid)' is no UUID") }
        guard memoryMiB > 0 else { throw .init(.noResources, "the guest has no memory (\(memoryMiB) MiB)") }
        guard vcpus > 0 else { throw .init(.noResources, "the guest has no processor (\(vcpus))") }
        if case .other(let name) = architecture {
            throw .init(.unknownArchitecture, "no machine is known for the architecture '\(name)'")
        }
        switch (architecture, firmware, boot) {
        case (.aarch64, .bios, nil):
            throw .init(
                .firmwareMismatch,
                "an aarch64 machine has no BIOS: it needs UEFI, or a kernel to start directly"
            )
        case (.aarch64, .secureBoot, .some):
            throw .init(
                .firmwareMismatch,
                "aarch64 firmware with Secure Boot starts no kernel directly: only a boot loader's signature is trusted"
            )
        default:
            break
        }
        if let variables = firmware.variables { try Self.check(path: variables, "the firmware's variables") }
        if let boot {
            try Self.check(path: boot.kernel, "the kernel")
            try Self.check(path: boot.initrd, "the initrd")
            try Self.check(text: boot.commandLine, "the kernel's command line")
            let length = boot.commandLine.utf8.count
            guard length <= Self.longestCommandLine else {
                throw .init(
                    .commandLineTooLong,
                    "the kernel's command line is \(length) bytes long, and a kernel reads \(Self.longestCommandLine)"
                )
            }
        }
    }

    private func validateDisks() throws(DomainDefinitionError) {
        for disk in disks {
            try Self.check(path: disk.file, "the disk")
            guard !disk.format.isEmpty, disk.format.utf8.allSatisfy(Self.isLetterOrDigit) else {
                throw .init(.invalidFormat, "'\(disk.format)' is no format of a disk image")
            }
        }
        for cdrom in cdroms { try Self.check(path: cdrom.file, "the CD-ROM") }
        let onVirtio = disks.count { $0.bus == .virtio }
        for count in [onVirtio, disks.count - onVirtio + cdroms.count] where count > Self.mostDisks {
            throw .init(.tooManyDisks, "\(count) disks on one kind of bus are more than its \(Self.mostDisks) letters")
        }
        var written = disks.filter { !$0.isReadOnly }.map(\.file)
        if let variables = firmware.variables { written.append(variables) }
        for channel in channels {
            switch channel.sink {
            case .file(let path), .stream(let path?): written.append(path)
            case .stream(nil): break
            }
        }
        let read = disks.filter(\.isReadOnly).map(\.file) + cdroms.map(\.file)
        for (index, file) in written.enumerated() where written[..<index].contains(file) || read.contains(file) {
            throw .init(.sharedFile, "\(file) is used twice, and the guest writes to it")
        }
    }

    private func validateDevices() throws(DomainDefinitionError) {
        switch network?.source {
        case .network(let name):
            try Self.check(text: name, "the network's name")
            guard !name.isEmpty, !name.contains("/") else {
                throw .init(.invalidName, "'\(name)' is no name of a libvirt network")
            }
        case .bridge(let name):
            // What the kernel takes for a device (net/core/dev.c, dev_valid_name), and of that what libvirt's schema takes.
            guard (1...15).contains(name.utf8.count), name != ".", name != "..",
                name.utf8.allSatisfy({ Self.isLetterOrDigit($0) || "_.-".utf8.contains($0) })
            else { throw .init(.invalidName, "'\(name)' is no name of a bridge") }
        case .user, nil:
            break
        }
        if let address = network?.macAddress { try Self.check(macAddress: address) }
        for channel in channels {
            try Self.check(text: channel.name, "the channel's name")
            guard !channel.name.isEmpty, !channel.name.contains("/"), !channel.name.contains(where: \.isNewline) else {
                throw .init(.invalidName, "'\(channel.name)' is no name of a channel")
            }
            switch channel.sink {
            case .file(let path):
                try Self.check(path: path, "the channel's file")
            case .stream(let socket?):
                try Self.check(path: socket, "the channel's socket")
                guard socket.string.utf8.count <= Self.longestSocketPath else {
                    throw .init(
                        .pathTooLong,
                        "the path of a socket has at most \(Self.longestSocketPath) bytes: '\(socket)'"
                    )
                }
            case .stream(nil):
                break
            }
        }
        for (index, channel) in channels.enumerated()
        where channels[..<index].contains(where: { $0.name == channel.name }) {
            throw .init(.duplicateChannel, "there are two channels '\(channel.name)'")
        }
    }

    private static func check(macAddress address: String) throws(DomainDefinitionError) {
        let octets = address.split(separator: ":", omittingEmptySubsequences: false)
        let values = octets.compactMap { $0.utf8.count == 2 && $0.first != "+" ? UInt8($0, radix: 16) : nil }
        guard octets.count == 6, values.count == 6 else {
            throw .init(.invalidMACAddress, "'\(address)' is no MAC address")
        }
        guard values[0] & 1 == 0 else {
            throw .init(.invalidMACAddress, "the MAC address '\(address)' is a multicast one, which no card can have")
        }
        guard values.contains(where: { $0 != 0 }) else {
            throw .init(.invalidMACAddress, "the MAC address '\(address)' is no card's")
        }
    }

    private static func check(path: FilePath, _ what: String) throws(DomainDefinitionError) {
        guard FilePath(path.string) == path else {
            throw .init(.unrepresentable, "the path of \(what) is not UTF-8: \(path)")
        }
        try check(text: path.string, "the path of \(what)")
        guard path.isAbsolute else { throw .init(.relativePath, "the path of \(what) is not absolute: '\(path)'") }
    }

    // The characters of XML 1.0, section 2.2.
    private static func check(text: String, _ what: String) throws(DomainDefinitionError) {
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x9, 0xA, 0xD, 0x20...0xD7FF, 0xE000...0xFFFD, 0x1_0000...0x10_FFFF: continue
            default:
                throw .init(
                    .unrepresentable,
                    "\(what) holds U+\(String(scalar.value, radix: 16, uppercase: true)), which XML cannot carry"
                )
            }
        }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
