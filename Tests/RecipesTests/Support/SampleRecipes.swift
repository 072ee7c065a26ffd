import Foundation
import SystemPackage

/// Recipes that are right: those that ship and those of the fixtures.
enum SampleRecipes {
    /// The files.
    static func files() throws -> [FilePath] {
        try [Repository.recipes, Repository.fixtures].flatMap { directory in
            try FileManager.default.contentsOfDirectory(atPath: directory.string).sorted()
                .filter { $0.hasSuffix(".recipe") }.map { directory.appending($0) }
        }
    }
}
