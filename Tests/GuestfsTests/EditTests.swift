import Testing

@testable import Guestfs

/// The edits of the guest's text files, without a guest.
@Suite struct EditTests {
    static func apply(_ edit: TextEdit, _ content: String) -> (text: String, lines: [Int], again: Int) {
        let result = edit.apply(Array(content.utf8))
        return (
            String(decoding: result.content, as: UTF8.self), result.dropped.map(\.line),
            edit.apply(result.content).dropped.count
        )
    }

    @Test(
        "arguments that name a machine go, all others stay byte for byte",
        arguments: [
            ("linux /v root=/dev/sda1 ifname=e0:52:54:00:12:34:56 ro\n", "linux /v root=/dev/sda1 ro\n", [1]),
            ("A=\"ifname=e0:52:54:00:12:34:56 quiet\"\n", "A=\"quiet\"\n", [1]),
            ("A='BOOTIF=01-52-54-00-12-34-56'\n", "A=''\n", [1]),
            ("options ip=dhcp net.ifnames=0\n", "options ip=dhcp net.ifnames=0\n", []),
            (
                "ip=192.0.2.1::192.0.2.2:24:h:e0:none:1500:52-54-00-12-34-56",
                "ip=192.0.2.1::192.0.2.2:24:h:e0:none:1500", [1]
            ),
            ("ip=e0:dhcp:1500:52:54:00:12:34:56 x", "ip=e0:dhcp:1500 x", [1]),
            ("ip=52:54:00:12:34:56", "ip=52:54:00:12:34:56", []),
            ("x systemd.machine_id=0123\n\nrd.nvmf.hostid=1 y\n", "x\n\ny\n", [1, 3]),
            ("BOOTIF= ifnamex=1 \u{FF}ifname\n", "BOOTIF= ifnamex=1 \u{FF}ifname\n", []),
            ("\tlinux  ifname=a:b  ro\r\n", "\tlinux   ro\r\n", [1]), ("", "", []),
        ] as [(String, String, [Int])]
    )
    func kernelArguments(content: String, kept: String, lines: [Int]) {
        let result = Self.apply(KernelArguments.edit, content)
        #expect(result.text == kept && result.lines == lines && result.again == 0)
    }

    @Test("GRUB's environment loses its state and keeps its size, its options and its form")
    func grubEnvironment() {
        let full = Planted.grubenv("saved_entry=a", Planted.kernelOptions, "boot_success=1", "menu_auto_hide=1")
        let result = Self.apply(GrubEnvironment.withoutState, full)
        #expect(result.text == Planted.grubenv(Planted.kernelOptions, "menu_auto_hide=1"))
        #expect(result.text.utf8.count == 1024 && result.lines == [2, 4] && result.again == 0)
        let named = Planted.grubenv("kernelopts=root=/dev/sda1 ifname=e0:52:54:00:12:34:56 ro")
        let cleaned = Self.apply(GrubEnvironment.withoutIdentity, named)
        #expect(cleaned.text == Planted.grubenv("kernelopts=root=/dev/sda1 ro") && cleaned.lines == [2])
    }

    @Test(
        "what is no environment block is left alone",
        arguments: [
            "", "saved_entry=a\n", "# GRUB Environment Block\nsaved_entry=a\n",
            "# GRUB Environment Block\n" + String(repeating: "#", count: 999), String(repeating: "\0", count: 1024),
            "# GRUB Environment Block\n" + String(repeating: "x", count: 999),
            "# GRUB Environment Block\n" + String(repeating: "\\", count: 999),
        ]
    )
    func noEnvironment(content: String) {
        #expect(Self.apply(GrubEnvironment.withoutState, content).text == content)
        #expect(Self.apply(GrubEnvironment.withoutIdentity, content).text == content)
    }

    @Test(
        "netplan matches by name instead of by address",
        arguments: [
            (
                "e:\n  n0:\n    match:\n      macaddress: aa:bb:cc:dd:ee:ff\n",
                "e:\n  n0:\n    match:\n      name: n0\n", [4]
            ),
            (
                "n0:\n  match: {macaddress: \"aa:bb:cc:dd:ee:ff\"}\n  set-name: x\n",
                "n0:\n  match: {name: x}\n  set-name: x\n", [2]
            ),
            ("n0:\n  match: {driver: a, macaddress: 'aa:bb:cc:dd:ee:ff'} # c\n", "n0:\n  match: {driver: a}\n", [2]),
            ("n0:\n  macaddress: aa:bb:cc:dd:ee:ff # mine\n  dhcp4: true\n", "n0:\n  dhcp4: true\n", [2]),
            ("n0:\n  match:\n    name: e*\n", "n0:\n  match:\n    name: e*\n", []),
            (
                "# macaddress: aa:bb:cc:dd:ee:ff\nmacaddress: random\n",
                "# macaddress: aa:bb:cc:dd:ee:ff\nmacaddress: random\n", []
            ),
            ("match:\n  macaddress: aa:bb:cc:dd:ee:ff", "match:\n  macaddress: aa:bb:cc:dd:ee:ff", []), ("", "", []),
        ] as [(String, String, [Int])]
    )
    func netplan(content: String, kept: String, lines: [Int]) {
        let result = Self.apply(NetplanFile.edit, content)
        #expect(result.text == kept && result.lines == lines && result.again == 0)
    }

    @Test(
        "systemd's network files apply to cards by name instead of by address",
        arguments: [
            (
                "[Match]\nMACAddress=aa:bb:cc:dd:ee:ff\nPermanentMACAddress=aa:bb:cc:dd:ee:ff\n",
                "[Match]\nName=en* eth*\n", [2, 3]
            ),
            ("[Match]\nName=e0\nMACAddress=aa:bb:cc:dd:ee:ff\n", "[Match]\nName=e0\n", [3]),
            (
                "[Match]\nName=e0\n[Link]\nMACAddress=aa:bb:cc:dd:ee:ff\nMTUBytes=9000\n",
                "[Match]\nName=e0\n[Link]\nMTUBytes=9000\n", [4]
            ),
            ("[Link]\nMACAddress=none\n# IAID=1\n", "[Link]\nMACAddress=none\n# IAID=1\n", []), ("", "", []),
        ] as [(String, String, [Int])]
    )
    func networkd(content: String, kept: String, lines: [Int]) {
        let result = Self.apply(SysprepOperation.networkEdit, content)
        #expect(result.text == kept && result.lines == lines && result.again == 0)
    }

    @Test("a profile keeps words that are no address, and a UUID by which another names it")
    func profile() {
        let edit = SysprepOperation.profileEdit(named: ["u1"])
        let kept = "[connection]\nuuid=u1\n[wifi]\ncloned-mac-address=stable\n[ipv4]\ndhcp-client-id=mac\n"
        #expect(Self.apply(edit, kept).text == kept)
        let bound = "[connection]\nuuid=u2\ntimestamp=1\n[ipv6]\ndhcp-duid=00:01:02\n"
        #expect(Self.apply(edit, bound).text == "[connection]\n[ipv6]\n")
    }

    @Test("accounts of people are those in login.defs' range, never root and never the system's")
    func people() {
        func names(_ range: ClosedRange<Int>) -> [String] {
            SysprepOperation.people(
                in: Array((Planted.passwd + "toor:x:1002:0::/:/bin/sh\nroot:x:1003:0::/:x\nx:y\n").utf8),
                range: range
            )
            .map(\.name)
        }
        #expect(names(1000...60000) == ["ada", "toor"])
        #expect(SysprepOperation.userRange(in: Array("UID_MIN 0\nUID_MAX\t5\n".utf8), first: 1000) == 100...100)
        #expect(SysprepOperation.userRange(in: Array("# UID_MIN 1\nUID_MIN   500\n".utf8), first: 1000) == 500...60000)
        let group = SysprepOperation.without(
            ["ada"],
            in: Array("wheel:x:10:ada,bob,adam\nada:x:1:\nbob:x:2:ada\n".utf8),
            membersIn: true
        )
        #expect(String(decoding: group, as: UTF8.self) == "wheel:x:10:bob,adam\nbob:x:2:\n")
    }

    @Test("UUIDs are of version 4 and different")
    func uuids() {
        let uuids = (0..<100).map { _ in SysprepOperation.randomUUID() }
        #expect(Set(uuids).count == 100)
        for uuid in uuids {
            #expect(
                uuid.wholeMatch(of: #/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/#) != nil,
                "\(uuid)"
            )
        }
    }
}
