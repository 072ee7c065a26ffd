import Libvirt
import SystemPackage
import Testing

@Suite("What a definition refuses")
struct ValidationTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let code: DomainDefinitionError.Code
        let message: String
        let change: @Sendable (inout DomainDefinition) -> Void

        init(
            _ name: String,
            _ code: DomainDefinitionError.Code,
            says message: String,
            _ change: @escaping @Sendable (inout DomainDefinition) -> Void
        ) {
            testDescription = name
            self.code = code
            self.message = message
            self.change = change
        }
    }

    static let cases: [Case] = [
        .init("no name", .invalidName, says: "''") { $0.name = "" },
        .init("a name with a slash", .invalidName, says: "'a/b'") { $0.name = "a/b" },
        .init("a name of two lines", .invalidName, says: "a\nb") { $0.name = "a\nb" },
        .init("a name that is a directory", .invalidName, says: "'..'") { $0.name = ".." },
        .init("a name with a NUL", .unrepresentable, says: "U+0") { $0.name = "a\0b" },
        .init("a TPM's option in a name", .invalidName, says: "swtpm misreads ','") {
            $0.hasTPM = true
            $0.name = "a,level=20"
        },
        .init("a TPM and a backslash in a name", .invalidName, says: #"swtpm misreads '\'"#) {
            $0.hasTPM = true
            $0.name = #"a\n"#
        },
        .init("a word for a UUID", .invalidUUID, says: "'web'") { $0.uuid = "web" },
        .init("no memory", .noResources, says: "0 MiB") { $0.memoryMiB = 0 },
        .init("no processor", .noResources, says: "(-1)") { $0.vcpus = -1 },
        .init("an architecture without a machine", .unknownArchitecture, says: "'ppc64le'") {
            $0.architecture = .other("ppc64le")
        },
        .init("Arm with the firmware of a PC", .firmwareMismatch, says: "no BIOS") {
            $0.architecture = .aarch64
            $0.boot = nil
        },
        .init("Secure Boot of a bare kernel on Arm", .firmwareMismatch, says: "starts no kernel directly") {
            $0.architecture = .aarch64
            $0.firmware = .secureBoot(variables: "/b/VARS.fd")
        },
        .init("variables in the working directory", .relativePath, says: "'VARS.fd'") {
            $0.firmware = .uefi(variables: "VARS.fd")
        },
        .init("a kernel in the working directory", .relativePath, says: "'vmlinuz'") { $0.boot?.kernel = "vmlinuz" },
        .init("an initrd in the working directory", .relativePath, says: "'initrd'") { $0.boot?.initrd = "initrd" },
        .init("an escape sequence for the kernel", .unrepresentable, says: "U+1B") {
            $0.boot?.commandLine = "a=\u{1B}[2J"
        },
        .init("a command line that is cut off", .commandLineTooLong, says: "2048 bytes long") {
            $0.boot?.commandLine = String(repeating: "x", count: 2048)
        },
        .init("a disk in the working directory", .relativePath, says: "'disk.raw'") {
            $0.disks = [.init(file: "disk.raw", format: "raw")]
        },
        .init("a disk without a path", .relativePath, says: "''") { $0.disks = [.init(file: "", format: "raw")] },
        .init("a path that is not UTF-8", .unrepresentable, says: "not UTF-8") {
            $0.disks = [.init(file: FilePath(platformString: [0x2F, CChar(bitPattern: 0xFF), 0]), format: "raw")]
        },
        .init("a disk whose format is to be guessed", .invalidFormat, says: "''") {
            $0.disks = [.init(file: "/b/d", format: "")]
        },
        .init("a format with an option", .invalidFormat, says: "'raw,readonly=on'") {
            $0.disks = [.init(file: "/b/d", format: "raw,readonly=on")]
        },
        .init("27 virtio disks", .tooManyDisks, says: "27 disks") { $0.disks = disks(27, on: .virtio) },
        .init("26 disks and a CD-ROM on one set of letters", .tooManyDisks, says: "27 disks") {
            $0.disks = disks(13, on: .sata) + disks(13, on: .scsi)
            $0.cdroms = [.init(file: "/t/repo.iso")]
        },
        .init("one disk twice", .sharedFile, says: "/b/d is used twice") {
            $0.disks = [.init(file: "/b/d", format: "raw"), .init(file: "/b/d", format: "raw")]
        },
        .init("a disk that is its own CD-ROM", .sharedFile, says: "/b/d is used twice") {
            $0.disks = [.init(file: "/b/d", format: "raw")]
            $0.cdroms = [.init(file: "/b/d")]
        },
        .init("variables on the disk", .sharedFile, says: "/b/d is used twice") {
            $0.disks = [.init(file: "/b/d", format: "raw")]
            $0.firmware = .uefi(variables: "/b/d")
        },
        .init("a CD-ROM in the working directory", .relativePath, says: "'repo.iso'") {
            $0.cdroms = [.init(file: "repo.iso")]
        },
        .init("a network without a name", .invalidName, says: "''") { $0.network = .init(.network("")) },
        .init("a network in a directory", .invalidName, says: "'../x'") { $0.network = .init(.network("../x")) },
        .init("a bridge with a longer name than Linux has", .invalidName, says: "'br0123456789abcd'") {
            $0.network = .init(.bridge("br0123456789abcd"))
        },
        .init("a bridge with a script for a name", .invalidName, says: "'br0;reboot'") {
            $0.network = .init(.bridge("br0;reboot"))
        },
        .init("a multicast MAC address", .invalidMACAddress, says: "multicast") {
            $0.network = .init(.user, macAddress: "33:33:00:00:00:01")
        },
        .init("the broadcast MAC address", .invalidMACAddress, says: "multicast") {
            $0.network = .init(.user, macAddress: "ff:ff:ff:ff:ff:ff")
        },
        .init("a MAC address of zeros", .invalidMACAddress, says: "no card's") {
            $0.network = .init(.user, macAddress: "00:00:00:00:00:00")
        },
        .init("a MAC address of five octets", .invalidMACAddress, says: "no MAC address") {
            $0.network = .init(.user, macAddress: "52:54:00:12:34")
        },
        .init("a MAC address with signs", .invalidMACAddress, says: "no MAC address") {
            $0.network = .init(.user, macAddress: "52:54:+0:12:34:56")
        },
        .init("a MAC address with dashes", .invalidMACAddress, says: "no MAC address") {
            $0.network = .init(.user, macAddress: "52-54-00-12-34-56")
        },
        .init("a channel without a name", .invalidName, says: "''") { $0.channels = [.init("")] },
        .init("a channel in a directory", .invalidName, says: "'a/b'") { $0.channels = [.init("a/b")] },
        .init("a channel to the working directory", .relativePath, says: "'log'") {
            $0.channels = [.init(to: .file("log"))]
        },
        .init("a socket with a long path", .pathTooLong, says: "at most 107 bytes") {
            $0.channels = [.init(to: .stream(socket: FilePath("/" + String(repeating: "x", count: 107))))]
        },
        .init("a socket in the working directory", .relativePath, says: "'log'") {
            $0.channels = [.init(to: .stream(socket: "log"))]
        },
        .init("two channels of one name", .duplicateChannel, says: DomainDefinition.Channel.anacondaLog) {
            $0.channels = [.init(), .init(to: .file("/b/log"))]
        },
        .init("two channels into one file", .sharedFile, says: "/b/log is used twice") {
            $0.channels = [.init("a", to: .file("/b/log")), .init("b", to: .file("/b/log"))]
        },
    ]

    @Test("It is refused, with a message that names the value", arguments: cases)
    func refused(wrong: Case) throws {
        var definition = Variant.installer.definition
        try definition.validate()
        wrong.change(&definition)
        let error = try #require(throws: DomainDefinitionError.self) { try definition.validate() }
        #expect(error.code == wrong.code)
        #expect(error.message.contains(wrong.message))
        #expect(error.description == error.message)
    }

    @Test("What is just possible is not refused")
    func limits() throws {
        var definition = Variant.installer.definition
        definition.boot?.commandLine = String(repeating: "x", count: 2047)
        definition.channels = [.init(to: .stream(socket: FilePath("/" + String(repeating: "x", count: 106))))]
        definition.network = .init(.bridge("br0123456789abc"), macAddress: "FE:ff:ff:ff:ff:ff")
        // Two readers of one file are no harm.
        definition.disks = [.init(file: "/t/repo.iso", format: "raw", isReadOnly: true)]
        definition.cdroms = [.init(file: "/t/repo.iso")]
        try definition.validate()
        definition = Variant.everyLetter.definition
        #expect(definition.disks.count + definition.cdroms.count == 52)
        try definition.validate()
    }

    private static func disks(_ count: Int, on bus: DomainDefinition.Disk.Bus) -> [DomainDefinition.Disk] {
        (1...count).map { .init(file: FilePath("/b/\(bus)-\($0)"), format: "raw", bus: bus) }
    }
}
