import Foundation
import Glibc
import Recipes
import SystemPackage
import Testing

/// What is said about recipes that are wrong.
@Suite("Wrong input")
struct WrongInputTests {
    @Test("each wrong recipe has its exact messages", arguments: WrongInput.all)
    func message(_ input: WrongInput) throws {
        if Golden.update { return }
        let directory = try TemporaryDirectory()
        let (lines, exitStatus) = try directory.problems(of: input.text.utf8)
        let expected = try #require(try Golden.sections(of: "wrong-input.txt")[input.testDescription])
        #expect(!lines.isEmpty)
        #expect(lines == expected)
        #expect(exitStatus == 65)
    }

    @Test("the golden file has just the messages of these recipes")
    func goldenFile() throws {
        let directory = try TemporaryDirectory()
        var text = ""
        for input in WrongInput.all {
            text += "== \(input.testDescription)\n"
            text += try directory.problems(of: input.text.utf8).lines.map { "\($0)\n" }.joined()
        }
        #expect(Set(WrongInput.all.map(\.testDescription)).count == WrongInput.all.count)
        try Golden.expect(text, in: "wrong-input.txt")
    }

    @Test("the smallest recipe is right")
    func smallest() throws {
        let directory = try TemporaryDirectory()
        let problems = try directory.problems(of: WrongInput.minimal.utf8)
        #expect(problems.lines.isEmpty)
    }

    @Test("a recipe that does not exist ends with 66")
    func missing() throws {
        let directory = try TemporaryDirectory()
        let file = directory.path.appending("none.recipe")
        let problems = #expect(throws: RecipeProblems.self) { try RecipeLoader().load(file) }
        #expect(problems?.description == "\(file): error: there is no such recipe")
        #expect(problems?.exitStatus == 66)
    }

    @Test("a directory, a pipe and a device are no recipes")
    func notAFile() throws {
        let directory = try TemporaryDirectory()
        let folder = #expect(throws: RecipeProblems.self) { try RecipeLoader().load(directory.path) }
        #expect(folder?.description == "\(directory.path): error: is a directory, not a recipe")
        #expect(folder?.exitStatus == 65)
        let pipe = directory.path.appending("pipe.recipe")
        #expect(mkfifo(pipe.string, 0o600) == 0)
        // A reader that waited for a writer would wait for ever.
        let problems = #expect(throws: RecipeProblems.self) { try RecipeLoader().load(pipe) }
        #expect(problems?.description == "\(pipe): error: is not a regular file")
        let device = #expect(throws: RecipeProblems.self) { try RecipeLoader().load("/dev/zero") }
        #expect(device?.description == "/dev/zero: error: is not a regular file")
    }

    @Test("50 MB are refused by their size alone")
    func large() throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write([], to: "web.recipe")
        // A file with nothing in it but its size: were it read, it would be refused for its NUL bytes.
        #expect(truncate(file.string, 50_000_000) == 0)
        let problems = #expect(throws: RecipeProblems.self) { try RecipeLoader().load(file) }
        #expect(problems?.description == "\(file): error: has 50000000 bytes; a recipe has at most 1 MiB")
        #expect(problems?.exitStatus == 65)
    }

    @Test("what is not UTF-8 is refused at its place")
    func binary() throws {
        let directory = try TemporaryDirectory()
        let broken = try directory.problems(of: Array("version: 1\nname: ü".utf8) + [0xFF, 0x41])
        #expect(broken.lines == ["web.recipe:2:8: error: is not UTF-8 text"])
        let elf = try directory.problems(of: [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0])
        #expect(elf.lines == ["web.recipe:1:1: error: contains the control character U+007F; a recipe is a text file"])
    }

    @Test("a byte order mark and CR LF are taken")
    func windows() throws {
        let directory = try TemporaryDirectory()
        let text = WrongInput.minimal.replacing("\n", with: "\r\n")
        let right = try directory.problems(of: [0xEF, 0xBB, 0xBF] + Array(text.utf8))
        #expect(right.lines.isEmpty)
        let wrong = try directory.problems(of: text.replacing("os: debian12", with: "os: debian12\r\nname: a").utf8)
        #expect(wrong.lines == ["web.recipe:4:1: error: key 'name' is repeated; it stands first in line 2"])
    }

    @Test("aliases of aliases are refused soon", .timeLimit(.minutes(2)), arguments: AliasBomb.allCases)
    func bomb(_ bomb: AliasBomb) throws {
        let directory = try TemporaryDirectory()
        let (lines, exitStatus) = try directory.problems(of: bomb.text.utf8)
        #expect(lines.contains { $0.contains(bomb.expected) }, "\(lines)")
        #expect(lines.count <= 200)
        #expect(exitStatus == 65)
    }

    @Test("no message shows what may be a secret")
    func secrets() throws {
        let directory = try TemporaryDirectory()
        let lines = ["root_password: hunter2", "root_password: [hunter2]", "root_password: {env: hunter2 x}"]
        for line in lines.dropLast() {
            let text = WrongInput.minimal.replacing("system:\n", with: "system:\n  \(line)\n")
            let problems = try directory.problems(of: text.utf8).lines
            #expect(problems.count == 1)
            #expect(!problems.joined().contains("hunter2"))
        }
        let url = WrongInput.minimal.replacing("built-in", with: "https://me:hunter2@example.org/tree")
        #expect(try !directory.problems(of: url.utf8).lines.joined().contains("hunter2"))
    }
}
