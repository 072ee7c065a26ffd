import DiskImages
import Libvirt
import Testing

@testable import Pipeline

@Suite("Hypervisors")
struct HypervisorTests {
    @Test(
        "What names a transport or a host may be on another machine",
        arguments: [
            ("qemu:///session", false), ("qemu:///system", false), ("qemu:///embed?root=/srv/x", false),
            ("qemu+unix:///system?socket=/run/x", false), ("test:///default", false),
            ("qemu+ssh://ada@host.example.org/system", true), ("qemu+ssh://host/system?keyfile=/k&no_verify=1", true),
            ("qemu+tcp://127.0.0.1:16509/session", true), ("qemu+tls://host/system?pkipath=/p", true),
            ("qemu://host.example.org/system", true), ("qemu+libssh2://host/session", true),
            ("qemu+tcp://[::1]/system", true), ("qemu+ext://host/system?command=/c", true),
        ]
    )
    func remote(uri: String, isRemote: Bool) throws {
        let home = try Home(environment: ["IMAGEBAKE_HOME": "/srv/ib"], isRoot: true)
        #expect(Hypervisor(connect: uri, environment: [:], home: home).isRemote == isRemote)
    }

    @Test(
        "A guest's screen is reached through ssh, whatever carries libvirt",
        arguments: [
            ("qemu+ssh://ada@host.example.org/system", "ada@host.example.org"),
            ("qemu+ssh://ada@host.example.org:2222/system", "-p 2222 ada@host.example.org"),
            ("qemu+tcp://host.example.org:16509/session", "host.example.org"),
            ("qemu+tls://[::1]/system", "::1"),
        ]
    )
    func tunnel(uri: String, host: String) throws {
        let home = try Home(environment: ["IMAGEBAKE_HOME": "/srv/ib"], isRoot: true)
        let tunnel = Hypervisor(connect: uri, environment: [:], home: home).tunnel(to: 5901)
        #expect(tunnel == "ssh -N -L 5901:127.0.0.1:5901 \(host)")
    }

    @Test("The QEMU that counts is that of the host on which guests run, with what it can do")
    func versions() async throws {
        func qemu(_ version: String, kvm: Bool, architecture: String = "x86_64") async throws -> String {
            let host = HostVersions(
                hostname: "h",
                libvirt: "9.0.0",
                qemu: version,
                architecture: architecture,
                offersKVM: kvm
            )
            return await HostTools.versions(try QemuImg.find(), of: host).qemu
        }
        let one = try await qemu("7.2.22", kvm: false)
        #expect(one.contains("7.2.22") && one.contains("x86_64") && one.contains("TCG"))
        let others = [
            try await qemu("8.0.0", kvm: false), try await qemu("7.2.22", kvm: true),
            try await qemu("7.2.22", kvm: false, architecture: "aarch64"),
            await HostTools.versions(try QemuImg.find()).qemu,
        ]
        #expect(!others.contains(one), "\(others)")
    }
}
