import ArgumentParser
import Foundation
import Recipes
import SystemPackage

/// `imagebake fmt`.
struct Fmt: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring recipes into one form: order of keys, indentation, quotes, sizes.",
        discussion: """
            What a recipe says stays the same, and its comments stay. A recipe for which that cannot be, one with anchors for \
            example, is left as it is and named with the line; exit status 65. '-' reads standard input and writes to \
            standard output. With --check nothing is written, and the exit status is 1 where something would change.
            """
    )

    @Argument(
        help: ArgumentHelp("The recipe files, or '-'.", valueName: "recipe"),
        completion: .file(extensions: ["recipe"])
    )
    var recipes: [String]

    @Flag(help: "Write nothing; name the files that would change.")
    var check = false

    mutating func run() throws {
        let formatter = RecipeFormatter()
        var statuses: [Int32] = []
        for recipe in recipes {
            do throws(RecipeProblems) {
                let isChanged = recipe == "-" ? try formatInput(formatter) : try format(FilePath(recipe), formatter)
                statuses.append(isChanged && check ? 1 : 0)
            } catch {
                Output.error(error.description)
                statuses.append(error.exitStatus)
            }
        }
        if let worst = statuses.max(), worst != 0 { throw ExitCode(worst) }
    }

    private func format(_ file: FilePath, _ formatter: RecipeFormatter) throws(RecipeProblems) -> Bool {
        let bytes = try RecipeFile.read(file)
        let text = try formatter.format(bytes, file: file.string)
        guard Array(text.utf8) != bytes else { return false }
        if check {
            Output.data(file.string)
        } else {
            try RecipeFile.replace(file, with: text)
            Output.error("\(file): formatted")
        }
        return true
    }

    private func formatInput(_ formatter: RecipeFormatter) throws(RecipeProblems) -> Bool {
        let bytes = Array((try? FileHandle.standardInput.readToEnd()) ?? Data())
        let text = try formatter.format(bytes, file: "-")
        if check { Output.data("-") } else { Output.raw(toData: text) }
        return Array(text.utf8) != bytes
    }
}
