import Foundation
import SystemPackage
import Testing

@testable import Recipes

/// What `imagebake init` writes can be built.
@Suite("Drafts")
struct DraftTests {
    private static let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDlJwzVNTqI3yoCV+8nHLqTlGLSVxFo6n5jIWQcuQ8hF ada"

    @Test("a draft is a recipe without a problem", arguments: OperatingSystem.allCases, [false, true])
    func valid(_ os: OperatingSystem, isFull: Bool) throws {
        var draft = RecipeDraft(os: os, name: "web")
        if os.defaultLocation(for: .x86_64) == nil { draft.location = "/srv/tree" }
        if isFull {
            draft.disk = "20480MiB"
            draft.user = "ada"
            draft.sshKeys = [Self.key]
            draft.packages = ["nginx", "git"]
            draft.format = .raw
        }
        let directory = try TemporaryDirectory()
        let file = try directory.write(draft.text.utf8, to: "web.recipe")
        let check = RecipeLoader().check(file, renderer: try Repository.renderer())
        #expect(check.exitStatus == 0)
        #expect(
            check.diagnostics.allSatisfy { os == .centos7 && $0.code == Diagnostic.endOfLife },
            "\(check.diagnostics)"
        )
        let recipe = try #require(check.recipe)
        #expect(recipe.name == "web" && recipe.os == os)
        if isFull {
            #expect(recipe.machine.disk == ByteCount(mebibytes: 20480))
            #expect(
                recipe.cloudInit.defaultUser.name == "ada"
                    && recipe.cloudInit.defaultUser.sshAuthorizedKeys == [Self.key]
            )
            #expect(recipe.system.packages.suffix(2) == ["nginx", "git"])
            #expect(recipe.outputs.map(\.format) == [.raw])
        }
        #expect(draft.text.hasPrefix("# \(os.title) for clouds"))
        #expect(try RecipeFormatter().format(Array(draft.text.utf8), file: "") == draft.text)
        #expect(os.title.contains(os.version))
    }

    @Test("answers that do not go together are told before anything is written")
    func together() {
        var draft = RecipeDraft(os: .debian12, name: "web")
        #expect(draft.problems.isEmpty)
        draft.disk = "1GB"
        #expect(draft.problems.map(\.message) == ["the partitions need 2050 MiB"])
        draft.disk = "10 GiB"
        draft.location = "http://[::1"
        #expect(draft.problems.count == 1)
    }

    @Test(
        "answers are held to the rules of recipes",
        arguments: [
            (RecipeDraft.Question.os, "rocky9", nil), (.os, "rokcy9", "did you mean 'rocky9'?"), (.name, "web", nil),
            (.name, "a b", "must be a name"), (.disk, "10 GiB", nil), (.disk, "10", "write a number and"),
            (.disk, "1 MiB", "must be from"), (.user, "ada", nil), (.user, "root", "must not be root"),
            (.user, "Ada", "lower-case"),
            (.package, "nginx", nil), (.package, "a b", "without spaces"), (.format, "raw", nil),
            (.format, "vmdk", "one of qcow2, raw"),
            (.location, "https://x/", nil), (.location, "ftp://x/", "http or https URL"), (.name, "", "is empty"),
        ] as [(RecipeDraft.Question, String, String?)]
    )
    func answers(_ question: RecipeDraft.Question, answer: String, problem: String?) {
        let found = RecipeDraft.problem(with: answer, to: question, os: .rocky9)
        if let problem {
            #expect(found?.contains(problem) == true, "\(found ?? "nothing")")
        } else {
            #expect(found == nil)
        }
    }

    @Test("keys are read from a file, and a private one is refused without being repeated")
    func keys() throws {
        #expect(try RecipeDraft.publicKeys(in: "# mine\n\(Self.key)\n\n").get() == [Self.key])
        for text in ["", "# none\n", "-----BEGIN OPENSSH PRIVATE KEY-----\nhunter2\n", "\(Self.key)\nhunter2\n"] {
            let problem = #expect(throws: Diagnostic.self) { try RecipeDraft.publicKeys(in: text).get() }
            #expect(problem.map { "\($0)".contains("hunter2") } == false)
        }
    }
}
