import Foundation
import Libvirt
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// The same machine and the same tree, by virt-install and by us.
@Suite("virt-install's opinion")
struct VirtInstallTests {
    @Test("Our guest is the one that virt-install makes, save for the differences that are written down")
    func comparison() async throws {
        let lab = try await EmbeddedLab.open()
        let scratch = try Scratch()
        try scratch.write("ks.cfg", Data("text\n".utf8))
        try scratch.write("repo.iso", Data(count: 2048))
        try await command("qemu-img", ["create", "-q", "-f", "qcow2", scratch.appending("disk.qcow2").string, "8G"])
        for tree in SampleTree.allCases { try tree.write(to: scratch.appending("trees").appending(tree.rawValue)) }
        let virtInstall = try VirtInstall(lab: lab, scratch: scratch)

        var found: [Difference: [Comparison]] = [:]
        try await FileServer.serve(scratch.appending("trees"), in: scratch) { url in
            for comparison in Comparison.allCases {
                let location = "\(url)\(comparison.tree.rawValue)/"
                let theirs = try await virtInstall.run(comparison, location: location)
                #expect(theirs.contains("<libosinfo:os id=\"\(comparison.tree.system)\"/>"))
                let ours = try comparison.definition(in: scratch, location: location).xml
                let differences = DomainFacts.differences(
                    try DomainFacts(lab.calls.define(ours), location: location),
                    try DomainFacts(lab.calls.define(theirs), location: location)
                )
                for difference in differences { found[difference, default: []].append(comparison) }
            }
        }

        let listed = Set(DeliberateDifference.all.map(\.difference))
        for (difference, comparisons) in found.sorted(by: { $0.key < $1.key }) where !listed.contains(difference) {
            Issue.record("no reason is written for \(difference) in \(comparisons.map(\.rawValue))")
        }
        for deliberate in DeliberateDifference.all where found[deliberate.difference] == nil {
            Issue.record("it occurs no longer: \(deliberate.difference)")
        }
        #expect(listed.count == DeliberateDifference.all.count, "a difference is listed twice")
        try Golden.expect(
            DeliberateDifference.document(found),
            in: Golden.documents.appending("virt-install.md")
        )
    }

    @Test("A difference is seen: in a value, in an element, in the command line and its order")
    func sensitivity() throws {
        func facts(_ xml: String) throws -> DomainFacts { try DomainFacts(xml, location: "http://x/") }
        let base = "<domain><os><cmdline>inst.ks=a console=b inst.repo=http://x/</cmdline></os><vcpu>2</vcpu></domain>"
        #expect(try DomainFacts.differences(facts(base), facts(base)).isEmpty)
        let changes: [(String, String, Difference)] = [
            ("<vcpu>2<", "<vcpu>3<", .init(path: "vcpu/text()", ours: "2", theirs: "3")),
            ("<vcpu>", "<vcpu a='1'>", .init(path: "vcpu/@a", ours: "absent", theirs: "1")),
            ("<os>", "<on><deep/></on><os>", .init(path: "on", ours: "absent", theirs: "there")),
            (
                "http://x/", "http://y/",
                .init(path: "os/cmdline/inst.repo", ours: "LOCATION", theirs: "http://y/")
            ),
            ("console=b ", "console=b c ", .init(path: "os/cmdline/c", ours: "absent", theirs: "there")),
            ("console=b ", "console=b d=1 ", .init(path: "os/cmdline/d", ours: "absent", theirs: "1")),
            (
                "inst.ks=a console=b", "console=b inst.ks=a",
                .init(
                    path: "os/cmdline/order()",
                    ours: "inst.ks console inst.repo",
                    theirs: "console inst.ks inst.repo"
                )
            ),
        ]
        for (text, replacement, difference) in changes {
            #expect(
                try DomainFacts.differences(facts(base), facts(base.replacing(text, with: replacement))) == [difference]
            )
        }
    }
}

/// virt-install with the capabilities of the QEMU that is here, over libvirt's test driver: its own tests' way.
struct VirtInstall {
    private let scratch: Scratch

    init(lab: EmbeddedLab, scratch: Scratch) throws {
        self.scratch = scratch
        try scratch.write("capabilities.xml", Data(lab.calls.capabilities().utf8))
        for architecture in [DomainDefinition.Architecture.x86_64, .aarch64] {
            try scratch.write("\(architecture.name).xml", Data(lab.calls.domainCapabilities(architecture).utf8))
        }
    }

    /// The document of the installing guest.
    func run(_ comparison: Comparison, location: String) async throws -> String {
        let files = ["caps": "capabilities.xml", "domcaps": "\(comparison.architecture.name).xml"]
        let connection = files.sorted { $0.key < $1.key }
            .reduce("__virtinst_test__test:///default,fakeuri=qemu:///system") {
                "\($0),\($1.key)=\(scratch.appending($1.value))"
            }
        let options = comparison.options(in: scratch.path, location: location, kickstart: scratch.appending("ks.cfg"))
        let result = try await Subprocess.run(
            .name("virt-install"),
            arguments: Arguments(["--connect", connection] + options),
            // Its caches and its log go where the home directory is.
            environment: .inherit.updating(["HOME": scratch.path.string]),
            output: .string(limit: 1 << 20),
            error: .string(limit: 1 << 20)
        )
        guard result.terminationStatus.isSuccess else {
            throw Failure(options: options, output: result.standardError)
        }
        return result.standardOutput
    }

    struct Failure: Error {
        let options: [String]
        let output: String
    }
}
