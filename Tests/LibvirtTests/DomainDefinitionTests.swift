import Foundation
import FoundationXML
import Libvirt
import SystemPackage
import Testing

@Suite("Domain definitions")
struct DomainDefinitionTests {
    @Test("A definition is its golden file, byte for byte, and is valid", arguments: Variant.allCases)
    func golden(variant: Variant) throws {
        try variant.definition.validate()
        try Golden.expect(variant.definition.xml, in: Golden.directory.appending("\(variant.rawValue).xml"))
    }

    @Test("No golden file is left over")
    func goldenFiles() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Golden.directory.string)
        #expect(files.sorted() == Variant.allCases.map { "\($0.rawValue).xml" }.sorted())
    }

    @Test("Between them the variants give every property at least two values, and use every case")
    func coverage() {
        var values: [String: Set<String>] = [:]
        for variant in Variant.allCases { collect(variant.definition, at: "", in: &values) }
        for (path, found) in values.sorted(by: { $0.key < $1.key }) {
            #expect(found.count > 1, "\(path) is always \(found)")
        }
        #expect(values["accelerator"] == Set(DomainDefinition.Accelerator.allCases.map { "\($0)" }))
        #expect(values["architecture"] == ["x86_64", "aarch64"])
        #expect(values["firmware"] == ["bios", "uefi", "secureBoot"])
        #expect(values["disks.bus"] == Set(DomainDefinition.Disk.Bus.allCases.map { "\($0)" }))
        #expect(values["cdroms.bus"] == Set(DomainDefinition.CDROM.Bus.allCases.map { "\($0)" }))
        #expect(values["network.source"] == ["user", "network", "bridge"])
        #expect(values["graphics"] == ["none", "vnc"])
        #expect(values["channels.sink"] == ["stream", "file"])
    }

    // The values of every stored property; what lies in an array or an optional counts for the property that holds it.
    private func collect(_ value: Any, at path: String, in values: inout [String: Set<String>]) {
        let mirror = Mirror(reflecting: value)
        switch mirror.displayStyle {
        case .struct where !(value is FilePath):
            for child in mirror.children {
                collect(
                    child.value,
                    at: [path, child.label ?? ""].filter { !$0.isEmpty }.joined(separator: "."),
                    in: &values
                )
            }
        case .optional, .collection:
            if let first = mirror.children.first, Mirror(reflecting: first.value).displayStyle == .struct {
                values[path, default: []].insert("some")
            } else if mirror.children.isEmpty {
                values[path, default: []].insert("none")
            }
            for child in mirror.children { collect(child.value, at: path, in: &values) }
        case .enum:
            values[path, default: []].insert(mirror.children.first?.label ?? "\(value)")
        default:
            values[path, default: []].insert("\(value)")
        }
    }

    @Test(
        "Text and attributes come back as they went in",
        arguments: ["a & b", "<x>", "\"'", "é{{x}}", "]]>", "a\tb\nc\rd", Variant.hostileText]
    )
    func escaping(hostile: String) throws {
        var definition = Variant.installer.definition
        definition.boot?.commandLine = hostile
        definition.disks = [.init(file: FilePath("/d/\(hostile)"), format: "raw")]
        try definition.validate()
        let document = try XMLDocument(xmlString: definition.xml)
        #expect(try document.nodes(forXPath: "/domain/os/cmdline").first?.stringValue == hostile)
        #expect(
            try document.nodes(forXPath: "/domain/devices/disk/source/@file").first?.stringValue == "/d/\(hostile)"
        )
    }

    @Test("The short form says the same as the long one")
    func shortForm() {
        let installer = Variant.installer.definition
        let short = DomainDefinition(
            name: installer.name,
            uuid: installer.uuid,
            accelerator: installer.accelerator,
            memoryMiB: installer.memoryMiB,
            vcpus: installer.vcpus,
            architecture: "x86_64",
            boot: installer.boot,
            disks: installer.disks,
            hasUserNetwork: true,
            macAddress: installer.network?.macAddress
        )
        #expect(short == installer)
    }

    @Test("An architecture's name comes back", arguments: ["x86_64", "aarch64", "riscv64"])
    func architecture(name: String) {
        #expect(DomainDefinition.Architecture(name).name == name)
    }

    @Test("A guest starts, is found and is gone on libvirt's test driver")
    func life() async throws {
        let connection = try await Connection.open("test:///default")
        var definition = Variant.installer.definition
        definition.uuid = UUID().uuidString.lowercased()
        definition.name = "imagebake-accepted-\(definition.uuid.prefix(8))"
        let domain = try await connection.start(definition, isPaused: false)
        let stops = try domain.stops()
        #expect(await domain.isActive())
        #expect(try await connection.domain(uuid: definition.uuid)?.name == definition.name)
        #expect(try await connection.activeDomains().map(\.name).contains(definition.name))
        try await domain.destroy()
        #expect(await stops.first { _ in true } == .destroyed)
        #expect(try await connection.domain(uuid: definition.uuid) == nil)
        try await domain.destroy()  // a second time is no error
    }

    @Test("A definition that cannot work is refused before libvirt is asked")
    func refusal() async throws {
        let connection = try await Connection.open("test:///default")
        var definition = Variant.installer.definition
        definition.network?.macAddress = "01:00:5e:00:00:01"
        let error = await #expect(throws: LibvirtError.self) { try await connection.start(definition) }
        #expect(error?.code == .invalidDefinition)
        #expect(error?.message.contains("multicast") == true)
    }

    @Test("A hypervisor that is not there is an error with a code")
    func unreachable() async throws {
        let error = try await #require(throws: LibvirtError.self) {
            _ = try await Connection.open("qemu+unix:///system?socket=/nonexistent/libvirt-sock")
        }
        #expect(error.code == .noConnection)
        #expect(error.message.contains("/nonexistent/libvirt-sock"))
    }
}
