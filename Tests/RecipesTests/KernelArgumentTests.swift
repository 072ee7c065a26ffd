import SystemPackage
import Testing

@testable import Recipes

/// The kernel's command line, by what it depends on.
@Suite("Kernel arguments")
struct KernelArgumentTests {
    private static func arguments(
        _ os: String,
        _ lines: String = "",
        location: String = "http://10.0.2.2/tree",
        label: String? = nil
    ) throws -> [String] {
        let directory = try TemporaryDirectory()
        var values = RenderValues.sample
        (values.location, values.mediumLabel) = (location, label)
        let recipe = try Variant(os, "", lines).load(in: directory)
        return try Repository.renderer().render(recipe, values).kernelArguments
    }

    @Test("every system has a golden command line for its smallest recipe")
    func all() throws {
        var text = ""
        for os in OperatingSystem.allCases {
            let lines = os.whyNoDefaultLocation != nil ? "install: {location: \"http://10.0.2.2/tree\"}" : ""
            text += "== \(os.rawValue)\n\(try Self.arguments(os.rawValue, lines).joined(separator: " "))\n"
        }
        try Golden.expect(text, in: "kernel-arguments.txt")
    }

    @Test("the recipe's own arguments come last")
    func own() throws {
        let arguments = try Self.arguments("rocky9", "install: {kernel_arguments: [inst.debug, ip=none]}")
        #expect(arguments.suffix(2) == ["inst.debug", "ip=none"])
    }

    @Test("a medium is named by its label, and needs no address")
    func medium() throws {
        let arguments = try Self.arguments("rocky9", location: "cdrom", label: #"Rocky\x209\x20x86_64"#)
        #expect(arguments.contains("inst.repo=cdrom"))
        #expect(arguments.contains("inst.stage2=hd:LABEL=Rocky\\x209\\x20x86_64"))
        #expect(!arguments.contains { $0.hasPrefix("ip=") })
        let odd = try Self.arguments("rocky9", location: "cdrom", label: #"A\x22B\x20C\x2fD\x3bx"#)
        #expect(odd.contains(#"inst.stage2=hd:LABEL=A\x22B\x20C\x2fD\x3bx"#))
        for raw in ["a\" b", "a b", "a\\b"] {
            #expect(throws: RenderError.self) { try Self.arguments("rocky9", location: "cdrom", label: raw) }
        }
    }

    @Test("a static address is the installer's where the guest is on a network that has it")
    func address() throws {
        let network = """
            system:
              network:
                {bootproto: static, ip: 192.0.2.7, netmask: 255.255.255.0, gateway: 192.0.2.1, device: eth0,
                 hostname: web, nameservers: [192.0.2.53, "2001:db8::53"]}
            """
        let bridged = try Self.arguments("rocky9", "machine: {network: {bridge: br0}}\n\(network)")
        #expect(bridged.contains("ip=192.0.2.7::192.0.2.1:255.255.255.0:web:eth0:none"))
        #expect(bridged.contains("nameserver=192.0.2.53"))
        #expect(bridged.contains("nameserver=[2001:db8::53]"))
        let user = try Self.arguments("rocky9", network)
        #expect(user.contains("ip=dhcp"))
        #expect(!user.contains { $0.hasPrefix("nameserver") })
    }

    @Test("a proxy is for a tree that the guest fetches from elsewhere")
    func proxy() throws {
        let proxy = "inst.proxy=http://proxy.example.org:3128"
        let lines = "install: {proxy: \"http://proxy.example.org:3128\""
        #expect(try Self.arguments("rocky9", lines + "}").contains(proxy))
        #expect(try !Self.arguments("rocky9", lines + ", location: tree}").contains(proxy))
    }

    @Test("Arm has another serial port, FIPS an argument")
    func machine() throws {
        let arm = try Self.arguments("fedora45", "arch: aarch64")
        #expect(arm.contains("console=ttyAMA0,115200"))
        #expect(!arm.contains { $0.contains("ttyS0") })
        #expect(try Self.arguments("almalinux10", "system: {fips: true}").contains("fips=1"))
        #expect(try !Self.arguments("almalinux10").contains("fips=1"))
    }
}
