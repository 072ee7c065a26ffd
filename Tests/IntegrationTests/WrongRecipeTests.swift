import Foundation
import SystemPackage
import Testing

extension SideBySide {
    /// Each wrong recipe has its own message and exit status, and nothing is made of it.
    @Suite("Wrong recipes")
    struct WrongRecipeTests {
        /// A wrong recipe and what is said of it.
        struct Wrong: CustomTestStringConvertible, Sendable {
            let what: String
            let status: Int32
            let message: String
            let make: @Sendable (Lab) throws -> Void

            var testDescription: String { what }

            init(
                _ what: String,
                status: Int32 = 65,
                _ message: String,
                _ make: @escaping @Sendable (Lab) throws -> Void
            ) {
                self.what = what
                self.status = status
                self.message = message
                self.make = make
            }

            /// A small change in a recipe that is right.
            init(_ what: String, _ message: String, replacing: String, with replacement: String) {
                self.init(what, message) { lab in
                    _ = try SmallRecipe.write(to: lab, replacing: replacing, with: replacement)
                }
            }
        }

        static let wrong: [Wrong] = [
            Wrong("does not exist", status: 66, "web.recipe: error: there is no such recipe\n") { _ in },
            Wrong("empty", "web.recipe: error: is empty\n") { _ = try $0.file("web.recipe", "") },
            Wrong("a directory", "web.recipe: error: is a directory, not a recipe\n") {
                try Disk.make($0.root.appending("web.recipe"))
            },
            Wrong("50 MB", "web.recipe: error: has 50000000 bytes; a recipe has at most 1 MiB\n") {
                _ = try $0.file("web.recipe", String(repeating: "# 23456789\n", count: 50_000_000 / 11 + 1))
                truncate($0.root.appending("web.recipe").string, 50_000_000)
            },
            Wrong("binary", "web.recipe:1:1: error: contains the control character U+007F; a recipe is a text file\n") {
                let program = try FileHandle(forReadingFrom: URL(filePath: Checkout.binary.string))
                try Disk.write(try program.read(upToCount: 65536) ?? Data(), to: $0.root.appending("web.recipe"))
            },
            Wrong(
                "a tab",
                "web.recipe:6:1: error: a tab indents this line; YAML takes only spaces\n",
                replacing: "  location",
                with: "\tlocation"
            ),
            Wrong(
                "a repeated key",
                "web.recipe:4:1: error: key 'name' is repeated; it stands first in line 2\n",
                replacing: "machine:",
                with: "name: other\nmachine:"
            ),
            Wrong(
                "a typo in a key",
                "web.recipe:10:3: error: unknown key 'pakages' in 'system'; did you mean 'packages'?\n",
                replacing: "packages",
                with: "pakages"
            ),
            Wrong(
                "a size with a space in its unit",
                """
                web.recipe:4:34: error: 'machine.disk': '10 G B' is not a size; write a number and B, kB, KiB, MB, MiB, GB, GiB, \
                TB or TiB, such as 10 GiB

                """,
                replacing: "10 GiB",
                with: "10 G B"
            ),
            Wrong(
                "an unknown sysprep operation",
                """
                web.recipe:3:21: error: unknown sysprep operation 'mashine-id' in 'sysprep.disable[0]'; did you mean \
                'machine-id'?

                """,
                replacing: "os: debian12",
                with: "sysprep: {disable: [mashine-id]}\nos: debian12"
            ),
            Wrong(
                "a reserved property",
                "web.recipe:3:25: error: the property 'size' in 'publish[0].properties' is reserved by Glance\n",
                replacing: "os: debian12",
                with: "publish: [{properties: {size: \"1\"}}]\nos: debian12"
            ),
            Wrong(
                "an unknown operating system",
                "web.recipe:3:5: error: unknown operating system 'debain12' in 'os'; did you mean 'debian12'?\n",
                replacing: "debian12",
                with: "debain12"
            ),
        ]

        @Test("is refused before anything is made of it", arguments: wrong)
        func isRefused(_ wrong: Wrong) async throws {
            try await withLab { lab in
                try wrong.make(lab)
                let result = try await lab.run(["build", "web.recipe"], directory: lab.root)
                result.expect(wrong.status)
                // The whole of it: no further line, no word twice.
                #expect(result.stderr == wrong.message)
                #expect(result.stdout == "")
                #expect(!Disk.exists(lab.home), "a recipe that cannot be read needs no home")

                // The commands that read a recipe say the same.
                for command in ["validate", "plan", "render"] {
                    let other = try await lab.run([command, "web.recipe"], directory: lab.root)
                    other.expect(wrong.status)
                    #expect(other.stderr == wrong.message, "\(command)")
                }
            }
        }

        @Test("a recipe and a template that this user may not read")
        func unreadable() async throws {
            try await withLab { lab in
                let recipe = try SmallRecipe.write(to: lab)
                let template = try lab.file("my.ks", "text\n")
                let other = try SmallRecipe.write(
                    to: lab,
                    name: "other",
                    replacing: "location: built-in",
                    with: "location: built-in\n  kickstart_template: my.ks"
                )
                for file in [recipe, template] { chmod(file.string, 0) }
                let somebody = try await lab.somebody()
                for command in ["build", "validate", "plan", "render"] {
                    let result = try await somebody.run([command, "web.recipe"])
                    result.expect(77)
                    #expect(result.stderr == "web.recipe: error: this user may not read it\n", "\(command)")
                }
                let result = try await somebody.run(["validate", other.string])
                result.expect(
                    65,
                    "other.recipe:7:23: error: 'install.kickstart_template': 'my.ks': this user may not read it"
                )
                #expect(!Disk.exists(lab.home))
            }
        }

        @Test("a template variable that nobody defines is found before anything is fetched")
        func undefinedVariable() async throws {
            try await withLab { lab in
                _ = try lab.file("my.ks", "{{% CONTENT_TYPE:KICKSTART}}\ntext\nlang {{langauge}}\n")
                _ = try SmallRecipe.write(
                    to: lab,
                    replacing: "location: built-in",
                    with: "location: http://127.0.0.1:1/\n  kickstart_template: my.ks"
                )
                let result = try await lab.run(["build", "web.recipe"], directory: lab.root)
                result.expect(65, "langauge", "my.ks")
                #expect(lab.leftovers == [])
                #expect(lab.blobs == [])
                #expect(!Disk.exists(lab.home.appending("registry").appending("index.sqlite")))
            }
        }

        @Test("all recipes are read before the first is baked")
        func readsAllFirst() async throws {
            try await withLab { lab in
                _ = try SmallRecipe.write(to: lab)
                _ = try SmallRecipe.write(to: lab, name: "other", replacing: "os: debian12", with: "os: beos")
                let result = try await lab.run(["build", "web.recipe", "other.recipe"], directory: lab.root)
                result.expect(65, "other.recipe:3:5: error: unknown operating system 'beos'")
                #expect(!Disk.exists(lab.home))
            }
        }

        @Test("every problem is printed at once, by validate too")
        func printsAll() async throws {
            try await withLab { lab in
                _ = try lab.file(
                    "web.recipe",
                    SmallRecipe.text.replacing("packages", with: "pakages").replacing("10 GiB", with: "10")
                )
                let result = try await lab.run(["validate", "web.recipe"], directory: lab.root)
                result.expect(65, "web.recipe:4:34: error: ", "web.recipe:10:3: error: ")
                #expect(result.stderr.split(separator: "\n").count == 2)
            }
        }
    }
}
