import Testing

@testable import Recipes

/// A recipe, a kickstart of its own where there is one, and what the lints say.
struct LintCase: CustomTestStringConvertible {
    let testDescription: String
    var os = "rocky9"
    var body = ""
    var kickstart: String?

    /// Each as `FILE:LINE: CODE`.
    let expected: [String]

    /// The recipe's text; its body begins in line 4.
    var recipe: String { "version: 1\nname: web\nos: \(os)\n\(body)\n" }

    /// A recipe with a line of script, which stands in line 7.
    static func script(_ line: String, _ codes: String...) -> LintCase {
        LintCase(
            testDescription: "script: \(line)",
            body: "install:\n  post:\n    - script: |\n        \(line)",
            expected: codes.map { "web.recipe:7: \($0)" }
        )
    }

    /// A recipe with a kickstart template in which a line stands, in line 2.
    static func command(_ line: String, os: String = "rocky9", _ codes: String...) -> LintCase {
        LintCase(
            testDescription: "kickstart of \(os): \(line)",
            os: os,
            body: "install:\n  kickstart_template: own.ks",
            kickstart: "{{% CONTENT_TYPE:KICKSTART}}\n\(line)\npoweroff\n",
            expected: codes.map { "own.ks:2: \($0)" }
        )
    }

    /// A recipe with a body.
    static func recipe(_ body: String, os: String = "rocky9", _ expected: String...) -> LintCase {
        LintCase(testDescription: "\(os): \(body)", os: os, body: body, expected: expected)
    }

    static let all: [LintCase] =
        passwords + logins + mirrors + structure + commands + packages + networks + hosts + zones

    private static let passwords: [LintCase] = [
        .command("rootpw hunter2", "plaintext-password"), .command("rootpw --plaintext hunter2", "plaintext-password"),
        .command("rootpw --lock"), .command("rootpw --iscrypted $6$a$b"),
        .command("rootpw --iscrypted {{root_password_hash}}"),
        .command("rootpw --lock hunter2", "plaintext-password"), .command("rootpw {{root_password_hash}}"),
        .command("user --name=ada --password=hunter2", "plaintext-password"),
        .command("user --name=ada --password hunter2", "plaintext-password"),
        .command("user --name=ada --password=hunter2 --plaintext", "plaintext-password"),
        .command("user --name=ada --iscrypted --password=$6$a$b"), .command("user --name=ada --lock"),
        .command("# rootpw hunter2"), .command("bootloader --password=hunter2", "plaintext-password"),
        .command("bootloader --iscrypted --password=grub.pbkdf2.x"),
        .command("sshpw --username=root hunter2", "plaintext-password"),
        .command("sshpw --username=root --iscrypted $6$a$b"),
        .script("echo root:hunter2 | chpasswd", "plaintext-password"),
        .script("echo 'root:hunter2' | chpasswd", "plaintext-password"),
        .script("echo \"root:hunter2\"|/usr/sbin/chpasswd", "plaintext-password"),
        .script("printf 'ada:hunter2\\n' | sudo chpasswd", "plaintext-password"),
        .script("echo 'root:$6$a$b' | chpasswd -e"), .script("echo \"root:$PASSWORD\" | chpasswd"),
        .script("chpasswd </root/list"), .script("# echo root:hunter2 | chpasswd"), .script("echo a | tee b"),
        .script("echo hunter2 | passwd --stdin root", "plaintext-password"), .script("passwd --lock root"),
        .script("useradd --password=hunter2 ada", "plaintext-password"), .script("useradd --password='$6$a$b' ada"),
        .script("chpasswd <<<root:hunter2", "plaintext-password"), .script("chpasswd -e <<<'root:$6$a$b'"),
        .script("chpasswd <<<\"root:$PASSWORD\""), .script("passwd --stdin root <<<hunter2", "plaintext-password"),
        .script("passwd --stdin root <<<\"$PASSWORD\""),
        .script("printf '%s:%s\\n' root hunter2 | chpasswd", "plaintext-password"),
        .script("printf '%s:%s\\n' root \"$PASSWORD\" | chpasswd"), .script("printf 'root:%s\\n' \"$P\" | chpasswd"),
        .script("useradd -p hunter2 ada", "plaintext-password"), .script("usermod --password '$6$a$b' ada"),
        .script("usermod -p '!' ada"), .script("useradd ada"),
    ]

    private static let logins: [LintCase] = [
        .recipe("system:\n  lock_root: false", "web.recipe:5: open-root-login"), .recipe("system:\n  lock_root: true"),
        .recipe("cloud_init:\n  ssh_pwauth: true", "web.recipe:5: open-root-login"),
        .recipe("cloud_init:\n  ssh_pwauth: false"),
        .recipe("cloud_init:\n  disable_root: false", "web.recipe:5: open-root-login"),
        .recipe("cloud_init:\n  disable_root: true"),
        .script("echo 'PermitRootLogin yes' >>/etc/ssh/sshd_config", "open-root-login"),
        .script("sed -i 's/.*PermitRootLogin.*/PermitRootLogin yes/' /etc/ssh/sshd_config", "open-root-login"),
        .script("sed -i 's/PermitRootLogin yes/PermitRootLogin no/' /etc/ssh/sshd_config"),
        .script("sed -i 's/PermitRootLogin yes//' /etc/ssh/sshd_config"),
        .script("echo 'PermitRootLogin no' >>/etc/ssh/sshd_config"),
        .script("grep -q 'PermitRootLogin yes' /etc/ssh/sshd_config"),
        .script("passwd -d root", "open-root-login"), .script("/usr/bin/passwd --delete root", "open-root-login"),
        .script("passwd -d ada"),
        .script("# PermitRootLogin yes"), .script("echo 'PermitRootLogin prohibit-password' >x"),
    ]

    private static let mirrors: [LintCase] = [
        .recipe("install:\n  location: https://mirror.centos.org/centos/8/", os: "rocky8", "web.recipe:5: dead-mirror"),
        .recipe("install:\n  location: https://vault.centos.org/7.9.2009/os/x86_64/", os: "centos7"),
        .recipe(
            "install:\n  location: http://vault.centos.org/7.9.2009/os/x86_64/",
            os: "centos7",
            "web.recipe:5: dead-mirror",
            "web.recipe:5: plain-http"
        ),
        .recipe(
            "install:\n  repositories:\n    - {name: epel, url: \"https://dl.fedoraproject.org/pub/epel/7/x86_64/\"}",
            os: "centos7",
            "web.recipe:6: dead-mirror"
        ),
        .recipe(
            "install:\n  repositories:\n    - {name: epel, url: \"https://dl.fedoraproject.org/pub/epel/9/Everything/x86_64/\"}"
        ),
        .command("repo --name=x --baseurl=http://mirror.centos.org/centos/7/updates/x86_64/", "dead-mirror"),
        .command("repo --name=x --mirrorlist=http://mirrorlist.centos.org/?release=7", "dead-mirror"),
        .command("repo --name=x --baseurl=https://mirror.stream.centos.org/9-stream/BaseOS/x86_64/os/"),
        .script("curl -O http://mirror.centos.org/centos/7/os/x86_64/x.rpm", "dead-mirror"),
        .script("baseurl=http://mirror.centos.org/centos/7/", "dead-mirror"),
        .script("sed -i 's|http://mirror.centos.org/|https://vault.centos.org/|' /etc/yum.repos.d/x.repo"),
        .script("curl -O https://vault.centos.org/x.rpm"), .script("curl -O ftp://mirror.example.org/x", "dead-mirror"),
        .recipe("install:\n  location: http://mirror.example.org/9/", "web.recipe:5: plain-http"),
        .recipe(
            "install:\n  location: http://mirror.example.org/9/\n  pin:\n    treeinfo: sha256:"
                + String(repeating: "ab", count: 32)
        ),
        .recipe("install:\n  location: https://mirror.example.org/9/"),
        .recipe("install:\n  location: http://10.0.2.2:8000/"),
        .recipe("install:\n  location: /srv/tree"),
        .command("url --url=http://mirror.example.org/9/", "plain-http"), .command("url --url={{location}}"),
        .command("liveimg --url=http://mirror.example.org/x.tar --checksum=abc"),
    ]

    private static let structure: [LintCase] = [
        LintCase(
            testDescription: "a section without an end",
            body: "install:\n  kickstart_template: own.ks",
            kickstart: "poweroff\n%packages\n@core\n%post\necho\n%end\n",
            expected: ["own.ks:2: missing-end"]
        ),
        LintCase(
            testDescription: "a section that a partial may end",
            body: "install:\n  kickstart_template: own.ks",
            kickstart: "{{% CONTENT_TYPE:KICKSTART}}\n%packages\n@core\n{{> kickstart/scripts}}\n",
            expected: []
        ),
        LintCase(
            testDescription: "no poweroff",
            body: "install:\n  kickstart_template: own.ks",
            kickstart: "text\n%post\npoweroff\n%end\n",
            expected: ["own.ks:1: missing-power-off"]
        ),
        LintCase(
            testDescription: "reboot in place of poweroff",
            body: "install:\n  kickstart_template: own.ks",
            kickstart: "text\nreboot --eject\n",
            expected: ["own.ks:2: missing-power-off"]
        ),
        LintCase(
            testDescription: "shutdown",
            body: "install:\n  kickstart_template: own.ks",
            kickstart: "text\nshutdown\n",
            expected: []
        ),
    ]

    private static let commands: [LintCase] = [
        .command("install", "removed-command"), .command("install", os: "rocky8", "deprecated-command"),
        .command("install", os: "centos7"), .command("auth --enableshadow", "deprecated-command"),
        .command("authconfig --enableshadow", os: "rocky10", "removed-command"), .command("authselect select sssd"),
        .command("autostep", os: "fedora45", "removed-command"),
        .command("timezone UTC --isUtc", os: "rocky10", "removed-command"),
        .command("timezone UTC --isUtc", "deprecated-command"), .command("timezone UTC --isUtc", os: "rocky8"),
        .command("timezone UTC --utc", os: "rocky10"),
        .command("timezone UTC --ntpservers=a", os: "rocky10", "removed-command"),
        .command("logging --host=a --level=info", os: "rocky10", "removed-command"),
        .command("logging --host=a", os: "rocky10"),
        .command("btrfs none --label=x a", os: "rocky10", "removed-command"),
        .command("btrfs none --label=x a", os: "fedora45"),
        .command("part / --active --size=1", "removed-command"), .command("part / --size=1"),
    ]

    private static let fixed = "bootproto: static, ip: 192.0.2.7, netmask: 255.255.255.0"
    private static let names = "net.ifnames=0"

    private static let networks: [LintCase] = [
        .recipe("system:\n  network: {device: eth0}", "web.recipe:5: unnamed-device"),
        .recipe("system:\n  network: {device: eth0}", os: "fedora45", "web.recipe:5: unnamed-device"),
        .recipe("system:\n  network: {device: eth0}", os: "debian12"), .recipe("system:\n  network: {device: enp1s0}"),
        .recipe(
            "system:\n  network: {device: eth0}\n  bootloader: {append: [\(names)]}",
            "web.recipe:5: unnamed-device"
        ),
        .recipe(
            "install: {kernel_arguments: [\(names)]}\nsystem:\n  network: {device: eth0}\n  bootloader: {append: [\(names)]}"
        ),
        .recipe("system:\n  network: {\(fixed)}", "web.recipe:5: replaced-address"),
        .recipe("system:\n  network: {\(fixed)}\ncloud_init: {network: {config: disabled}}"),
    ]

    private static let hosts: [LintCase] = [
        .recipe("machine:\n  memory: 1 GiB", "web.recipe:5: little-memory"), .recipe("machine:\n  memory: 3 GiB"),
        .recipe("machine:\n  memory: 1 GiB", os: "debian12"),
        .recipe("system:\n  bootloader: {location: none}", "web.recipe:5: no-bootloader"),
        .recipe("system:\n  bootloader: {location: mbr}"),
        .recipe("system:\n  users:\n    - {name: ada, uid: 500}", "web.recipe:6: system-uid"),
        .recipe("system:\n  users:\n    - {name: ada, uid: 1000}"),
    ]

    /// Nothing is said where there is no database to ask.
    private static let zones: [LintCase] = [
        .recipe("system:\n  timezone: {name: Europe/Berlin}"),
        LintCase(
            testDescription: "a time zone that there is not",
            body: "system:\n  timezone: {name: Europe/Berlni}",
            expected: TimeZoneNames.isKnown("Europe/Berlni") == nil ? [] : ["web.recipe:5: unknown-time-zone"]
        ),
    ]

    private static let packages: [LintCase] = [
        .recipe("system:\n  exclude_packages: [cloud-init]", "web.recipe:5: missing-package"),
        .recipe("system:\n  exclude_packages: [cloud-utils-growpart]", "web.recipe:5: missing-package"),
        .recipe("system:\n  packages: [cloud-utils]\n  exclude_packages: [cloud-utils-growpart]"),
        .recipe(
            "system:\n  exclude_packages: [cloud-utils-growpart]\ncloud_init:\n  modules:\n    init: [ssh]"
        ),
        .recipe(
            "system:\n  exclude_packages: [qemu-guest-agent]\n  services:\n    enabled: [qemu-guest-agent]",
            "web.recipe:7: missing-package"
        ),
        .recipe("system:\n  exclude_packages: [qemu-guest-agent]"),
        .recipe("system:\n  services:\n    enabled: [qemu-guest-agent]"),
        .recipe(
            "system:\n  exclude_packages: [qemu-guest-agent]\npublish:\n  - properties:\n      hw_qemu_guest_agent: \"yes\"",
            "web.recipe:8: missing-package"
        ),
        .recipe("publish:\n  - properties:\n      hw_qemu_guest_agent: \"yes\""),
        .recipe("system:\n  packages: [nginx]", os: "debian12"),
        .recipe(
            "system:\n  exclude_packages: [cloud-init]\ninstall:\n  post:\n    - script: dnf install -y cloud-init"
        ),
        .recipe("system:\n  exclude_packages: [cloud-init]", os: "debian12", "web.recipe:5: missing-package"),
    ]
}
