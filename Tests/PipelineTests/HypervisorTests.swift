import Pipeline
import Testing

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
}
