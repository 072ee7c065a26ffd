import Inventory
import SystemPackage
import Testing

@testable import Guestfs

/// Sysprep and hygiene on phony guests; few starts of the appliance, each asserting much.
@Suite(.serialized) struct GuestTests {
    private static let enabled: Set<String> = ["ssh-authorized-keys"]
    /// Those that stand for something else.
    private static let idle: Set<String> = ["customize", "script"]
    static let cloudConfig = "disable_root: true\nusers: [default]\n# ünïcode \"quoted\" $HOME\n"

    @Test("a Debian guest is cleaned and proven by the public calls, each in a start of its own")
    func debian() async throws {
        try await Lab.withDirectory { directory in
            let disk = directory.appending("debian.raw")
            // The guest that others have made, as it was then, with a large file beside the partition's other content.
            let index = try #require(PhonyGuest.Name.allCases.firstIndex(of: .debian))
            try await Lab.copySparsely(PhonyRun.result.value.copies[index], to: disk)
            let large = directory.appending("large")
            try Lab.write([UInt8](repeating: 0x55, count: 24 << 20), to: large)
            let partition = "\(disk)?offset=\(PhonyGuest.firstByte)"
            try await Lab.tool("debugfs", "-w", "-R", "write \(large) var/tmp/big", partition)
            let allocated = try Lab.allocatedBytes(disk)
            let request = SysprepRequest(
                disk: disk,
                format: .raw,
                cloudConfig: Self.cloudConfig,
                lockRoot: true,
                stamp: .init(expected: "imagebake 01HXYZ"),
                enabled: Self.enabled,
                expectedDistro: "debian"
            )
            let report = try await Sysprep.run(request, options: Lab.options)
            #expect(report.os.distro == "debian" && report.os.family == .debian && report.os.majorVersion == 12)
            #expect(report.os.architecture == "x86_64" && report.os.packageFormat == "deb")
            #expect(report.os.productName == "Debian GNU/Linux 12 (bookworm)")
            #expect(
                report.packages.map(\.description) == ["bash 5.2.15-2+b2 amd64", "zlib1g 1:1.2.13.dfsg-1 amd64"]
            )
            #expect(
                report.operations.map(\.name).first == "install-stamp" && report.operations.last?.name == "machine-id"
            )
            for operation in report.operations where !Self.idle.contains(operation.name) {
                #expect(!operation.changes.isEmpty, "\(operation.name) changed nothing")
            }
            let hwaddr = try #require(report.operations.first { $0.name == "net-hwaddr" })
            #expect(hwaddr.changes.contains("removed HWADDR, UUID from /etc/sysconfig/network-scripts/ifcfg-eth1"))
            #expect(report.trimmed.map(\.mountpoint) == ["/"] && report.trimmed[0].warning == nil)
            #expect(try Lab.allocatedBytes(disk) < allocated - (16 << 20), "what was removed is given back to the file")
            #expect(Set(report.phases.map(\.name)).isSuperset(of: ["launch", "inspect", "operations", "trim"]))

            let proof = try await Hygiene.check(
                HygieneRequest(proving: request, report: report, disk: disk, format: .raw),
                options: Lab.options
            )
            #expect(proof.passed, "\(proof.checks.filter { !$0.passed })")
            #expect(proof.checks.map(\.name) == report.operations.map(\.name))
        }
    }
}
