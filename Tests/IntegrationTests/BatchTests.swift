import Foundation
import SystemPackage
import Testing

extension Integration {
    /// Several recipes in one command.
    @Suite("Bakes at once", .needs(.guests, .initrd))
    struct BatchTests {
        @Test("one that fails leaves the others running, and the status is that of the first in their order")
        func failures() async throws {
            try await withLab { lab in
                try await lab.learn()
                let bad = try SmallRecipe.write(to: lab, name: "bad")
                let good = try SmallRecipe.write(to: lab, name: "good", replacing: "built-in", with: "/nowhere")
                let tree = try await TinyTree.makeHollow("tree", in: lab)
                // 'bad' has a tree and goes as far as it; the location of 'good' does not exist.
                _ = try lab.file("bad.recipe", Disk.text(bad).replacing("built-in", with: tree.string))
                for jobs in ["1", "2"] {
                    let result = try await lab.run(
                        ["build", good.string, bad.string, "--jobs", jobs, "--until", "tree", "--progress", "plain"]
                    )
                    result.expect(66, "good: error:", "good: status 66", "bad: stopped as told")
                    #expect(result.line == tree.string)
                }
                #expect(lab.leftovers == [])
            }
        }

        @Test("Ctrl-C ends all of them, and what had not begun never does")
        func interrupted() async throws {
            try await withLab { lab in
                try await lab.learn()
                let tree = try await TinyTree.make(
                    "tree",
                    in: lab,
                    script: "echo install under way\nwhile :; do /bin/busybox sleep 60; done"
                )
                let recipes = try ["a", "b", "c"].enumerated().map { index, name in
                    let recipe = try SmallRecipe.write(to: lab, name: name, replacing: "built-in", with: tree.string)
                    // Three installs, none of which can be another's.
                    try Disk.write(Disk.text(recipe).replacing("10 GiB", with: "\(10 + index) GiB"), to: recipe)
                    return recipe.string
                }
                let batch = try await lab.start(["build"] + recipes + ["--jobs", "2", "--progress", "plain"])
                try await lab.wait(for: "two installers") {
                    lab.consoles.filter { $0.contains("install under way") }.count == 2 || !batch.isRunning
                }
                batch.send(SIGINT)
                let result = try await batch.result()
                result.expect(130, "a: status 130", "b: status 130", "c: not begun")
                #expect(lab.consoles.count == 2)
                #expect(lab.leftovers == [])
            }
        }

        @Test("a bake stopped after rendering leaves the files to be read, without secrets")
        func rendered() async throws {
            try await withLab { lab in
                let tree = try await TinyTree.makeHollow("tree", in: lab)
                let recipe = try SmallRecipe.write(to: lab, replacing: "built-in", with: tree.string)
                let result = try await lab.run(["build", recipe.string, "--until", "render"]).required()
                #expect(Disk.names(FilePath(result.line)) == ["cloud.cfg", "cmdline", "domain.xml", "ks.cfg"])
                let kickstart = try Disk.text(FilePath(result.line).appending("ks.cfg"))
                #expect(kickstart.contains("rootpw") && !kickstart.contains("$6$"), "\(kickstart)")
                #expect(lab.leftovers == [])
            }
        }

        @Test("a guest that is larger than the memory of the machine is refused before it starts")
        func tooLarge() async throws {
            try await withLab { lab in
                try await lab.learn()
                let tree = try await TinyTree.makeHollow("tree", in: lab)
                let recipe = try SmallRecipe.write(to: lab, replacing: "512 MiB", with: "1 TiB")
                let result = try await lab.run(["build", recipe.string, "--location", tree.string])
                result.expect(69, "there is not enough memory for the guest: it takes", "--memory")
                #expect(lab.consoles == [""])
                #expect(lab.leftovers == [])
            }
        }
    }
}
