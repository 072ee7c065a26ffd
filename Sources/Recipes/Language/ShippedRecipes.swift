import Foundation
import SystemPackage

/// The recipes that come with imagebake, which a recipe can extend by name.
struct ShippedRecipes {
    /// The directory of the recipes, with the bases in `bases` below it; nil when there is none.
    let directory: FilePath?

    private var directories: [FilePath] { directory.map { [$0, $0.appending("bases")] } ?? [] }

    /// The file of a recipe.
    func find(_ name: String) -> FilePath? {
        guard TextRule.name.accepts(name) else { return nil }
        return directories.lazy.map { $0.appending("\(name).recipe") }.first { FileIdentity($0) != nil }
    }

    /// The names of all.
    var names: [String] {
        directories.flatMap { directory in
            ((try? FileManager.default.contentsOfDirectory(atPath: directory.string)) ?? [])
                .filter { $0.hasSuffix(".recipe") }.map { String($0.dropLast(".recipe".count)) }
        }
    }
}
