import Foundation
import Subprocess
import Synchronization
import SystemPackage
import Testing

extension Integration {
    /// A root password, and an install whose last script fails: what is kept of it holds no secret.
    @Suite("Secrets", .needs(.guests, .initrd))
    struct SecretTests {
        static let password = "correct-Horse7battery"

        /// The recipe that ships, with a password and a script that fails.
        private func recipe(in lab: Lab) throws -> FilePath {
            let text = try Disk.text(Checkout.recipe("debian12"))
            let failing = """
                  post:
                    - script: |
                        echo "this script fails"
                        exit 7

                system:
                  root_password: {env: LAB_PASSWORD}

                """
            guard text.contains("\nsystem:\n") else { throw Trouble("the recipe has no 'system'") }
            return try lab.file("debian12.recipe", text.replacing("\nsystem:\n", with: "\n" + failing))
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
                    environment: ["LAB_PASSWORD": Self.password]
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
                for file in files {
                    expectNoSecret(in: String(decoding: try Disk.data(lab.home.appending(file)), as: UTF8.self), file)
                }
            }
        }

        @Test("render shows the hash to its owner alone, and the password to nobody")
        func render() async throws {
            try await withLab { lab in
                let recipe = try recipe(in: lab)
                let output = lab.root.appending("out")
                let environment = ["LAB_PASSWORD": Self.password]
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

                let missing = try await lab.run(["render", recipe.string], environment: ["LAB_PASSWORD": nil])
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
            #expect(!text.contains(Self.password), "the password is in \(place)", sourceLocation: sourceLocation)
            // crypt(5): $6$, a salt of up to 16 characters, $, 86 characters.
            let hash = text.firstMatch(of: #/\$6\$(rounds=\d+\$)?[.\/0-9A-Za-z]{1,16}\$[.\/0-9A-Za-z]{86}/#)
            #expect(hash == nil, "a hash is in \(place)", sourceLocation: sourceLocation)
        }
    }
}
