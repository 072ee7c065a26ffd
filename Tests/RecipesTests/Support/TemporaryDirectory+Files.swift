import Foundation
import Recipes
import SystemPackage

extension TemporaryDirectory {
    /// Writes files; a name may have directories in it.
    func write(_ files: [String: String]) throws {
        for (name, text) in files {
            let file = path.pushing(FilePath(name))
            try FileManager.default.createDirectory(
                atPath: file.removingLastComponent().string,
                withIntermediateDirectories: true
            )
            try Data(text.utf8).write(to: URL(fileURLWithPath: file.string))
        }
    }

    /// Reads `web.recipe`.
    func load(
        _ variables: KeyValuePairs<String, String> = [:],
        files: [String] = [],
        environment: [String: String] = [:]
    ) throws(RecipeProblems) -> Recipe {
        var overrides = RecipeOverrides()
        overrides.variables = variables.map { RecipeOverrides.Variable(name: $0.key, value: $0.value) }
        overrides.variableFiles = files.map { path.appending($0) }
        return try RecipeLoader(shipped: path.appending("shipped"), environment: environment)
            .load(path.appending("web.recipe"), overrides: overrides)
    }

    /// What is wrong with `web.recipe`, with the names of files relative to the directory.
    func problems(_ variables: KeyValuePairs<String, String> = [:], files: [String] = []) -> (
        lines: [String], exitStatus: Int32
    ) {
        do {
            _ = try load(variables, files: files)
            return ([], 0)
        } catch {
            let prefix = path.string + "/"
            return (error.diagnostics.map { $0.description.replacing(prefix, with: "") }, error.exitStatus)
        }
    }
}
