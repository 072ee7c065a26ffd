import CGuestfs
import SystemPackage
import Testing

@testable import Guestfs

/// Sysprep and hygiene on phony guests; few starts of the appliance, each asserting much.
@Suite(.serialized) struct GuestTests {
    static let cloudConfig = "disable_root: true\nusers: [default]\n# ünïcode \"quoted\" $HOME\n"

    @Test("an EL7 guest is cleaned and proven by the public calls, each in a start of its own")
    func el7() async throws {
        try await Lab.withDirectory { directory in
            let disk = directory.appending("el7.raw")
            try Lab.makeDisk(disk)
            try await withGuestfs([GuestDisk(disk, format: .raw, readOnly: false)], options: Lab.options) { session in
                // Before anything is on it.
                let error = #expect(throws: GuestfsError.self) { try Guest(session, readOnly: true, seal: Seal()) }
                #expect(error?.code == .noOS)
                try PhonyGuest.el7.make(on: "/dev/sda", session)
                try session.check(guestfs_fill(session.handle, 0x55, 24 << 20, "/var/tmp/big"), "fill")
            }
            let allocated = try Lab.allocatedBytes(disk)
            let request = SysprepRequest(
                disk: disk,
                format: .raw,
                cloudConfig: Self.cloudConfig,
                lockRoot: true,
                stamp: .init(expected: "imagebake 01HXYZ"),
                enabled: PhonyGuest.enabled,
                expectedDistro: "centos"
            )
            let report = try await Sysprep.run(request, options: Lab.options)
            #expect(report.os.distro == "centos" && report.os.family == .redhat && report.os.majorVersion == 7)
            #expect(report.os.architecture == "x86_64" && report.os.packageFormat == "rpm")
            #expect(
                report.operations.map(\.name).first == "install-stamp" && report.operations.last?.name == "machine-id"
            )
            for operation in report.operations {
                #expect(!operation.changes.isEmpty, "\(operation.name) changed nothing")
            }
            let hwaddr = try #require(report.operations.first { $0.name == "net-hwaddr" })
            #expect(hwaddr.changes == ["removed HWADDR, UUID from \(Leftover.ifcfg)"])
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

    @Test("on a Debian guest every leftover is named before, nothing after, and what is precious stays")
    func debian() async throws {
        try await Lab.withDirectory { directory in
            let disk = directory.appending("debian.raw")
            try Lab.makeDisk(disk)
            try await withGuestfs([GuestDisk(disk, format: .raw, readOnly: false)], options: Lab.options) { session in
                try PhonyGuest.debian.make(on: "/dev/sda", session)
                try session.unmountAll()
                let seal = Seal(cloudConfig: Self.cloudConfig, lockRoot: true, stampPath: "/etc/imagebake-stamp")
                let guest = try Guest(session, readOnly: false, seal: seal)
                #expect(guest.os.family == .debian && guest.os.productName == "Debian GNU/Linux 12 (bookworm)")
                try Self.checkStamps(guest)
                #expect(
                    try guest.packages().map(\.description) == [
                        "bash 5.2.15-2+b2 amd64", "zlib1g 1:1.2.13.dfsg-1 amd64",
                    ]
                )

                let before = try Hygiene.check(guest, enabled: PhonyGuest.enabled, disabled: [])
                #expect(!before.contains { $0.passed }, "every operation has something planted")
                for leftover in PhonyGuest.debian.leftovers {
                    let check = try #require(before.first { $0.name == leftover.operation })
                    #expect(check.findings.contains(leftover.finding), "\(check)")
                }

                let operations = try SysprepOperation.select(family: .debian, enabled: PhonyGuest.enabled, disabled: [])
                for operation in operations {
                    #expect(try !operation.perform(on: guest).isEmpty, "\(operation.name) changed nothing")
                }
                let after = try Hygiene.check(guest, enabled: PhonyGuest.enabled, disabled: [])
                #expect(after.filter { !$0.passed } == [])
                for operation in operations {
                    #expect(try operation.perform(on: guest) == [], "\(operation.name) is not done at once")
                }
                try Self.checkContent(session)
                #expect(try guest.trim().map(\.warning) == [nil])
            }
        }
    }

    private static func checkStamps(_ guest: Guest) throws {
        func code(_ path: String, _ expected: String) -> GuestfsError.Code? {
            do {
                try Sysprep.prove(.init(path: path, expected: expected), on: guest)
                return nil
            } catch { return (error as? GuestfsError)?.code }
        }
        #expect(code("/etc/imagebake-stamp", "imagebake 01HXYZ") == nil)
        #expect(code("/etc/imagebake-stamp", "imagebake 01HXY") == .stampWrong)
        #expect(code("/etc/imagebake-stamp", "") == .stampWrong)
        #expect(code("/etc/no-stamp", "imagebake 01HXYZ") == .stampMissing)
        // A link is not a stamp, nor is a directory.
        #expect(code("/var/tmp/link-to-etc", "imagebake 01HXYZ") == .stampMissing)
    }

    /// What the operations must have left as it was, and what they must have made.
    private static func checkContent(_ session: GuestfsSession) throws {
        func text(_ path: GuestPath) throws -> String? {
            try session.readSmallFile(path).map { String(decoding: $0, as: UTF8.self) }
        }
        #expect(try session.readSmallFile("/etc/precious") == PhonyGuest.precious)
        #expect(try session.readLink("/etc/udev/rules.d/75-persistent-net.rules") == Array("/dev/null".utf8))
        #expect(try session.readLink("/var/log/precious.log") == Array("/etc/precious".utf8))
        #expect(try session.names(in: "/var/tmp") == [])
        #expect(try text("/etc/shadow") == Leftover.shadow.replacing("root:$6$salt$hash", with: "root:!*"))
        #expect(
            try text(Leftover.ifcfg)
                == Leftover.ifcfgContent
                .replacing("HWADDR=52:54:00:12:34:56\n", with: "")
                .replacing("  UUID=\"b3c9d1f0-0000-4000-8000-000000000000\"\n", with: "")
        )
        #expect(try text("/etc/resolv.conf") == "search lan\nnameserver 192.0.2.1\n")
        #expect(try text("/etc/cloud/cloud.cfg") == cloudConfig)
        let cloudConfigStatus = try session.status("/etc/cloud/cloud.cfg")
        #expect(cloudConfigStatus?.permissions == 0o644 && cloudConfigStatus?.uid == 0 && cloudConfigStatus?.gid == 0)
        for path: GuestPath in ["/etc/machine-id", "/var/log/wtmp", "/var/log/daemon-own.log"] {
            let status = try session.status(path)
            #expect(status?.kind == .regular && status?.size == 0, "\(path)")
        }
        #expect(try session.status("/var/log/daemon-own.log")?.uid == 108)
        #expect(try session.status("/var/log/apache2")?.kind == .directory)
        #expect(try session.status("/var/log/journal")?.kind == .directory)
        #expect(try session.status("/var/cache/apt/archives")?.kind == .directory)
        #expect(try text("/var/spool/cron/atjobs/.SEQ") == "00000\n")
    }
}
