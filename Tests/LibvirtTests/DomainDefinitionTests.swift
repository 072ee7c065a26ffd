import Foundation
import FoundationXML
import Libvirt
import SystemPackage
import Testing

@Suite("Domain definitions")
struct DomainDefinitionTests {
    static let installer = DomainDefinition(
        name: "imagebake-web-1",
        uuid: "11111111-2222-3333-4444-555555555555",
        accelerator: .tcg,
        memoryMiB: 2048,
        vcpus: 2,
        boot: .init(
            kernel: "/b/vmlinuz",
            initrd: "/b/initrd.img",
            commandLine: "inst.ks=file:/ks.cfg a=\"x & <y>\" console=ttyS0,115200"
        ),
        disks: [
            .init(file: "/b/disk.qcow2", format: "qcow2"),
            .init(file: "/t/repo & more.iso", format: "raw", isReadOnly: true, keepsOwner: true),
        ],
        hasUserNetwork: true,
        macAddress: "52:54:00:12:34:56"
    )

    @Test("An installer's definition is the golden file, byte for byte")
    func golden() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/installer.xml")
        if ProcessInfo.processInfo.environment["IMAGEBAKE_UPDATE_GOLDEN"] != nil {
            try Self.installer.xml.write(to: file, atomically: true, encoding: .utf8)
        }
        #expect(try Self.installer.xml == String(contentsOf: file, encoding: .utf8))
    }

    @Test("Text and attributes come back as they went in", arguments: ["a & b", "<x>", "\"'", "é{{x}}", "]]>"])
    func escaping(hostile: String) throws {
        var definition = Self.installer
        definition.boot?.commandLine = hostile
        definition.disks = [.init(file: FilePath("/d/\(hostile)"), format: "raw")]
        let document = try XMLDocument(xmlString: definition.xml)
        #expect(try document.nodes(forXPath: "/domain/os/cmdline").first?.stringValue == hostile)
        #expect(
            try document.nodes(forXPath: "/domain/devices/disk/source/@file").first?.stringValue == "/d/\(hostile)"
        )
    }

    @Test("libvirt accepts it")
    func accepted() async throws {
        let connection = try await Connection.open("test:///default")
        var definition = Self.installer
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

    @Test("A hypervisor that is not there is an error with a code")
    func unreachable() async throws {
        let error = try await #require(throws: LibvirtError.self) {
            _ = try await Connection.open("qemu+unix:///system?socket=/nonexistent/libvirt-sock")
        }
        #expect(error.code == .noConnection)
        #expect(error.message.contains("/nonexistent/libvirt-sock"))
    }
}
