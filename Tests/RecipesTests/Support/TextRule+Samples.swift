@testable import Recipes

extension TextRule {
    /// The rules that say in a regular expression what they are.
    static let withPatterns: [(String, TextRule)] = [
        ("name", .name), ("locale", .locale), ("keyboard", .keyboard), ("device", .device),
        ("networkName", .networkName),
        ("service", .service), ("firewallService", .firewallService), ("fileSystemLabel", .fileSystemLabel),
        ("volumeName", .volumeName), ("organization", .organization), ("cloudInitModule", .cloudInitModule),
        ("datasource", .datasource), ("operation", .operation), ("repositoryName", .repositoryName),
        ("propertyName", .propertyName), ("account", .account), ("environmentVariable", .environmentVariable),
        ("sha256", .sha256), ("macAddress", .macAddress), ("absolutePath", .absolutePath), ("url", .url),
        ("mountPoint", .mountPoint), ("package", .package), ("module", .module), ("kernelArgument", .kernelArgument),
        ("timezone", .timezone), ("hostname", .hostname), ("ipv6Interface", .ipv6Interface), ("publicKey", .publicKey),
        ("netmask", .netmask), ("ipv4Address", .ipv4Address), ("mountOptions", .mountOptions), ("gecos", .gecos),
        ("guestPath", .guestPath), ("guestPattern", .guestPattern), ("owner", .owner), ("guestPackage", .guestPackage),
    ]

    /// Texts of all kinds.
    static let samples =
        [
            "a", "A", "0", "_", "-", ".", "a.b", "a_b", "a-b", "a:b", "a@b", "-a", "_a", ".a", "a b", " a", "a ", "A-",
            "0-", "9_.-", "ä",
            "a\"", "a'", "a$b", "en_US.UTF-8", "C.UTF-8", "sr_RS@latin", "us", "de-latin1", "eth0", "ens3.100",
            "default", "sshd.service",
            "getty@tty1", "https", "root", "vg0", "1234567", "users-groups", "NoCloud", "ConfigDrive", "machine-id",
            "AppStream",
            "hw_disk_bus", "os:note", "ada", "Ada", "_ada", "PATH", "A_1", "1A",
            "sha256:" + String(repeating: "aB", count: 32),
            "sha256:" + String(repeating: "a", count: 63), "52:54:00:12:34:56", "52:54:00:AB:cd:ef",
            "53:54:00:12:34:56", "52:54:00", "/",
            "/bin/bash", "/a b", "a/b", "/../x", "http://x/", "https://mirror.example.org:8080/a%20b/~c/",
            "http://[::1]/x", "ftp://x/",
            "http://u@x/", "swap", "biosboot", "/var/log", "/boot/efi", "nginx", "@core", "@^minimal", "lib*-devel",
            "g++", "nodejs:20",
            "quiet", "console=ttyS0,115200", "a.b=c,d", "UTC", "Etc/GMT+5", "America/Chicago", "web.example.org",
            "-web",
            "2001:db8::7/64", "::1/128", "2001:db8::7", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 ada",
            "ecdsa-sha2-nistp256 AAAA=",
            "ssh-ed25519", "255.255.255.0", "255.0.255.0", "192.0.2.7", "192.0.2", "noatime,nodev", "Ada Lovelace",
            "a:b c",
            String(repeating: "x", count: 15), String(repeating: "x", count: 16), String(repeating: "x", count: 17),
            String(repeating: "x", count: 32), String(repeating: "x", count: 33), String(repeating: "x", count: 48),
            String(repeating: "x", count: 49), String(repeating: "x", count: 64), String(repeating: "x", count: 65),
            String(repeating: "x", count: 255), String(repeating: "x", count: 256),
        ]
}
