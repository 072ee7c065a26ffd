import Foundation
import Recipes
import SystemPackage

/// A directory that exists while a test runs.
struct TemporaryDirectory: ~Copyable {
    let path: FilePath

    init() throws {
        path = FilePath(NSTemporaryDirectory()).appending("imagebake-recipes-\(UUID().uuidString)")
        try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path.string)
    }

    /// Writes a file and returns its path.
    func write(_ bytes: some Sequence<UInt8>, to name: String) throws -> FilePath {
        let file = path.appending(name)
        try Data(bytes).write(to: URL(fileURLWithPath: file.string))
        return file
    }

    /// Reads a text as a recipe and returns what is wrong with it, with `web.recipe` for the path of the file.
    func problems(of bytes: some Sequence<UInt8>) throws -> (lines: [String], exitStatus: Int32) {
        let file = try write(bytes, to: "web.recipe")
        do {
            _ = try RecipeLoader(sysprepOperations: ["dhcp-client-state", "machine-id", "shell-history"]).load(file)
            return ([], 0)
        } catch {
            let prefix = path.string + "/"
            return (error.diagnostics.map { $0.description.replacing(prefix, with: "") }, error.exitStatus)
        }
    }
}
