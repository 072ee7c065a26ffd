import Foundation
import SystemPackage
import Testing

extension Integration {
    /// The Debian tree that is built from packages: interrupted, killed, and on machines where it cannot be built.
    @Suite("The Debian tree's build", .needs(.guests, .debianTree))
    struct TreeBuildTests {
        /// A bake that has come as far as mmdebstrap.
        private func startBuild(in lab: Lab) async throws -> RunningCommand {
            let recipe = try SmallRecipe.write(to: lab)
            let bake = try await lab.start(["build", recipe.string])
            try await lab.wait(for: "mmdebstrap") {
                Processes.naming(lab.home.string).values.contains { $0.contains("mmdebstrap") } || !bake.isRunning
            }
            if !bake.isRunning { try await bake.result().required() }
            return bake
        }

        @Test("Ctrl-C and SIGTERM end it and leave nothing", arguments: [SIGINT, SIGTERM])
        func interrupted(signal: Int32) async throws {
            try await withLab { lab in
                let bake = try await startBuild(in: lab)
                let begin = ContinuousClock.now
                bake.send(signal, toGroup: signal == SIGINT)
                let result = try await bake.result()
                let time = ContinuousClock.now - begin
                result.expect(130, "error: interrupted")
                #expect(time <= .seconds(5), "\(time)")
                #expect(lab.leftovers == [])
            }
        }

        @Test("after kill -9 the next command ends it, removes its files and says so")
        func killed() async throws {
            try await withLab { lab in
                let bake = try await startBuild(in: lab)
                bake.send(SIGKILL)
                _ = try await bake.result()
                let next = try await lab.run(["bakes", "list"]).required()
                next.expect(
                    0,
                    "the build of the install tree debian12-x86_64-",
                    "was killed; its files are removed now"
                )
                #expect(lab.leftovers == [])
            }
        }

        @Test("a disk that is too small for it", .needs(.namespaces))
        func fullDisk() async throws {
            try await withLab { lab in
                let recipe = try SmallRecipe.write(to: lab)
                try Disk.make(lab.home)
                let result = try await lab.run(
                    ["build", recipe.string],
                    confinement: .smallDisk(lab.home, mebibytes: 64)
                )
                result.expect(
                    74,
                    "the Debian install tree cannot be built",
                    "not enough space",
                    "1300 MiB are needed",
                    "IMAGEBAKE_HOME"
                )
            }
        }

        @Test("a mirror that cannot be reached", .needs(.namespaces))
        func offline() async throws {
            try await withLab { lab in
                let recipe = try SmallRecipe.write(to: lab)
                let result = try await lab.run(["build", recipe.string], confinement: .offline)
                result.expect(
                    69,
                    "the Debian install tree cannot be built",
                    "the Debian mirror cannot be reached",
                    "imagebake doctor"
                )
                #expect(lab.leftovers == [])
            }
        }
    }
}
