import Foundation
import SystemPackage
import Testing

/// Files that hold what a test expects; `make golden` writes them anew.
enum Golden {
    static let directory = FilePath(#filePath).removingLastComponent().removingLastComponent().appending("Golden")
    static let documents = directory.removingLastComponent().removingLastComponent().removingLastComponent()
        .appending("docs")

    static func expect(_ text: String, in file: FilePath, sourceLocation: SourceLocation = #_sourceLocation) throws {
        if ProcessInfo.processInfo.environment["IMAGEBAKE_UPDATE_GOLDEN"] == "1" {
            try text.write(toFile: file.string, atomically: true, encoding: .utf8)
        }
        let expected = try String(contentsOfFile: file.string, encoding: .utf8)
        #expect(text == expected, "'make golden' accepts it", sourceLocation: sourceLocation)
    }
}
