import Foundation
import SystemPackage
import Testing

extension SideBySide {
    /// Steps of customising on a real Debian disk, looked at with debugfs, which shares nothing with what wrote it.
    @Suite("Customising", .serialized, .needs(.guests, .appliance, .debianTree))
    struct CustomizeTests {
        private static let word = "Horse-9battery!"
        private static let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDlJwzVNTqI3yoCV+8nHLqTlGLSVxFo6n5jIWQcuQ8hF ada"
        private static let environment: [String: String?] = ["LAB_WORD": word]

        /// The recipe that ships, with steps; its install is in the cache of the bake that all tests share.
        private func recipe(_ steps: String, in lab: Lab) throws -> FilePath {
            let text = try Disk.text(Checkout.recipe("debian12")).replacing("name: debian12", with: "name: customized")
            return try lab.file(
                "customized.recipe",
                text + "\nsecrets:\n  word: {env: LAB_WORD}\n\ncustomize:\n" + steps
            )
        }

        /// A package with a service, whose script for after the unpacking wants it to start.
        private func package(_ name: String, in lab: Lab) async throws {
            let top = lab.root.appending("package-\(name)")
            let control = """
                Package: \(name)
                Version: 1.0
                Architecture: all
                Maintainer: Nobody <nobody@example.org>
                Description: a package for tests

                """
            try Disk.write(control, to: top.appending("DEBIAN/control"))
            try Disk.write(
                """
                #!/bin/sh
                set -e
                test -s /etc/machine-id
                if [ "$1" = configure ]; then invoke-rc.d \(name) start; fi

                """,
                to: top.appending("DEBIAN/postinst")
            )
            chmod(top.appending("DEBIAN/postinst").string, 0o755)
            try Disk.write("content of \(name)\n", to: top.appending("usr/share/\(name)/file"))
            try Disk.write(
                "[Service]\nType=oneshot\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n",
                to: top.appending("usr/lib/systemd/system/\(name).service")
            )
            try Disk.write(
                """
                #!/bin/sh
                ### BEGIN INIT INFO
                # Provides: \(name)
                # Required-Start:
                # Required-Stop:
                # Default-Start: 2 3 4 5
                # Default-Stop: 0 1 6
                ### END INIT INFO
                echo started-\(name)

                """,
                to: top.appending("etc/init.d/\(name)")
            )
            chmod(top.appending("etc/init.d/\(name)").string, 0o755)
            let file = lab.root.appending("\(name).deb").string
            _ = try await lab.tool("dpkg-deb", "--root-owner-group", "--build", top.string, file)
        }

        @Test("a dozen steps are on the sealed disk, programs leave nothing else, and no log has a secret")
        func steps() async throws {
            _ = try await DebianBake.succeeded()
            try await withLab(home: DebianBake.home) { lab in
                try await package("probe", in: lab)
                try await package("gone", in: lab)
                try Disk.write("a = 1\n", to: lab.root.appending("tree/app.conf"))
                let recipe = try recipe(
                    """
                      - write: {path: /etc/app/token, content: "token ${{ secrets.word }}\\n", mode: "0640", group: adm}
                      - copy_in: {from: tree, to: /etc/app}
                      - upload: {from: tree/app.conf, to: /lib/app.conf}
                      - edit: {path: /etc/ssh/sshd_config, match: "^#?MaxAuthTries .*", replace: MaxAuthTries 3, missing: append}
                      - install: {files: [probe.deb, gone.deb]}
                      - remove: [gone]
                      - service: {enable: [probe], mask: [apt-daily.timer]}
                      - group: {name: deploy, gid: 1700}
                      - user: {name: ada, uid: 1701, group: deploy, groups: [adm], shell: /bin/bash, sudo: true, password: {secret: word}}
                      - ssh_key: {user: ada, keys: ["\(Self.key)"]}
                      - run:
                          script: |
                            id ada
                            echo word=${{ secrets.word }}
                            ls /sys/class/net; ip link
                            su ada -c 'touch ~/made-by-ada'
                            sleep 1000 &
                      - hostname: custom.example.org
                      - timezone: Europe/Vienna
                      - firstboot: {name: hello, script: "echo hello"}
                      - delete: [/etc/app/app.c*]

                    """,
                    in: lab
                )
                let result = try await lab.run(
                    ["build", recipe.string, "--until", "sysprep", "--progress", "json"],
                    environment: Self.environment
                ).required()
                #expect(result.events.cached == ["install"])
                let bake = try #require(Disk.names(lab.home.appending("bakes")).last { $0.hasSuffix("customized") })
                let directory = lab.home.appending("bakes").appending(bake)

                let logs = Disk.names(directory.appending("customize"))
                #expect(logs.count == 15 && logs.first == "01-write.log" && logs.contains("11-run.log"), "\(logs)")
                let run = try Disk.text(directory.appending("customize/11-run.log"))
                #expect(run.contains("uid=1701(ada) gid=1700(deploy) groups=1700(deploy),4(adm)"), "\(run)")
                #expect(run.contains("word=(hidden)") && !run.contains("eth0") && !run.contains("ens"), "\(run)")
                let install = try Disk.text(directory.appending("customize/05-install.log"))
                let isHeld = install.contains("policy-rc.d denied execution of start")
                #expect(isHeld && !install.contains("started-"), "no service may start: \(install)")
                let report = try Disk.text(directory.appending("sysprep.json"))
                #expect(report.contains("\"subject\" : \"/etc/app/token\""))
                for file in Disk.files(below: directory) {
                    let text = String(decoding: try Disk.data(directory.appending(file)), as: UTF8.self)
                    #expect(!text.contains(Self.word), "\(file)")
                }

                let files = try await ImageFiles(FilePath(result.line), in: lab)
                try await check(files)
            }
        }

        private func check(_ files: ImageFiles) async throws {
            #expect(try await files.text("/etc/app/token") == "token \(Self.word)\n")
            #expect(try await files.status("/etc/app/token") == "0640 0 4")
            #expect(try await files.names("/etc/app") == ["token"])
            #expect(try await files.text("/usr/lib/app.conf") == "a = 1\n")
            #expect(try await files.text("/etc/ssh/sshd_config").contains("\nMaxAuthTries 3\n"))
            #expect(try await files.text("/usr/share/probe/file") == "content of probe\n")
            #expect(try await files.names("/usr/share").contains("gone") == false)
            let wants = try await files.names("/etc/systemd/system/multi-user.target.wants")
            #expect(wants.contains("probe.service") && wants.contains("imagebake-firstboot.service"), "\(wants)")
            #expect(try await files.names("/etc/systemd/system").contains("apt-daily.timer"))
            let passwd = try await files.text("/etc/passwd")
            #expect(passwd.contains("\nada:x:1701:1700::/home/ada:/bin/bash\n"))
            let shadow = try await files.text("/etc/shadow").split(separator: "\n").first { $0.hasPrefix("ada:") } ?? ""
            #expect(shadow.hasPrefix("ada:$6$"), "\(shadow)")
            #expect(try await files.text("/home/ada/.ssh/authorized_keys") == Self.key + "\n")
            #expect(try await files.status("/home/ada/.ssh/authorized_keys") == "0600 1701 1700")
            #expect(try await files.status("/home/ada/made-by-ada") == "0644 1701 1700")
            #expect(try await files.text("/etc/sudoers.d/imagebake-ada") == "ada ALL=(ALL) NOPASSWD:ALL\n")
            #expect(try await files.text("/etc/hostname") == "custom.example.org\n")
            #expect(try await files.text("/etc/timezone") == "Europe/Vienna\n")
            #expect(try await files.names("/usr/lib/imagebake/firstboot") == ["0001-hello", "run"])
            // What programs need or make for themselves is gone.
            #expect(try await files.text("/etc/machine-id") == "")
            #expect(try await files.names("/usr/sbin").contains("policy-rc.d") == false)
            #expect(try await files.names("/var/lib/systemd").contains("random-seed") == false)
            #expect(try await files.names("/dev").contains("imagebake") == false)
        }

        @Test("a step that fails ends with 81 and says which, where it stands, its log and its last words")
        func failure() async throws {
            _ = try await DebianBake.succeeded()
            try await withLab(home: DebianBake.home) { lab in
                let recipe = try recipe(
                    """
                      - run:
                          script: |
                            echo "word ${{ secrets.word }}" | cat
                            echo "no such thing" >&2
                            exit 3

                    """.replacing("\"word ${{ secrets.word }}\" | cat", with: "${{ secrets.word }}"),
                    in: lab
                )
                let result = try await lab.run(
                    ["build", recipe.string, "--until", "sysprep"],
                    environment: Self.environment
                )
                let line =
                    try Disk.text(recipe).split(separator: "\n", omittingEmptySubsequences: false)
                    .firstIndex(of: "  - run:").map { $0 + 1 } ?? 0
                result.expect(
                    81,
                    "customising failed: step 1 ('run'): ended with status 3",
                    "customized.recipe:\(line):5",
                    "customize/01-run.log",
                    "(hidden) / no such thing"
                )
                #expect(!result.stderr.contains(Self.word))

                // What is planned after a change: the install stays.
                let text = try Disk.text(Checkout.recipe("debian12"))
                let changed = try lab.file("debian12.recipe", text + "\ncustomize:\n  - touch: /etc/x\n")
                let plan = try await lab.run(["plan", changed.string]).required().stdout.split(separator: "\n")
                #expect(plan.contains { $0.hasPrefix("| install ") && $0.contains("cached") }, "\(plan)")
                #expect(plan.contains { $0.hasPrefix("| sysprep ") && $0.contains("customize") }, "\(plan)")
            }
        }
    }
}
