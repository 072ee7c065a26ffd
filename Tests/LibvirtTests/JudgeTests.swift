import Foundation
import Libvirt
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// What libvirt itself says of every variant's document.
@Suite("libvirt's verdict", .serialized)
struct JudgeTests {
    @Test("virt-xml-validate accepts every definition", arguments: Variant.allCases)
    func schema(variant: Variant) async throws {
        let scratch = try Scratch()
        let file = try scratch.write("domain.xml", Data(variant.definition.xml.utf8))
        try await command("virt-xml-validate", [file.string, "domain"])
    }

    @Test("virDomainDefineXML on libvirt's test driver accepts every definition", arguments: Variant.allCases)
    func testDriver(variant: Variant) async throws {
        let judge = try RawConnection(beside: try await Connection.open("test:///default"))
        _ = try judge.define(variant.definition.xml)
    }

    @Test("virDomainDefineXML on QEMU's driver accepts every definition", arguments: Variant.allCases)
    func qemuDriver(variant: Variant) async throws {
        let judge = try await EmbeddedLab.open().calls
        var definition = variant.definition
        // KVM is not everywhere, and never for another architecture.
        definition.accelerator = .tcg
        _ = try judge.define(definition.xml)
    }
}

/// That the judges judge: each refuses what it must.
@Suite("libvirt's verdict on what is wrong", .serialized)
struct WrongDocumentTests {
    enum Judge: String, CaseIterable {
        case schema, testDriver, qemuDriver
    }

    struct Wrong: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let variant: Variant
        let text: String
        let replacement: String
        /// Who sees it; the others accept it, which shows why there are three.
        let seenBy: Set<Judge>
    }

    static let wrongs: [Wrong] = [
        .init(
            testDescription: "an element of no meaning",
            variant: .installer,
            text: "<features>",
            replacement: "<feature/><features>",
            seenBy: [.schema, .testDriver, .qemuDriver]
        ),
        .init(
            testDescription: "a document that ends early",
            variant: .installer,
            text: "</domain>",
            replacement: "",
            seenBy: [.schema, .testDriver, .qemuDriver]
        ),
        .init(
            testDescription: "two disks of one name",
            variant: .scsiDisks,
            text: #"dev="sdb""#,
            replacement: #"dev="sda""#,
            seenBy: [.testDriver, .qemuDriver]
        ),
        .init(
            testDescription: "a multicast MAC address",
            variant: .installer,
            text: "52:54:00:12:34:56",
            replacement: "53:54:00:12:34:56",
            seenBy: [.schema, .testDriver, .qemuDriver]
        ),
        .init(
            testDescription: "a machine that QEMU does not have",
            variant: .installer,
            text: #"machine="q35""#,
            replacement: #"machine="q53""#,
            seenBy: [.qemuDriver]
        ),
        .init(
            testDescription: "ACPI on Arm without UEFI",
            variant: .aarch64,
            text: #"<cpu mode="maximum"/>"#,
            replacement: #"<features><acpi/></features><cpu mode="maximum"/>"#,
            seenBy: [.qemuDriver]
        ),
        .init(
            testDescription: "a TPM of the wrong machine",
            variant: .aarch64Desk,
            text: "tpm-tis",
            replacement: "tpm-crb",
            seenBy: [.qemuDriver]
        ),
    ]

    @Test("Each judge refuses its part", arguments: wrongs)
    func refused(wrong: Wrong) async throws {
        let xml = wrong.variant.definition.xml.replacing(wrong.text, with: wrong.replacement)
        try #require(xml != wrong.variant.definition.xml)
        var seenBy: Set<Judge> = []
        let scratch = try Scratch()
        let file = try scratch.write("domain.xml", Data(xml.utf8))
        do { try await command("virt-xml-validate", [file.string, "domain"]) } catch { seenBy.insert(.schema) }
        let testDriver = try RawConnection(beside: try await Connection.open("test:///default"))
        do { _ = try testDriver.define(xml) } catch { seenBy.insert(.testDriver) }
        do { _ = try await EmbeddedLab.open().calls.define(xml) } catch { seenBy.insert(.qemuDriver) }
        #expect(seenBy == wrong.seenBy)
    }
}
