public import Foundation
public import SystemPackage

/// The files that come with imagebake: `templates/`, `installer/`, `recipes/`.
public struct Resources: Equatable, Sendable {
    /// The directory that holds them.
    public let root: FilePath

    /// Finds the files.
    ///
    /// `IMAGEBAKE_DATA` names their directory; else they lie in `../share/imagebake` beside the executable's directory, or in a
    /// directory above it, as they do in a checkout of the sources.
    /// - Throws: ``Failure`` with ``ExitStatus/unavailable`` where they are in none of them.
    public init(environment: [String: String] = ProcessInfo.processInfo.environment) throws(Failure) {
        if let named = environment["IMAGEBAKE_DATA"], !named.isEmpty {
            guard Self.isComplete(FilePath(named)) else {
                throw Failure(
                    .badConfiguration,
                    "IMAGEBAKE_DATA names no directory with 'templates' and 'installer': \(named)"
                )
            }
            root = FilePath(named)
            return
        }
        let link = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        var directory = FilePath(link).removingLastComponent()
        let installed = directory.removingLastComponent().appending("share").appending("imagebake")
        if Self.isComplete(installed) {
            root = installed
            return
        }
        while !Self.isComplete(directory) {
            guard directory.removeLastComponent() else {
                throw Failure(
                    .unavailable,
                    "imagebake's templates and installer are not beside \(link)",
                    ["next": "set IMAGEBAKE_DATA to the directory that holds 'templates' and 'installer'"]
                )
            }
        }
        root = directory
    }

    /// The templates of kickstarts and cloud.cfg files.
    public var templates: FilePath { root.appending("templates") }
    /// The recipes that ship, which a recipe can extend by name.
    public var recipes: FilePath { root.appending("recipes") }
    /// The kickstart installer for Debian and the script that builds its tree.
    public var installer: FilePath { root.appending("installer") }

    private static func isComplete(_ directory: FilePath) -> Bool {
        Files.exists(directory.appending("templates")) && Files.exists(directory.appending("installer"))
    }
}
