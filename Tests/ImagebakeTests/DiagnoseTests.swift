import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import imagebake

@Suite("imagebake diagnose")
struct DiagnoseTests {
    private static let logs = FilePath(#filePath).removingLastComponent().removingLastComponent()
        .appending("DiagnosisTests").appending("Logs")

    @Test("Prints the diagnosis with file and line, the next step and what else was seen")
    func text() async throws {
        let scratch = try Scratch()
        let kickstart = try scratch.write("ks.cfg", Data("text\n%packages\nfirewalld\n%end\n".utf8))
        let log = Self.logs.appending("centos7-missing-package.log").string
        let result = try await Command.run(["diagnose", log, "--kickstart", kickstart.string], in: scratch.path)
        #expect(result.status == 0)
        #expect(result.error == "")
        let lines = result.output.split(separator: "\n")
        // Four lines in front say where the log was quoted.
        #expect(lines.first.map(String.init) == "\(log):12: the mirror has no package 'firewalld' (kickstart line 3)")
        #expect(lines.contains("  said      CmdlineError: Missing package: firewalld."))
        #expect(lines.contains { $0.hasPrefix("  next      correct 'system.packages'") })
        #expect(lines.contains("  more      docs/troubleshooting.md#missing-package"))
        #expect(lines.contains { $0.hasPrefix("  \(log):10: the installer stopped") })
    }

    @Test("Reads standard input, and prints JSON")
    func json() async throws {
        let scratch = try Scratch()
        let input = "[    1.0] Kernel panic - not syncing: Attempted to kill init!\n"
        let result = try await Command.run(["diagnose", "-", "--format", "json"], in: scratch.path, input: input)
        #expect(result.status == 0)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        let cause = try #require(object["cause"] as? [String: Any])
        let diagnosis = try #require(cause["diagnosis"] as? [String: Any])
        #expect(cause["file"] as? String == "-")
        #expect(diagnosis["id"] as? String == "init-killed")
        #expect(diagnosis["line"] as? Int == 1)
        #expect((object["others"] as? [Any])?.isEmpty == true)
    }

    @Test("Says honestly that it knows nothing, and shows the last lines without control characters")
    func nothing() async throws {
        let scratch = try Scratch()
        let log = try scratch.write("a.log", Data("one\n\ntwo\n\u{1B}[31mthree\u{1B}[0m\r\n\n".utf8))
        let result = try await Command.run(["diagnose", log.string], in: scratch.path)
        #expect(result.status == 0)
        #expect(
            result.output == """
                no line tells that the install failed (5 lines read)

                the last lines of \(log):
                  one
                  two
                  three

                """
        )
    }

    @Test("The logs of one install are read together: a general word is explained by another file's hint")
    func several() async throws {
        let scratch = try Scratch()
        let anaconda = try scratch.write(
            "anaconda.log",
            Data("ERR anaconda:packaging: The base repository is invalid: x\n".utf8)
        )
        let program = try scratch.write(
            "packaging.log",
            Data("\n  - Status code: 404 for http://example.org/repodata/repomd.xml\n".utf8)
        )
        let result = try await Command.run(["diagnose", anaconda.string, program.string], in: scratch.path)
        #expect(
            result.output.hasPrefix("\(program):2: the server answers 404 for http://example.org/repodata/repomd.xml")
        )
    }

    @Test("Binary rubbish of some MiB is survived, and what stands behind it is found")
    func rubbish() async throws {
        let scratch = try Scratch()
        let log = try scratch.write("console.log", noise(6 << 20) + Data("\nPane is dead\n".utf8))
        let result = try await Command.run(["diagnose", log.string], in: scratch.path)
        #expect(result.status == 0)
        #expect(result.output.contains(": the installer ended at once\n"))
    }

    @Test("A file that is missing is status 66, none named is 64")
    func missing() async throws {
        let scratch = try Scratch()
        let missing = try await Command.run(["diagnose", "nope.log"], in: scratch.path)
        #expect(missing.status == 66)
        #expect(missing.error == "error: cannot read nope.log: no such file or directory\n")
        #expect(try await Command.run(["diagnose"], in: scratch.path).status == 64)
        #expect(try await Command.run(["diagnose", "-", "-"], in: scratch.path).status == 64)
    }
}
