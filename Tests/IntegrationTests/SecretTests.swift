import Foundation
import Subprocess
import Synchronization
import SystemPackage
import Testing

extension SideBySide {
    /// A root password, and an install whose last script fails: what is kept of it holds no secret.
    @Suite("Secrets", .needs(.guests, .initrd))
    struct SecretTests {
        static let password = "correct-Horse7battery"
        static let token = "tok-8eZ2!staple"
        static let environment: [String: String?] = ["LAB_PASSWORD": password, "LAB_TOKEN": token]

        /// The recipe that ships, with a password and a script that fails after it has put a secret wherever evidence is gathered: on the
        /// console, there in base64 too, in logs of the installed system, and in what the disk keeps of them.
        private func recipe(in lab: Lab) throws -> FilePath {
            let text = try Disk.text(Checkout.recipe("debian12"))
            let failing = """
                  post:
                    - script: |
                        echo "this script fails"
                        echo "the token is "${{ secrets.token }}
                        printf 'x%s' ${{ secrets.token }} | base64
                        mkdir -p /var/log/anaconda
                        echo ${{ secrets.token }} >/var/log/anaconda/planted.log
                        printf '%s' ${{ secrets.token }} | base64 >/root/planted.log
                        sync
                        exit 7

                system:
                  root_password: {env: LAB_PASSWORD}

                """
            guard text.contains("\nsystem:\n") else { throw Trouble("the recipe has no 'system'") }
            let secrets = "\nsecrets:\n  token: {env: LAB_TOKEN}\n"
            return try lab.file("debian12.recipe", text.replacing("\nsystem:\n", with: "\n" + failing) + secrets)
        }

        @Test(
            "an install whose %post fails says which, and neither password nor hash is kept, shown or passed on",
            .needs(.debianTree)
        )
        func failingPost() async throws {
            let tree = try await DebianBake.tree()
            try await withLab { lab in
                let recipe = try recipe(in: lab)
                let bake = try await lab.start(
                    ["build", recipe.string, "--location", tree.string, "--verbose"],
                    environment: Self.environment
                )
                let seen = try await watch(bake)
                let result = try await bake.result()

                result.expect(80, "install failed: ", "%post", "\(lab.lastBake)/console.log:")
                #expect(result.stderr.contains("this script fails"), "--verbose shows the guest's console")
                #expect(lab.leftovers == [])
                #expect(lab.blobs == [])
                #expect(Disk.names(lab.home.appending("cache").appending("stages")) == [])

                #expect(seen.contains { $0.contains("qemu-system") }, "the guest was not watched")
                expectNoSecret(in: seen.joined(separator: "\n"), "arguments of processes")
                expectNoSecret(in: result.stdout + result.stderr, "output")
                let files = Disk.files(below: lab.home)
                for name in ["journal.jsonl", "console.log", "rendered/ks.cfg", "domain.xml"] {
                    #expect(files.contains { $0.hasSuffix(name) }, "\(name)")
                }
                // libguestfs' appliance is made of this machine's packages, and has gigabytes.
                for file in files where !file.hasPrefix("cache/appliance/") {
                    expectNoSecret(in: String(decoding: try Disk.data(lab.home.appending(file)), as: UTF8.self), file)
                }
                // What is packed is looked at unpacked; the logs on the disk are in it, and what was planted there is not.
                let bundle = try #require(files.first { $0.hasSuffix(".tar.zst") })
                let unpacked = lab.root.appending("evidence")
                try Disk.make(unpacked)
                _ = try await lab.tool("tar", "-xf", lab.home.appending(bundle).string, "-C", unpacked.string)
                let evidence = Disk.files(below: unpacked)
                let absent =
                    evidence.first { $0.hasSuffix("absent.txt") }.flatMap { try? Disk.text(unpacked.appending($0)) }
                    ?? ""
                #expect(evidence.contains { $0.hasSuffix("var/log/anaconda/planted.log") }, "\(evidence) \(absent)")
                #expect(evidence.contains { $0.hasSuffix("root/planted.log") }, "\(evidence)")
                for file in evidence {
                    expectNoSecret(in: String(decoding: try Disk.data(unpacked.appending(file)), as: UTF8.self), file)
                }
            }
        }

        @Test("render shows the hash to its owner alone, and the password to nobody")
        func render() async throws {
            try await withLab { lab in
                let recipe = try recipe(in: lab)
                let output = lab.root.appending("out")
                let environment = Self.environment
                let result = try await lab.run(
                    ["render", recipe.string, "--output", output.string],
                    environment: environment
                ).required()
                let kickstart = output.appending("ks.cfg")
                #expect(Disk.mode(kickstart) == 0o600)
                #expect(try Disk.text(kickstart).contains("rootpw --iscrypted"))
                #expect(try Disk.text(kickstart).contains("$6$"))
                for name in Disk.names(output) {
                    #expect(!(try Disk.text(output.appending(name)).contains(Self.password)), "\(name)")
                    if name != "ks.cfg" { expectNoSecret(in: try Disk.text(output.appending(name)), name) }
                }
                expectNoSecret(in: result.stdout + result.stderr, "output")

                let missing = try await lab.run(
                    ["render", recipe.string],
                    environment: ["LAB_PASSWORD": nil, "LAB_TOKEN": Self.token]
                )
                missing.expect(66, "LAB_PASSWORD")
            }
        }

        /// The arguments of all processes that name the bake, until it ends.
        private func watch(_ bake: RunningCommand) async throws -> Set<String> {
            var seen: Set<String> = []
            while bake.isRunning {
                for (pid, arguments) in Processes.arguments() where pid != getpid() { seen.insert(arguments) }
                try await Task.sleep(for: .milliseconds(200))
            }
            return seen
        }

        private func expectNoSecret(
            in text: String,
            _ place: String,
            sourceLocation: SourceLocation = #_sourceLocation
        ) {
            for secret in [Self.password, Self.token] {
                #expect(!text.contains(secret), "\(secret) is in \(place)", sourceLocation: sourceLocation)
                // In base64 it reads in one of three ways, by what comes before it; the first and last characters vary.
                for offset in 0..<3 {
                    let encoded = Data((String(repeating: "x", count: offset) + secret).utf8).base64EncodedString()
                    let core = encoded.dropFirst(4).dropLast(4)
                    #expect(!text.contains(core), "\(secret) is in \(place), in base64", sourceLocation: sourceLocation)
                }
            }
            // crypt(5): $6$, a salt of up to 16 characters, $, 86 characters.
            let hash = text.firstMatch(of: #/\$6\$(rounds=\d+\$)?[.\/0-9A-Za-z]{1,16}\$[.\/0-9A-Za-z]{86}/#)
            #expect(hash == nil, "a hash is in \(place)", sourceLocation: sourceLocation)
        }
    }
}
