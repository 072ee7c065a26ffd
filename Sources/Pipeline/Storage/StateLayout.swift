import Foundation
import SystemPackage

/// The layout of the state directory, written down in it, so that an older imagebake does not misread a newer one's.
struct StateLayout: Codable, Equatable {
    /// The layout that this version writes and reads; raised when an older version would misread what a newer one writes.
    static let current = 1
    static let fileName = "layout.json"

    /// The number of the layout.
    let layout: Int
    /// The version of imagebake that wrote it first.
    let imagebake: String

    /// Throws where a directory was written by a version that this one does not understand.
    static func require(_ state: FilePath) throws(Failure) {
        let file = state.appending(fileName)
        guard Files.exists(file) else { return }
        guard let found = try? JSONDecoder().decode(StateLayout.self, from: Files.read(file)) else {
            throw Failure(
                .badConfiguration,
                "\(file) cannot be read, so that nobody knows which imagebake wrote \(state)",
                ["next": "remove that file if it was imagebake \(Version.current), or set IMAGEBAKE_HOME"]
            )
        }
        guard found.layout > current else { return }
        throw Failure(
            .badConfiguration,
            "\(state) was written by imagebake \(found.imagebake) (layout \(found.layout)), which is newer than this"
                + " imagebake \(Version.current) (layout \(current))",
            ["next": "update imagebake, or set IMAGEBAKE_HOME to another directory"]
        )
    }

    /// Writes the layout down where that has not been done.
    static func record(in state: FilePath) throws(Failure) {
        let file = state.appending(fileName)
        guard !Files.exists(file) else { return }
        guard let data = try? JSONEncoder().encode(StateLayout(layout: current, imagebake: Version.current)) else {
            throw Failure(.bug, "the layout of \(state) cannot be written down")
        }
        try Files.makeDirectory(state)
        try Files.write(data, to: file)
    }
}
